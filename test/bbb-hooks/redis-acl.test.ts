/** The suggested Redis user on a real Redis: what the service needs works, everything else is refused. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { openConnection } from '../../sidecar/bus/connection';
import { CHANNELS, TO_AKKA_APPS } from '../../sidecar/bus/protocol';
import { createPublisher } from '../../sidecar/bus/publisher';
import { subscribeBus } from '../../sidecar/bus/subscriber';
import { createLog } from '../../sidecar/log';
import { systemClock } from '../../sidecar/system-clock';
import { type RedisServer, startRedisServer } from '../support/redis-server';
import { until } from '../support/until';
import { HOOKS } from './support/programs';

const PASSWORD = 'made-up-for-tests';

const deletedRecording = (recordId: string): string => {
  const name = 'DeletedRecordingSysMsg';
  const envelope = { name, routing: { sender: 'bbb-web' }, timestamp: 1_760_000_000_000 };
  return JSON.stringify({ envelope, core: { header: { name }, body: { recordId } } });
};

describe('users.acl.example', () => {
  let server: RedisServer;
  let url: string;
  let admin: Redis;
  const open: Redis[] = [];

  const example = readFileSync(join(HOOKS, 'redis', 'users.acl.example'), 'utf8');

  beforeAll(async () => {
    server = await startRedisServer();
    url = server.url.replace('redis://', `redis://bbb-tiers:${PASSWORD}@`);
    admin = new Redis(server.url);
    const [keyword, ...rules] = example.trim().replace('CHANGE-ME', PASSWORD).split(' ');
    expect(keyword).toBe('user');
    expect(await admin.call('ACL', 'SETUSER', ...rules)).toBe('OK');
  });
  afterEach(async () => {
    for (const redis of open.splice(0))
      if (redis.status !== 'end') await redis.quit().catch(() => redis.disconnect());
    jest.restoreAllMocks();
  });
  afterAll(async () => {
    await admin.quit();
    await server.stop();
  });

  async function connect(redis: Redis): Promise<Redis> {
    open.push(redis);
    redis.on('error', () => undefined);
    await until('the connection is ready', () => redis.status === 'ready');
    return redis;
  }
  const service = () => connect(openConnection(url, 'bbb-tiers-test'));

  test('the example has a password that must be changed, and one user', () => {
    expect(example.trim().split('\n')).toHaveLength(1);
    expect(example).toContain('>CHANGE-ME ');
  });

  test('our own connection: subscribes to the three channels, pings while subscribed, and hears', async () => {
    const redis = await service();
    const heard: string[] = [];
    redis.on('message', (channel) => heard.push(channel));
    await redis.subscribe(...CHANNELS);
    for (const channel of CHANNELS) await admin.publish(channel, '{}');
    await until('all three were heard', () => heard.length === CHANNELS.length);
    expect([...heard].sort()).toEqual([...CHANNELS].sort());
    expect(await redis.ping()).toBeTruthy();
    await redis.unsubscribe(...CHANNELS);
    expect(await admin.client('LIST')).toContain('name=bbb-tiers-test');
  });

  test('our own connection: publishes commands to akka-apps', async () => {
    const redis = await service();
    const akka = await connect(admin.duplicate());
    const heard: string[] = [];
    akka.on('message', (_channel, message) => heard.push(message));
    await akka.subscribe(TO_AKKA_APPS);
    expect(await redis.publish(TO_AKKA_APPS, '{"a":1}')).toBe(1);
    await until('akka-apps heard it', () => heard.length === 1);
    expect(await redis.quit()).toBe('OK');
  });

  test.each([2, 3] as const)('ioredis as it comes, protocol %i', async (protocol) => {
    // It warns that INFO is refused, and goes on.
    jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const redis = await connect(new Redis(url, { protocol }));
    expect(await redis.publish(TO_AKKA_APPS, 'x')).toBe(0);
    await redis.subscribe(...CHANNELS);
  });

  test('the service itself: hears, is cut off, and hears again', async () => {
    let connections = 0;
    let connected = false;
    const heard: string[] = [];
    const bus = subscribeBus({
      redisUrl: url,
      onEvent: () => undefined,
      onRecording: ({ recordId }) => heard.push(recordId),
      onState(state) {
        if (state.connected && !connected) connections += 1;
        connected = state.connected;
      },
      onCount: () => undefined,
      log: createLog('silent'),
      clock: systemClock(),
    });
    const publisher = createPublisher({ redisUrl: url, log: createLog('silent'), clock: systemClock() });
    const publish = (recordId: string) =>
      admin.publish('from-bbb-web-redis-channel', deletedRecording(recordId));
    try {
      await until('the bus is heard', () => connections === 1 && publisher.connected);
      await publish('first');
      await until('the first was heard', () => heard.includes('first'));
      await admin.call('CLIENT', 'KILL', 'USER', 'bbb-tiers');
      await until('the bus is heard again', () => connections === 2 && publisher.connected);
      await publish('second');
      await until('the second was heard', () => heard.includes('second'));
    } finally {
      bus.stop();
      publisher.close();
    }
  });

  test('requests of others are not read: join requests carry session tokens', async () => {
    const redis = await service();
    await expect(redis.subscribe(TO_AKKA_APPS)).rejects.toThrow('NOPERM');
  });

  test.each([
    'from-akka-apps-frontend-redis-channel',
    'from-voice-conf-redis-channel',
    'bigbluebutton:from-rap2',
    '*',
    '',
  ])('not subscribed to: %j', async (channel) => {
    await expect((await service()).subscribe(channel)).rejects.toThrow('NOPERM');
  });

  test.each([...CHANNELS, 'to-sfu-redis-channel', 'to-voice-conf-redis-channel', `${TO_AKKA_APPS}2`])(
    'not published to: %s',
    async (channel) => {
      await expect((await service()).publish(channel, 'x')).rejects.toThrow('NOPERM');
    },
  );

  test('no pattern, not even one that names allowed channels', async () => {
    const redis = await service();
    await expect(redis.psubscribe('*')).rejects.toThrow('NOPERM');
    await expect((await service()).psubscribe(CHANNELS[0] as string)).rejects.toThrow('NOPERM');
  });

  test('of all the commands this Redis has, only these are not refused for want of rights', async () => {
    const listed = (await admin.command('LIST')) as string[];
    const allowed: string[] = [];
    for (const command of listed) {
      // Dry-run asks the ACL without running; arguments that fit the arity, on a channel or key of nobody.
      const info = (await admin.command('INFO', command)) as Array<[string, number, string[]]>;
      const arity = Math.abs(Number(info[0]?.[1] ?? 1));
      const answer = await admin
        .call('ACL', 'DRYRUN', 'bbb-tiers', command, ...Array<string>(arity - 1).fill('x'))
        .catch((error: Error) => error.message);
      if (answer === 'OK') allowed.push(command);
    }
    // All but two of these Redis gives to everybody: they belong to authentication.
    expect(allowed.sort()).toEqual(['auth', 'hello', 'ping', 'quit', 'reset', 'unsubscribe']);
    expect(listed.length).toBeGreaterThan(200);
  });

  test.each([
    ['CLIENT', 'LIST'],
    ['CLIENT', 'KILL', 'ID', '1'],
    ['CLIENT', 'PAUSE', '1'],
    ['CONFIG', 'GET', '*'],
    ['ACL', 'LIST'],
    ['ACL', 'WHOAMI'],
    ['PUBSUB', 'CHANNELS'],
    ['SPUBLISH', TO_AKKA_APPS, 'x'],
    ['EVAL', 'return 1', '0'],
    ['KEYS', '*'],
    ['GET', 'meeting:info:x'],
    ['INFO'],
    ['MONITOR'],
  ])('refused: %s %s', async (command, ...args) => {
    await expect(
      (await service()).call(command, ...args.filter((argument) => argument !== undefined)),
    ).rejects.toThrow('NOPERM');
  });

  test('without the password nobody gets in', async () => {
    const redis = new Redis(url.replace(PASSWORD, 'CHANGE-ME'), {
      lazyConnect: true,
      retryStrategy: () => null,
    });
    redis.on('error', () => undefined);
    open.push(redis);
    await expect(redis.connect().then(() => redis.ping())).rejects.toThrow();
  });
});
