/** The subscription on a real Redis: what comes, what is counted, and what happens when Redis goes, comes back, or refuses. */
import type { Redis } from 'ioredis';
import { busFixture, busFixtures } from '../../fixtures/bus';
import { manualClock } from '../../support/clock';
import { type RedisServer, startRedisServer } from '../../support/redis-server';
import { until } from '../../support/until';
import { type Ear, holdableWire, listen, noteLog, plainRedis } from './an-ear';

const MAIN = 'from-akka-apps-redis-channel';
const JOINED = busFixture('3.0', 'UserJoinedMeetingEvtMsg');
const PONG = busFixture('3.0', 'CheckAlivePongSysMsg').toString().replaceAll('bbb-tiers', 'BbbWeb');
const TALKING = busFixture('3.0', 'irrelevant: talking');

let server: RedisServer;
let akka: Redis;
let ears: Ear[];

function open(...args: Parameters<typeof listen>): Ear {
  const ear = listen(...args);
  ears.push(ear);
  return ear;
}

async function connected(ear: Ear): Promise<void> {
  await until('the bus to be connected', () => ear.bus.state.connected);
}

beforeEach(async () => {
  ears = [];
  server = await startRedisServer();
  akka = await plainRedis(server.url);
});

afterEach(async () => {
  for (const ear of ears) ear.bus.stop();
  akka.disconnect();
  await server.stop();
});

it('hears the three channels, counts everything, parses what matters', async () => {
  const ear = open(server.url);
  await connected(ear);
  const main = [...busFixtures('3.0').values()];
  for (const message of main) await akka.publish(MAIN, message);
  await akka.publish('from-bbb-web-redis-channel', busFixture('recordings', 'PublishedRecordingSysMsg'));
  await akka.publish('bigbluebutton:from-rap', busFixture('recordings', 'publish_ended'));
  await akka.publish('from-akka-apps-frontend-redis-channel', JOINED);
  await akka.publish(MAIN, '{"envelope":{"name":"UserJoinedMeetingEvtMsg","rou');
  const total = main.length + 3;
  const sum = (): number => ear.counts.irrelevant + ear.counts.parsed + ear.counts.dropped;
  await until('all to be counted', () => sum() === total);
  expect(ear.counts).toEqual({ irrelevant: 6, parsed: total - 7, dropped: 1 });
  expect(ear.events).toHaveLength(22);
  expect(ear.recordings.map(({ type }) => type)).toEqual(['rap-published', 'rap-publish-ended']);
  expect(ear.pongs).toEqual(['bbb-tiers']);
});

it('a megabyte of garbage a hundred times over: dropped and counted, and the next event is there', async () => {
  const ear = open(server.url);
  await connected(ear);
  const garbage = [Buffer.alloc(1024 * 1024, '['), Buffer.alloc(1024 * 1024, 0), JOINED.subarray(0, 300)];
  for (let round = 0; round < 34; round += 1) for (const bytes of garbage) await akka.publish(MAIN, bytes);
  await akka.publish(MAIN, JOINED);
  await until('the event after it', () => ear.events.length === 1);
  expect(ear.counts).toEqual({ irrelevant: 0, parsed: 1, dropped: 102 });
});

it('a consumer that throws costs no message', async () => {
  const lines: string[] = [];
  let seen = 0;
  const ear = open(server.url, {
    log: noteLog(lines),
    onEvent: () => {
      seen += 1;
      throw new Error('not today');
    },
  });
  await connected(ear);
  await akka.publish(MAIN, JOINED);
  await akka.publish(MAIN, JOINED);
  await until('both to be counted', () => ear.counts.parsed === 2);
  expect(seen).toBe(2);
  expect(lines.join('')).toContain('cannot process an event of the bus; it is skipped');
});

it('Redis killed and started again: told, back by itself, and since when something may be missing', async () => {
  const clock = manualClock(1_760_000_000_000);
  const ear = open(server.url, { clock });
  await connected(ear);
  await clock.advance(1000);
  await akka.publish(MAIN, TALKING);
  await until('the message', () => ear.counts.irrelevant === 1);
  const heardAt = clock.now();
  await clock.advance(5000);
  await server.kill();
  await until('the loss', () => !ear.bus.state.connected);
  await clock.advance(60_000);
  await server.restart();
  await connected(ear);
  const loss = { connected: false, lastHeardAt: heardAt, lastMessageAt: heardAt };
  expect(ear.states.slice(1)).toEqual([loss, { ...loss, connected: true }]);
  // From here on the past is no gap any more.
  expect(ear.bus.state.lastHeardAt).toBe(clock.now());
  await akka.publish(MAIN, JOINED);
  await until('events again', () => ear.events.length === 1);
});

