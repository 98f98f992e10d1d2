/** One subscriber in a process of its own: reports the CPU time between the first message and the last. `argv`: role, Redis URL. */
import { Redis } from 'ioredis';
import pino from 'pino';
import { subscribeBus } from '../../sidecar/bus/subscriber';
import { systemClock } from '../../sidecar/system-clock';
import { startService } from './service';
import { CHANNEL } from './traffic';

/** Says that everything before it has come. */
export const SENTINEL = 'bench-sentinel';
const [, , role = '', redisUrl = ''] = process.argv;

function report(cpu: NodeJS.CpuUsage): void {
  process.send?.({ cpuMs: (cpu.user + cpu.system) / 1_000, rssMb: process.memoryUsage.rss() / 1_048_576 });
}

/** Counts from `begin` to `end` on a channel of its own, which Redis delivers in order with nothing else. */
async function measure(redis: Redis, onMessage: (message: Buffer) => void): Promise<void> {
  let before = process.cpuUsage();
  redis.on('messageBuffer', (channel: Buffer, message: Buffer) => {
    if (channel.length !== SENTINEL.length) return onMessage(message);
    if (message.toString() === 'begin') before = process.cpuUsage();
    else report(process.cpuUsage(before));
    return undefined;
  });
  await redis.subscribe(CHANNEL, SENTINEL);
}

/** Our subscription alone: what is relevant is read and handed to nobody. */
async function startSubscriber(): Promise<void> {
  await new Promise<void>((resolve) => {
    subscribeBus({
      redisUrl,
      onEvent: () => undefined,
      onState: (state) => state.connected && resolve(),
      log: pino({ level: 'silent' }),
      clock: systemClock(),
    });
  });
}

async function measureService(redis: Redis): Promise<void> {
  if (role === 'subscriber') await startSubscriber();
  else await startService(redisUrl);
  let before = process.cpuUsage();
  redis.on('message', (_channel: string, text: string) => {
    if (text === 'begin') before = process.cpuUsage();
    // The service has a connection of its own: let it read what is still in its socket.
    else setTimeout(() => report(process.cpuUsage(before)), 500);
  });
  await redis.subscribe(SENTINEL);
}

async function main(): Promise<void> {
  const protocol = role.endsWith('-resp3') ? 3 : 2;
  const redis = new Redis(redisUrl, { protocol });
  redis.on('error', () => undefined);
  if (role.startsWith('bare')) await measure(redis, () => undefined);
  else if (role === 'parse-everything')
    await measure(redis, (message) => void JSON.parse(message.toString('utf8')));
  else await measureService(redis);
  process.send?.('ready');
}

void main();
