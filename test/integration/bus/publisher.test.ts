/** Commands on a real Redis: byte for byte to akka-apps' channel, now or not at all. */
import type { Redis } from 'ioredis';
import * as commands from '../../../sidecar/bus/commands';
import { createPublisher, type Publisher } from '../../../sidecar/bus/publisher';
import type { InternalMeetingId, InternalUserId } from '../../../sidecar/core/meeting';
import { TransientError } from '../../../sidecar/errors';
import { createLog } from '../../../sidecar/log';
import { type RedisServer, startRedisServer } from '../../support/redis-server';
import { until } from '../../support/until';
import { holdableWire, plainRedis } from './an-ear';

const CHANNEL = 'to-akka-apps-redis-channel';
const MEETING = '5f2c1d9e8b7a6054f3e2d1c0b9a8877665544332-1760000000000' as InternalMeetingId;
const USER = 'w_abc123def456' as InternalUserId;
const clock = { wall: () => 1_760_000_100_000 };

let server: RedisServer;
let akka: Redis;
let heard: string[];
let publishers: Publisher[];

async function open(url = server.url): Promise<Publisher> {
  const publisher = createPublisher({ redisUrl: url, log: createLog('silent'), clock });
  publishers.push(publisher);
  await until('the publisher to be connected', () => publisher.connected);
  return publisher;
}

async function akkaListens(): Promise<void> {
  akka = await plainRedis(server.url);
  akka.on('message', (_channel: string, message: string) => heard.push(message));
  await akka.subscribe(CHANNEL);
}

beforeEach(async () => {
  heard = [];
  publishers = [];
  server = await startRedisServer();
});

afterEach(async () => {
  for (const publisher of publishers) publisher.close();
  akka?.disconnect();
  await server.stop();
});

it('each command arrives as it is built', async () => {
  await akkaListens();
  const publisher = await open();
  await publisher.ejectUser(MEETING, USER);
  await publisher.endMeeting(MEETING);
  await publisher.stopRecording(MEETING, USER);
  await publisher.sendChatMessage(MEETING, 'Service level', 'Ends in 5 minutes — "K7Q-2MX" 😀');
  await publisher.getRecordingStatus(MEETING);
  await publisher.checkAlive(1_760_000_000_123);
  await until('all six', () => heard.length === 6);
  const at = clock.wall();
  expect(heard).toEqual([
    commands.ejectUserFromMeeting(MEETING, USER, at).json,
    commands.endMeeting(MEETING, at).json,
    commands.stopRecording(MEETING, USER, at).json,
    commands.sendGroupChatMessage(MEETING, 'Service level', 'Ends in 5 minutes — "K7Q-2MX" 😀', at).json,
    commands.getRecordingStatus(MEETING, at).json,
    commands.checkAlivePing(at, 1_760_000_000_123).json,
  ]);
});

it('nobody listens: said, not swallowed', async () => {
  const publisher = await open();
  const sent = publisher.endMeeting(MEETING);
  await expect(sent).rejects.toThrow(TransientError);
  await expect(sent).rejects.toThrow('nobody listens on to-akka-apps-redis-channel');
});

it('Redis away: refused at once, and nothing of it is sent when it is back', async () => {
  await akkaListens();
  const publisher = await open();
  await server.kill();
  await until('the loss', () => !publisher.connected);
  await expect(publisher.endMeeting(MEETING)).rejects.toThrow(TransientError);
  await expect(publisher.ejectUser(MEETING, USER)).rejects.toThrow(TransientError);
  // Before Redis is back: its own subscribing again would be cut off, and rejected with nobody to handle that.
  akka.disconnect();
  await server.restart();
  await until('it to be back', () => publisher.connected);
  await akkaListens();
  await publisher.checkAlive(1_760_000_000_123);
  await until('the ping', () => heard.length > 0);
  expect(heard).toEqual([commands.checkAlivePing(clock.wall(), 1_760_000_000_123).json]);
});

it('no answer from Redis: refused in time, and not sent later', async () => {
  await akkaListens();
  const wire = await holdableWire(server.url);
  const publisher = await open(wire.url);
  wire.freeze();
  await expect(publisher.endMeeting(MEETING)).rejects.toThrow(TransientError);
  await until('the connection to be given up', () => !publisher.connected, 15_000);
  wire.thaw();
  await until('a new one', () => publisher.connected, 15_000);
  await publisher.checkAlive(1_760_000_000_123);
  await until('the ping', () => heard.length > 0);
  expect(heard).toEqual([commands.checkAlivePing(clock.wall(), 1_760_000_000_123).json]);
  publisher.close();
  await wire.stop();
});

it('closed: refused', async () => {
  const publisher = await open();
  publisher.close();
  await expect(publisher.endMeeting(MEETING)).rejects.toThrow(TransientError);
});
