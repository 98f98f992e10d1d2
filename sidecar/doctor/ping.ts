/** Asks akka-apps over the bus whether it lives; sends nothing that could change a meeting. */
import { Redis } from 'ioredis';
import { checkAlivePing, SENDER } from '../bus/commands';
import { FROM_AKKA_APPS, TO_AKKA_APPS } from '../bus/protocol';
import { type BbbInstant, bbbInstant } from '../core/bbb-instant';
import type { Clock } from '../core/clock';
import { SECOND_MS } from '../core/duration';
import { messageOf } from '../errors';

export interface Pong {
  /** As the answer was stamped. */
  readonly at: BbbInstant;
  /** Epoch ms of our wall clock: when the question went out, and when the answer was there. */
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** A connection whose error is the first cause; with retries ioredis would only report that it is closed. */
async function connect(url: string, withinMs: number): Promise<Redis> {
  const redis = new Redis(url, {
    protocol: 2,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: withinMs,
    commandTimeout: withinMs,
    lazyConnect: true,
    // Neither is needed, and a narrow ACL allows neither.
    enableReadyCheck: false,
    disableClientInfo: true,
  });
  let reason: Error | undefined;
  redis.on('error', (error: Error) => {
    reason ??= error;
  });
  try {
    await redis.connect();
    return redis;
  } catch (error) {
    redis.disconnect();
    throw new Error(`expected Redis to let us in, got: ${messageOf(reason ?? error)}`);
  }
}

/** The moment in the envelope of an answer to us; undefined for every other message. */
function stampOf(text: string): BbbInstant | undefined {
  if (!text.includes('CheckAlivePongSysMsg') || !text.includes(`"${SENDER}"`)) return undefined;
  try {
    const at: unknown = (JSON.parse(text) as { envelope?: { timestamp?: unknown } }).envelope?.timestamp;
    return typeof at === 'number' ? bbbInstant(at) : undefined;
  } catch {
    return undefined;
  }
}

/** Rejects, saying what was expected, when Redis is away or akka-apps does not answer within so many ms. */
export async function pingAkkaApps(redisUrl: string, clock: Clock, withinMs: number): Promise<Pong> {
  const listening = await connect(redisUrl, withinMs);
  const sending = await connect(redisUrl, withinMs).catch((error: unknown) => {
    listening.disconnect();
    throw error;
  });
  try {
    await listening.subscribe(FROM_AKKA_APPS);
    return await new Promise<Pong>((resolve, reject) => {
      const askedAt = clock.wall();
      const fail = (what: string): void => reject(new Error(what));
      const limit = clock.schedule(withinMs, () =>
        fail(`expected akka-apps to answer a ping within ${withinMs / SECOND_MS} s, but nothing came`),
      );
      listening.on('message', (_channel: string, text: string) => {
        const at = stampOf(text);
        if (at === undefined) return;
        limit.cancel();
        resolve({ at, askedAt, answeredAt: clock.wall() });
      });
      sending.publish(TO_AKKA_APPS, checkAlivePing(askedAt).json).then((receivers) => {
        if (receivers > 0) return;
        limit.cancel();
        fail(`expected akka-apps to listen on ${TO_AKKA_APPS}, but nobody does`);
      }, reject);
    });
  } finally {
    listening.disconnect();
    sending.disconnect();
  }
}
