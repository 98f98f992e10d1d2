/** The Redis that tests and the demo run on: found, fetched or given, killed and started again. */

import { rm } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { ensureRedisServer, leave, type RedisServer, startRedisServer } from '../../support/redis-server';
import { compileProgram, killHard, startProgram } from '../../support/separate-process';
import { until } from '../../support/until';

let server: RedisServer | undefined;
const clients: Redis[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) leave(client);
  await server?.stop();
  server = undefined;
});

function connect(url: string): Redis {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => {});
  clients.push(client);
  return client;
}

async function refuses(url: string): Promise<boolean> {
  return connect(url)
    .connect()
    .then(
      () => false,
      () => true,
    );
}

test('one of our own answers on loopback, keeps nothing on disk, and is gone after stop', async () => {
  server = await startRedisServer();
  const client = connect(server.url);
  expect(await client.info('server')).toMatch(new RegExp(`process_id:${server.pid}\\b`));
  expect(await client.config('GET', 'save')).toEqual(['save', '']);
  expect(await client.config('GET', 'appendonly')).toEqual(['appendonly', 'no']);
  expect(await client.config('GET', 'bind')).toEqual(['bind', '127.0.0.1']);
  await server.stop();
  expect(server.pid).toBeUndefined();
  expect(await refuses(server.url)).toBe(true);
});

test('killed and restarted it is at the same address, another process, and empty', async () => {
  server = await startRedisServer();
  const before = { url: server.url, pid: server.pid };
  await connect(server.url).set('key', 'value');
  await server.kill();
  expect(server.pid).toBeUndefined();
  expect(await refuses(server.url)).toBe(true);
  await server.restart();
  expect(server.url).toBe(before.url);
  expect(server.pid).not.toBe(before.pid);
  expect(await connect(server.url).get('key')).toBeNull();
});

test('a restart while it runs drops its clients', async () => {
  server = await startRedisServer();
  const client = connect(server.url);
  await client.ping();
  const closed = new Promise((resolve) => client.once('close', resolve));
  await server.restart();
  await closed;
  expect(await connect(server.url).ping()).toBe('PONG');
});

test('two of our own do not meet', async () => {
  server = await startRedisServer();
  const second = await startRedisServer();
  expect(second.url).not.toBe(server.url);
  await second.stop();
});

describe('a server given by its address', () => {
  test('is used, named by its variable, and left running', async () => {
    server = await startRedisServer();
    const lines: string[] = [];
    const given = await ensureRedisServer({
      env: { REDIS_URL: server.url },
      progress: (line) => lines.push(line),
    });
    expect(given).toMatchObject({ url: server.url, pid: undefined, origin: 'given by REDIS_URL' });
    expect(lines).toEqual(['Redis: given by REDIS_URL']);
    await expect(given.kill()).rejects.toThrow('the Redis of REDIS_URL is not ours to stop');
    await expect(given.restart()).rejects.toThrow('the Redis of REDIS_URL is not ours to stop');
    await given.stop();
    expect(await connect(server.url).ping()).toBe('PONG');
  });

  test('for tests goes before one for the service, and only named variables count', async () => {
    server = await startRedisServer();
    const env = { TEST_REDIS_URL: server.url, REDIS_URL: 'redis://127.0.0.1:1', PATH: process.env.PATH };
    expect((await ensureRedisServer({ env })).origin).toBe('given by TEST_REDIS_URL');
    const own = await ensureRedisServer({
      env: { ...env, TEST_REDIS_URL: '' },
      variables: ['TEST_REDIS_URL'],
    });
    expect(own.pid).toBeGreaterThan(0);
    await own.stop();
  });

  test('that does not answer is named by its variable, not by its password', async () => {
    const attempt = ensureRedisServer({ env: { REDIS_URL: 'redis://:hunter2@127.0.0.1:1' } });
    await expect(attempt).rejects.toThrow(
      /^no Redis answers at the address in REDIS_URL \(.*ECONNREFUSED.*\): correct or unset it$/,
    );
    await expect(attempt).rejects.not.toThrow(/hunter2/);
  });
});

test('it ends with the process that started it, kill -9 included', async () => {
  const program = compileProgram(
    'redis',
    `import { startRedisServer } from './test/support/redis-server';
     startRedisServer().then(({ url, pid }) => console.log(JSON.stringify({ url, pid })));
     setInterval(() => {}, 60_000);`,
  );
  const { child, line } = await startProgram<{ url: string }>(program);
  expect(await connect(line.url).ping()).toBe('PONG');
  await killHard(child);
  await until('nobody answers', () => refuses(line.url));
  await rm(program);
});

test('it keeps no process alive, and still ends in order in one that has nothing else to do', async () => {
  const program = compileProgram(
    'redis-idle',
    `import { startRedisServer } from './test/support/redis-server';
     async function main() {
       const server = await startRedisServer();
       await server.kill();
       await server.restart();
       await server.stop();
       console.log(JSON.stringify({ stopped: server.url }));
       await startRedisServer();
     }
     main();`,
  );
  const { child, line } = await startProgram<{ stopped: string }>(program);
  expect(await refuses(line.stopped)).toBe(true);
  await until('the process has ended by itself', () => child.exitCode === 0);
  await rm(program);
});
