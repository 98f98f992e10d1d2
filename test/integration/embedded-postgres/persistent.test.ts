/** A data directory that is kept: across stops, across kill -9 of us and of the server, and between two who want it. */

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import pino from 'pino';
import { serverAccount } from '../../../sidecar/embedded-postgres/account';
import { type Guard, guard } from '../../../sidecar/embedded-postgres/guard';
import { findPostmaster, stopPostmaster } from '../../../sidecar/embedded-postgres/postmaster';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../sidecar/embedded-postgres/server';
import { ConfigError } from '../../../sidecar/errors';
import { findFreePort } from '../../support/free-port';
import { killHard, startProgram } from '../../support/separate-process';
import { until } from '../../support/until';
import { compileStarter, type Started } from './starter';

const log = pino({ level: 'silent' });
const program = compileStarter('persistent');

let prepared: string;
let root: string;
let dataDir: string;
let server: EmbeddedPostgres | undefined;
const processes: ChildProcess[] = [];
/** A kept server outlives who started it, by intention: but not a test run that was killed. */
const guards: Guard[] = [];

/** Making a cluster takes a second, copying one does not. */
beforeAll(async () => {
  prepared = await mkdtemp(join('/tmp', 'embedded-'));
  await chmod(prepared, 0o755);
  await (await startEmbeddedPostgres({ dataDir: join(prepared, 'postgres'), log })).stop();
});

beforeEach(async () => {
  root = await mkdtemp(join('/tmp', 'embedded-'));
  await chmod(root, 0o755);
  dataDir = join(root, 'postgres');
  await promisify(execFile)('cp', ['-a', join(prepared, 'postgres'), dataDir]);
});

afterEach(async () => {
  for (const child of processes.splice(0)) await killHard(child);
  await server?.stop();
  server = undefined;
  const left = await findPostmaster(dataDir); // by a test that failed in the middle
  if (left) await stopPostmaster(left);
  for (const watch of guards.splice(0)) watch.release();
  await rm(root, { recursive: true, force: true });
});

afterAll(async () => {
  await rm(program);
  await rm(prepared, { recursive: true });
});

async function start(): Promise<EmbeddedPostgres> {
  server = await startEmbeddedPostgres({ dataDir, log });
  guards.push(guard({ pid: server.pid, directory: root }));
  return server;
}

async function startElsewhere(): Promise<{ child: ChildProcess; started: Started }> {
  const { child, line: started } = await startProgram<Started>(program, { dataDir });
  processes.push(child);
  guards.push(guard({ pid: started.pid, directory: root }));
  return { child, started };
}

