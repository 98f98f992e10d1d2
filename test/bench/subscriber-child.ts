/**
 * One subscriber in a process of its own, kept for many rounds: at `begin-round` it subscribes, at `end-round` it lets go; in between it reports the
 * CPU time from the first message to the last. `argv`: role, Redis URL.
 */
import { Redis } from 'ioredis';
import pino from 'pino';
import { subscribeBus } from '../../sidecar/bus/subscriber';
import { systemClock } from '../../sidecar/system-clock';
import { startService } from './service';
import { CHANNEL } from './traffic';

/** Follows everything that it counts for: Redis keeps the order of one publisher. */
export const SENTINEL = 'bench-sentinel';
/** The service has a connection of its own: let it read what is still in its socket. */
const DRAIN_MS = 200;
const [, , role = '', redisUrl = ''] = process.argv;
const silent = pino({ level: 'silent' });

/** What is measured: subscribes, and returns how to let go. */
type Subscribe = () => Promise<() => void>;

/** A bare connection that hands each message to `take`. */
const bare =
  (protocol: 2 | 3, take: (message: Buffer) => void): Subscribe =>
  async () => {
    const redis = new Redis(redisUrl, { protocol });
    redis.on('messageBuffer', (_channel: Buffer, message: Buffer) => take(message));
    await redis.subscribe(CHANNEL);
    return () => redis.disconnect();
  };

/** Our subscription alone: what is relevant is read and handed to nobody. */
const ours: Subscribe = () =>
  new Promise((resolve) => {
    const bus = subscribeBus({
      redisUrl,
      onEvent: () => undefined,
      onState: (state) => state.connected && resolve(() => bus.stop()),
      log: silent,
      clock: systemClock(),
    });
  });

const ROLES: Readonly<Record<string, Subscribe>> = {
  bare: bare(2, () => undefined),
  'bare-resp3': bare(3, () => undefined),
  'parse-everything': bare(2, (message) => void JSON.parse(message.toString('utf8'))),
  subscriber: ours,
  service: async () => (await startService(redisUrl)).stop,
};

async function main(): Promise<void> {
  const subscribe = ROLES[role];
  if (subscribe === undefined) throw new Error(`expected a role of ${Object.keys(ROLES)}, got '${role}'`);
  let release = (): void => undefined;
  let before = process.cpuUsage();
  const sentinel = new Redis(redisUrl);
  sentinel.on('message', (_channel: string, text: string) => {
    if (text === 'begin') before = process.cpuUsage();
    else
      setTimeout(() => {
        const { user, system } = process.cpuUsage(before);
        process.send?.({ cpuMs: (user + system) / 1_000 });
      }, DRAIN_MS);
  });
  process.on('message', (word) => {
    if (word === 'begin-round')
      void (async () => {
        await sentinel.subscribe(SENTINEL);
        release = await subscribe();
        process.send?.('listening');
      })();
    else {
      release();
      void sentinel.unsubscribe(SENTINEL).then(() => process.send?.('released'));
    }
  });
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}

void main();
