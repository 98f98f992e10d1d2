/** Unrelated traffic at 1,000 messages a second, in a process of its own, until it is stopped. `argv`: Redis URL. */
import { Redis } from 'ioredis';
import { CHANNEL, makeTraffic } from './traffic';

const PER_TICK = 20;
const TICK_MS = 20;
const [, , redisUrl = ''] = process.argv;

const redis = new Redis(redisUrl);
const { messages } = makeTraffic({ meetings: 50, messages: 5_000, seed: 2 });
let next = 0;

/** Stamped now: with old stamps BBB's clock would look set back, and nobody is removed then. */
function stampedNow(message: Buffer | undefined): string {
  return (message?.toString('utf8') ?? '').replace(/"timestamp":\d{13}/, `"timestamp":${Date.now()}`);
}

setInterval(() => {
  const pipeline = redis.pipeline();
  for (let count = 0; count < PER_TICK; count += 1)
    pipeline.publish(CHANNEL, stampedNow(messages[next++ % messages.length]));
  void pipeline.exec();
}, TICK_MS);
process.on('disconnect', () => process.exit());
process.send?.('ready');