async function query<Row>(databaseUrl: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Row[];
  } finally {
    await client.end();
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('the data is there again after a stop; commits reach the disk; only loopback hears it', async () => {
  const first = await start();
  await query(first.databaseUrl, 'create table kept as select 42 as answer');
  await first.stop();
  await expect(query(first.databaseUrl, 'select 1')).rejects.toThrow(/ECONNREFUSED/);

  const again = await start();
  expect(await query(again.databaseUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
  expect(
    await query(
      again.databaseUrl,
      `select name, setting from pg_settings where name in
        ('fsync', 'full_page_writes', 'listen_addresses', 'unix_socket_directories', 'server_encoding', 'lc_collate', 'synchronous_commit')
        order by name`,
    ),
  ).toEqual([
    { name: 'fsync', setting: 'on' },
    { name: 'full_page_writes', setting: 'on' },
    { name: 'listen_addresses', setting: '127.0.0.1' },
    { name: 'server_encoding', setting: 'UTF8' },
    { name: 'synchronous_commit', setting: 'on' },
    { name: 'unix_socket_directories', setting: '' },
  ]);
  expect((await stat(dataDir)).mode & 0o077).toBe(0);
  const account = serverAccount();
  expect((await stat(dataDir)).uid).toBe(account ? account.uid : process.getuid?.());
  expect(await readdir(root)).toEqual(['postgres']);
});

test('stopping twice is stopping once', async () => {
  const started = await start();
  await Promise.all([started.stop(), started.stop()]);
  await started.stop();
});

test('after kill -9 of its starter the running server is taken over, data, port and all', async () => {
  const { child, started } = await startElsewhere();
  await query(started.databaseUrl, 'create table kept as select 42 as answer');
  await killHard(child);
  expect(isAlive(started.pid)).toBe(true);

  const taken = await start();
  expect(taken).toMatchObject({ databaseUrl: started.databaseUrl, pid: started.pid, directory: dataDir });
  expect(await query(taken.databaseUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await taken.stop();
  await expect(query(taken.databaseUrl, 'select 1')).rejects.toThrow(/ECONNREFUSED/);
});

test('a Ctrl-C, which reaches everything the terminal started, leaves the server to whoever is to stop it', async () => {
  const { child, started } = await startElsewhere();
  const gone = once(child, 'exit');
  process.kill(-Number(child.pid), 'SIGINT');
  await gone;
  expect(await query(started.databaseUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect((await start()).pid).toBe(started.pid);
});

test('after kill -9 of the server itself what was committed is recovered', async () => {
  const first = await start();
  await query(first.databaseUrl, 'create table kept as select 42 as answer');
  process.kill(first.pid, 'SIGKILL');
  await until('the server is gone', () => !isAlive(first.pid));
  const again = await start();
  expect(again.pid).not.toBe(first.pid);
  expect(await query(again.databaseUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
});

test('the end of a server nobody stopped is logged as an error', async () => {
  const lines: string[] = [];
  const started = await startEmbeddedPostgres({
    dataDir,
    log: pino({}, { write: (line) => lines.push(line) }),
  });
  server = started;
  process.kill(started.pid, 'SIGKILL');
  await until('the loss is logged', () =>
    lines.some((line) => line.includes('embedded PostgreSQL ended unasked')),
  );
  await started.stop();
});

test('a pid file that names a dead process is no obstacle', async () => {
  const dead = spawn('true');
  await once(dead, 'exit');
  await writePidFile(dead.pid as number);
  expect(await query((await start()).databaseUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('a pid file that names another program of the same account is no obstacle, and that program lives on', async () => {
  const other = spawn('sleep', ['600'], { ...serverAccount(), cwd: '/' });
  processes.push(other);
  await once(other, 'spawn');
  await writePidFile(other.pid as number);
  expect(await query((await start()).databaseUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(isAlive(other.pid as number)).toBe(true);
});

async function writePidFile(pid: number): Promise<void> {
  const lines = [
    pid,
    dataDir,
    1_700_000_000,
    await findFreePort(),
    '',
    '127.0.0.1',
    '   1234567        12',
    'ready   ',
    '',
  ];
  await writeFile(join(dataDir, 'postmaster.pid'), lines.join('\n'));
}

test('a second one is refused, by name of the first, which does not notice', async () => {
  const { child, started } = await startElsewhere();
  const refused = startEmbeddedPostgres({ dataDir, log });
  await expect(refused).rejects.toThrow(ConfigError);
  await expect(refused).rejects.toThrow(
    `${dataDir} is in use (bbb-tiers, owner, process ${child.pid}): stop that one first, or set DATABASE_URL`,
  );
  expect(await query(started.databaseUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  await killHard(child);
  await start(); // so that it is stopped in the end
});

test('of several who start at once on an empty directory exactly one gets it', async () => {
  await rm(dataDir, { recursive: true });
  const outcomes = await Promise.allSettled([1, 2, 3].map(() => startEmbeddedPostgres({ dataDir, log })));
  const started = outcomes.filter((outcome) => outcome.status === 'fulfilled').map(({ value }) => value);
  server = started[0];
  expect(started).toHaveLength(1);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected')
      expect(String(outcome.reason)).toMatch(/ is in use \(bbb-tiers, owner, process \d+\)/);
  }
  expect(await query(String(server?.databaseUrl), 'select 1 as one')).toEqual([{ one: 1 }]);
  expect(await readdir(root)).toEqual(['postgres']);
});

test('a port that is taken is named', async () => {
  const taken: Server = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  try {
    await expect(startEmbeddedPostgres({ dataDir, port, log })).rejects.toThrow(
      new RegExp(
        `did not start on port ${port}: FATAL: +could not create any TCP/IP sockets HINT: .*; set DATABASE_URL`,
      ),
    );
  } finally {
    taken.close();
  }
});

test('a port that is asked for is used', async () => {
  const port = await findFreePort();
  server = await startEmbeddedPostgres({ dataDir, port, log });
  expect(new URL(server.databaseUrl).port).toBe(String(port));
});
