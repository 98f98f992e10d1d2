/** A third client on the bus in a process of its own: notes when each over-cap join and each answer to it passed. `argv`: Redis URL. */
import { Redis } from 'ioredis';
import { CHANNEL } from './traffic';

const TO_AKKA_APPS = 'to-akka-apps-redis-channel';
const [, , redisUrl = ''] = process.argv;

const joinedAt = new Map<string, number>();
const waitsMs: number[] = [];

function noteJoin(message: Buffer, at: number): void {
  if (message.subarray(21, 44).toString('latin1') !== 'UserJoinedMeetingEvtMsg') return;
  const text = message.toString('utf8');
  if (text.includes('"extId":"over-')) joinedAt.set(/"intId":"([^"]+)"/.exec(text)?.[1] ?? '', at);
}

function noteAnswer(message: Buffer, at: number): void {
  const text = message.toString('utf8');
  if (!text.includes('EjectUserFromMeetingSysMsg')) return;
  const who = /"userId":"(w_[^"]+)"/.exec(text)?.[1] ?? '';
  const since = joinedAt.get(who);
  if (since !== undefined) waitsMs.push(at - since);
  joinedAt.delete(who);
}

async function main(): Promise<void> {
  const redis = new Redis(redisUrl, { protocol: 2 });
  redis.on('messageBuffer', (channel: Buffer, message: Buffer) => {
    const at = performance.now();
    if (channel.length === CHANNEL.length) noteJoin(message, at);
    else noteAnswer(message, at);
  });
  await redis.subscribe(CHANNEL, TO_AKKA_APPS);
  process.on('message', () => process.send?.({ waitsMs }));
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}

void main();
