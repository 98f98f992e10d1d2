/** CPU per 100,000 messages: our service, a bare subscriber that does nothing, one that parses everything; side by side. */
import { Redis } from 'ioredis';
import { startChild } from './child';
import { CHANNEL, makeTraffic, type Traffic } from './traffic';

const SENTINEL = 'bench-sentinel';
/** Of a bare subscriber, ours and parsing everything; they follow one another, and one round says little on a busy machine. */
const ROUNDS = 9;
const OTHER_ROUNDS = 3;
const PIPELINE = 500;
const WARM_UP = 20_000;
const WARM_UP_MS = 500;

export interface Row {
  readonly what: string;
  /** Of each round. */
  readonly cpuMs: readonly number[];
}

/** Publishes no faster than Redis takes it, so that no subscriber is cut off for being slow. */
export async function publishAll(redis: Redis, messages: readonly Buffer[]): Promise<void> {
  for (let start = 0; start < messages.length; start += PIPELINE) {
    const pipeline = redis.pipeline();
    for (const message of messages.slice(start, start + PIPELINE)) pipeline.publish(CHANNEL, message);
    await pipeline.exec();
  }
}

async function once(redisUrl: string, role: string, traffic: Traffic): Promise<number> {
  const child = await startChild('subscriber-child.ts', [role, redisUrl]);
  const redis = new Redis(redisUrl);
  try {
    await publishAll(redis, traffic.created);
    // What is compiled at its first use is no cost of a message.
    await publishAll(redis, traffic.messages.slice(0, WARM_UP));
    await new Promise((resume) => setTimeout(resume, WARM_UP_MS));
    await redis.publish(SENTINEL, 'begin');
    await publishAll(redis, traffic.messages);
    await redis.publish(SENTINEL, 'end');
    const { cpuMs } = await child.next<{ cpuMs: number }>();
    return (cpuMs * 100_000) / traffic.messages.length;
  } finally {
    child.stop();
    redis.disconnect();
  }
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** How much one costs to the other, round by round: the machine's own pace changes from minute to minute. */
export function ratios(cost: Row, to: Row): readonly number[] {
  return cost.cpuMs.map((cpuMs, round) => cpuMs / (to.cpuMs[round] ?? Number.NaN));
}

/** Every subscriber in turn, several rounds. */
export async function benchSubscribers(
  redisUrl: string,
  messages: number,
  say: (text: string) => void,
): Promise<readonly Row[]> {
  const traffic = makeTraffic({ meetings: 500, messages, seed: 1 });
  say(
    `traffic: ${messages} messages, ${(traffic.share.irrelevant * 100).toFixed(1)} % irrelevant, ${traffic.share.meanBytes} bytes on average`,
  );
  const few = makeTraffic({ meetings: 20, messages, seed: 1 });
  const many = makeTraffic({ meetings: 10_000, messages, seed: 1 });
  const jobs: readonly (readonly [string, string, Traffic, number])[] = [
    ['bare ioredis 6, protocol 2', 'bare', traffic, ROUNDS],
    ['our subscriber', 'subscriber', traffic, ROUNDS],
    ['parse everything, protocol 2', 'parse-everything', traffic, ROUNDS],
    ['bare ioredis 6, RESP3', 'bare-resp3', traffic, OTHER_ROUNDS],
    ['the whole loop, 20 meetings', 'service', few, OTHER_ROUNDS],
    ['the whole loop, 10,000 meetings', 'service', many, OTHER_ROUNDS],
    ['the whole loop, 500 meetings', 'service', traffic, OTHER_ROUNDS],
  ];
  const measured = new Map<string, number[]>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [what, role, own, rounds] of jobs) {
      if (round >= rounds) continue;
      say(`round ${round + 1} of ${rounds}: ${what}`);
      measured.set(what, [...(measured.get(what) ?? []), await once(redisUrl, role, own)]);
    }
  }
  return [...measured].map(([what, cpuMs]) => ({ what, cpuMs }));
}
