/** From an over-cap join to our eject, as a third client on the bus sees both, against a bare ioredis echo; under 1,000 messages a second. */
import { Redis } from 'ioredis';
import { systemClock } from '../../sidecar/system-clock';
import { type Simulator, startSimulator } from '../bbb-simulator';
import { startChild } from './child';
import { CHANNEL, makeTraffic } from './traffic';

const TO_AKKA_APPS = 'to-akka-apps-redis-channel';
const TRIALS = 300;
const EVERY_MS = 20;
const RATE_PER_TICK = 20;
const TICK_MS = 20;

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly answered: number;
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

/** Notes when each join and each answer to it passed. */
async function observe(redisUrl: string): Promise<{ readonly waits: number[]; stop: () => void }> {
  const redis = new Redis(redisUrl, { protocol: 2 });
  const seen = new Map<string, number>();
  const waits: number[] = [];
  redis.on('messageBuffer', (channel: Buffer, message: Buffer) => {
    const at = performance.now();
    if (channel.length === CHANNEL.length) {
      if (message.subarray(21, 44).toString('latin1') !== 'UserJoinedMeetingEvtMsg') return;
      const text = message.toString('utf8');
      if (text.includes('"extId":"over-')) seen.set(/"intId":"([^"]+)"/.exec(text)?.[1] ?? '', at);
      return;
    }
    const text = message.toString('utf8');
    if (!text.includes('EjectUserFromMeetingSysMsg')) return;
    const who = /"userId":"(w_[^"]+)"/.exec(text)?.[1] ?? '';
    const joinedAt = seen.get(who);
    if (joinedAt !== undefined) waits.push(at - joinedAt);
    seen.delete(who);
  });
  await redis.subscribe(CHANNEL, TO_AKKA_APPS);
  return { waits, stop: () => redis.disconnect() };
}

/** Unrelated traffic at 1,000 messages a second until stopped. */
function noise(redisUrl: string): () => void {
  const redis = new Redis(redisUrl);
  const { messages } = makeTraffic({ meetings: 50, messages: 5_000, seed: 2 });
  let next = 0;
  const timer = setInterval(() => {
    const pipeline = redis.pipeline();
    for (let count = 0; count < RATE_PER_TICK; count += 1)
      pipeline.publish(CHANNEL, messages[next++ % messages.length] ?? '');
    void pipeline.exec();
  }, TICK_MS);
  return () => {
    clearInterval(timer);
    redis.disconnect();
  };
}

async function trials(bbb: Simulator): Promise<void> {
  for (let trial = 0; trial < TRIALS; trial += 1) {
    bbb.join(`full-${trial % 10}`, { externalUserId: `over-${trial}`, name: `Over ${trial}` });
    await new Promise((resume) => setTimeout(resume, EVERY_MS));
  }
  await new Promise((resume) => setTimeout(resume, 3_000));
}

/** `pause`: called once everything runs, and undone after; to show what a stopped database changes. */
export async function benchLatency(
  redisUrl: string,
  role: 'echo' | 'service',
  database: { readonly url: string; readonly pause?: () => () => void } = { url: '' },
): Promise<Latency> {
  const bbb = await startSimulator({ clock: systemClock(), redisUrl });
  const child = await startChild('latency-child.ts', [
    role,
    redisUrl,
    bbb.url,
    bbb.analyticsUrl,
    bbb.secret,
    database.url,
  ]);
  for (let room = 0; room < 10; room += 1) {
    bbb.create({ meetingID: `full-${room}` });
    for (let person = 0; person < 10; person += 1) {
      bbb.join(`full-${room}`, {
        externalUserId: `r${room}p${person}`,
        name: `P ${room} ${person}`,
        role: person === 0 ? 'MODERATOR' : 'VIEWER',
      });
    }
  }
  const observer = await observe(redisUrl);
  const quiet = noise(redisUrl);
  // Let everything warm up that is compiled on its first use.
  await new Promise((resume) => setTimeout(resume, 2_000));
  const resume = database.pause?.();
  try {
    await trials(bbb);
  } finally {
    resume?.();
    quiet();
    observer.stop();
    child.stop();
    await bbb.stop();
  }
  const sorted = observer.waits.toSorted((a, b) => a - b);
  return { p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99), answered: sorted.length };
}