it('a silence of more than 12 s: reported as a loss while it lasts, its end before the message that ends it', async () => {
  const clock = manualClock(1_760_000_000_000);
  const statesBefore: number[] = [];
  const ear = open(server.url, { clock, onEvent: () => statesBefore.push(ear.states.length) });
  await connected(ear);
  await akka.publish(MAIN, PONG);
  await until('the answer', () => ear.pongs.length === 1);
  await clock.advance(12_000);
  await akka.publish(MAIN, TALKING);
  await until('the message', () => ear.counts.irrelevant === 1);
  const heardAt = clock.now();
  await clock.advance(12_000);
  expect(ear.states).toHaveLength(1);
  await clock.advance(4_000);
  const loss = { connected: false, lastHeardAt: heardAt, lastMessageAt: heardAt };
  expect(ear.states.slice(1)).toEqual([loss]);
  await akka.publish(MAIN, JOINED);
  await until('the event', () => statesBefore.length === 1);
  expect(statesBefore).toEqual([3]);
  expect(ear.states.at(-1)).toMatchObject({ connected: true, lastHeardAt: heardAt });
});

it('where bbb-web pings nobody, a silence is none', async () => {
  const clock = manualClock(1_760_000_000_000);
  const ear = open(server.url, { clock });
  await connected(ear);
  await akka.publish(MAIN, busFixture('3.0', 'CheckAlivePongSysMsg'));
  await until('the answer to our own', () => ear.pongs.length === 1);
  await clock.advance(60_000);
  await akka.publish(MAIN, JOINED);
  await until('the event', () => ear.events.length === 1);
  expect(ear.states).toHaveLength(1);
});

it('Redis that is not there yet: the service starts all the same', async () => {
  const { url } = server;
  await server.kill();
  const lines: string[] = [];
  const ear = open(url, { log: noteLog(lines) });
  await until('a first failure', () => lines.some((line) => line.includes('no connection to Redis')));
  expect(ear.states).toEqual([]);
  await server.restart();
  await connected(ear);
  expect(lines.filter((line) => line.includes('"level":"warn"'))).toHaveLength(1);
});

it('a connection gone silent without an end is noticed and made anew', async () => {
  const wire = await holdableWire(server.url);
  const socketClock = manualClock(0);
  const ear = open(wire.url, { socketClock });
  await connected(ear);
  wire.freeze();
  await socketClock.advance(5000);
  await until('the loss', () => !ear.bus.state.connected, 15_000);
  wire.thaw();
  await connected(ear);
  await akka.publish(MAIN, JOINED);
  await until('events again', () => ear.events.length === 1);
  expect(wire.connections).toBeGreaterThan(1);
  ear.bus.stop();
  await wire.stop();
});

it('a quiet bus is no gap: Redis vouches for it', async () => {
  const clock = manualClock(1_760_000_000_000);
  const socketClock = manualClock(0);
  const ear = open(server.url, { clock, socketClock });
  await connected(ear);
  await clock.advance(600_000);
  await socketClock.advance(5000);
  await until('the pong', () => ear.bus.state.lastHeardAt === clock.now());
  expect(ear.bus.state.lastMessageAt).toBeUndefined();
});

describe('access', () => {
  it('a password that is wrong: said without it, and no crash; right: in', async () => {
    await akka.config('SET', 'requirepass', 'hunter-two');
    const lines: string[] = [];
    const wrong = server.url.replace('redis://', 'redis://:letmein-please@');
    const refused = open(wrong, { log: noteLog(lines) });
    await until('the refusal', () => lines.some((line) => line.includes('WRONGPASS')));
    expect(refused.bus.state.connected).toBe(false);
    expect(lines.join('')).not.toContain('letmein-please');
    const right = open(server.url.replace('redis://', 'redis://:hunter-two@'));
    await connected(right);
  });

  it('a user who may not read the channels is not connected until it may', async () => {
    await akka.call('ACL', 'SETUSER', 'tiers', 'on', '>pw', 'resetchannels', '+subscribe', '+ping');
    const lines: string[] = [];
    const socketClock = manualClock(0);
    const ear = open(server.url.replace('redis://', 'redis://tiers:pw@'), {
      log: noteLog(lines),
      socketClock,
    });
    await until('the refusal', () => lines.some((line) => line.includes('NOPERM')));
    expect(ear.bus.state.connected).toBe(false);
    // Nothing else is needed to listen.
    await akka.call(
      'ACL',
      'SETUSER',
      'tiers',
      '&from-akka-apps-redis-channel',
      '&from-bbb-web-redis-channel',
      '&bigbluebutton:from-rap',
    );
    await socketClock.advance(5000);
    await connected(ear);
    await akka.publish(MAIN, JOINED);
    await until('an event', () => ear.events.length === 1);
  });
});

it('after stop nothing is told any more', async () => {
  const ear = open(server.url);
  await connected(ear);
  const states = ear.states.length;
  ear.bus.stop();
  await until(
    'the connection to be let go',
    async () => !String(await akka.call('CLIENT', 'LIST')).includes('name=bbb-tiers-bus'),
  );
  await akka.publish(MAIN, JOINED);
  await server.restart();
  expect(ear.events).toEqual([]);
  expect(ear.states).toHaveLength(states);
});
