/** CPU per 100,000 messages: our service, a bare subscriber that does nothing, one that parses everything; interleaved in many short rounds. */
import { Redis } from 'ioredis';
import { type Child, startChild } from './child';
import { CHANNEL, makeTraffic, type Traffic } from './traffic';

const SENTINEL = 'bench-sentinel';
const PIPELINE = 500;
/** The machine's own pace changes within seconds: what is compared is measured within one. */
const SHORT_ROUNDS = 40;
/** The whole loop begins each round with new meetings, which takes longer than a short round. */
const LONG_ROUNDS = 5;
/** Of each kind before anything counts: what is compiled at its first use is no cost of a message. */
const WARM_UP_ROUNDS = 2;
/** The work that new meetings make is over by then. */
const SETTLE_MS = 500;

export interface Row {
  readonly what: string;
  /** CPU ms per 100,000 messages, of each round. */
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

interface Subject {
  readonly what: string;
  readonly child: Child;
  readonly traffic: Traffic;
  readonly cpuMs: number[];
}

/** One round of one subscriber; the others listen to nothing meanwhile. */
async function measure(
  redis: Redis,
  { child, traffic }: Subject,
  messages: readonly Buffer[],
): Promise<number> {
  child.send('begin-round');
  await child.next();
  if (traffic.created.length > 0) {
    await publishAll(redis, traffic.created);
    await new Promise((resume) => setTimeout(resume, SETTLE_MS));
  }
  await redis.publish(SENTINEL, 'begin');
  await publishAll(redis, messages);
  await redis.publish(SENTINEL, 'end');
  const { cpuMs } = await child.next<{ cpuMs: number }>();
  child.send('end-round');
  await child.next();
  return (cpuMs * 100_000) / messages.length;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** How much one costs to the other, pair by pair: the machine's own pace changes from minute to minute. */
export function ratios(cost: Row, to: Row): readonly number[] {
  return cost.cpuMs.map((cpuMs, round) => cpuMs / (to.cpuMs[round] ?? Number.NaN));
}

/** The median and the spread that holds the middle half of the pairs, then the whole range. */
export interface Spread {
  readonly median: number;
  readonly quarters: readonly [number, number];
  readonly range: readonly [number, number];
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (q: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
  return { median: at(0.5), quarters: [at(0.25), at(0.75)], range: [at(0), at(1)] };
}

type Job = readonly [what: string, role: string, traffic: Traffic];

/** These in turn, round after round; the order is turned round every time, so that none is always the first. */
async function interleaved(redisUrl: string, jobs: readonly Job[], rounds: number): Promise<readonly Row[]> {
  const redis = new Redis(redisUrl);
  const subjects: Subject[] = [];
  try {
    for (const [what, role, traffic] of jobs)
      subjects.push({
        what,
        traffic,
        cpuMs: [],
        child: await startChild('subscriber-child.ts', [role, redisUrl]),
      });
    for (let round = -WARM_UP_ROUNDS; round < rounds; round += 1) {
      for (const subject of round % 2 === 0 ? subjects : subjects.toReversed()) {
        const { messages } = subject.traffic;
        const perRound = Math.max(1, Math.floor(messages.length / rounds));
        const from = Math.max(0, round) * perRound;
        const cpuMs = await measure(redis, subject, messages.slice(from, from + perRound));
        if (round >= 0) subject.cpuMs.push(cpuMs);
      }
    }
  } finally {
    for (const { child } of subjects) child.stop();
    redis.disconnect();
  }
  return subjects.map(({ what, cpuMs }) => ({ what, cpuMs }));
}

/** Bare, ours and parsing everything in many short rounds, the whole loop in some longer ones. */
export async function benchSubscribers(
  redisUrl: string,
  messages: number,
  say: (text: string) => void,
): Promise<readonly Row[]> {
  const traffic = makeTraffic({ meetings: 500, messages, seed: 1 });
  say(
    `traffic: ${messages} messages, ${(traffic.share.irrelevant * 100).toFixed(1)} % irrelevant, ${traffic.share.meanBytes} bytes on average`,
  );
  const alone = { ...traffic, created: [] };
  say(`subscribers: ${SHORT_ROUNDS} short rounds each`);
  const subscribers = await interleaved(
    redisUrl,
    [
      ['bare ioredis 6, protocol 2', 'bare', alone],
      ['our subscriber', 'subscriber', alone],
      ['parse everything, protocol 2', 'parse-everything', alone],
      ['bare ioredis 6, RESP3', 'bare-resp3', alone],
    ],
    SHORT_ROUNDS,
  );
  say(`the whole loop: ${LONG_ROUNDS} rounds each`);
  const loops = await interleaved(
    redisUrl,
    [
      ['the whole loop, 20 meetings', 'service', makeTraffic({ meetings: 20, messages, seed: 1 })],
      ['the whole loop, 10,000 meetings', 'service', makeTraffic({ meetings: 10_000, messages, seed: 1 })],
      ['the whole loop, 500 meetings', 'service', traffic],
    ],
    LONG_ROUNDS,
  );
  return [...subscribers, ...loops];
}
