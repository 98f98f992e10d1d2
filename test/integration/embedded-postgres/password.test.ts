/** Who may come in: the owner of the data directory, and nobody else of the machine, whenever that directory was made. */

import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import pino from 'pino';
import { giveTo, serverAccount } from '../../../sidecar/embedded-postgres/account';
import { findBinaries } from '../../../sidecar/embedded-postgres/binaries';
import { type Guard, guard } from '../../../sidecar/embedded-postgres/guard';
import { PASSWORD_FILE } from '../../../sidecar/embedded-postgres/password';
import {
  findPostmaster,
  startPostmaster,
  stopPostmaster,
} from '../../../sidecar/embedded-postgres/postmaster';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../sidecar/embedded-postgres/server';
import { ConfigError } from '../../../sidecar/errors';
import { findFreePort } from '../../support/free-port';
import { until } from '../../support/until';

const log = pino({ level: 'silent' });
const account = serverAccount();

let root: string;
let dataDir: string;
let server: EmbeddedPostgres | undefined;
let watch: Guard | undefined;

beforeEach(async () => {
  root = await mkdtemp(join('/tmp', 'password-'));
  await chmod(root, 0o755);
  dataDir = join(root, 'postgres');
});

afterEach(async () => {
  await server?.stop();
  server = undefined;
  const left = await findPostmaster(dataDir);
  if (left) await stopPostmaster(left);
  watch?.release();
  await rm(root, { recursive: true, force: true });
});

async function start(): Promise<EmbeddedPostgres> {
  server = await startEmbeddedPostgres({ dataDir, log });
  watch?.release();
  watch = guard({ pid: server.pid, directory: root });
  return server;
}

/** One value, or the reason why not. */
async function ask(databaseUrl: string, sql = 'select 1'): Promise<unknown> {
  const client = new Client({ connectionString: databaseUrl });
  try {
    await client.connect();
    const { rows } = await client.query({ text: sql, rowMode: 'array' });
    return rows[0]?.[0];
  } catch (error) {
    return (error as Error).message;
  } finally {
    await client.end();
  }
}

function withPassword(databaseUrl: string, password: string): string {
  const url = new URL(databaseUrl);
  url.password = password;
  return url.href;
}

async function expectClosed(databaseUrl: string): Promise<void> {
  expect(await ask(databaseUrl)).toBe(1);
  expect(await ask(withPassword(databaseUrl, 'guessed'))).toMatch(/password authentication failed/);
  expect(await ask(withPassword(databaseUrl, ''))).toMatch(/password must be/);
  expect(
    await ask(databaseUrl, "select coalesce(string_agg(auth_method, ',' ), '') from pg_hba_file_rules"),
  ).toMatch(/^scram-sha-256(,scram-sha-256)*$/);
}

/** As clusters were made before there was a password. */
async function makeOpenCluster(): Promise<string> {
  const native = await findBinaries(account);
  const draft = await mkdtemp(join(root, 'open-'));
  await giveTo(account, draft);
  const options = ['-D', draft, '-U', 'sidecar', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
  await promisify(execFile)(join(native, 'bin', 'initdb'), options, { ...account, cwd: '/' });
  await promisify(execFile)('mv', [draft, dataDir]);
  return native;
}

test('without the password nobody comes in, neither to a kept server nor to a temporary one', async () => {
  await expectClosed((await start()).databaseUrl);
  const temporary = await startEmbeddedPostgres({ log });
  try {
    await expectClosed(temporary.databaseUrl);
    expect(new URL(temporary.databaseUrl).password).not.toBe(new URL(String(server?.databaseUrl)).password);
  } finally {
    await temporary.stop();
  }
});

test('the password lies in a file for the owner alone, and is the same after a restart', async () => {
  const { databaseUrl, stop } = await start();
  const file = await stat(join(dataDir, PASSWORD_FILE));
  expect(file.mode & 0o777).toBe(0o600);
  expect(file.uid).toBe(account?.uid ?? process.getuid?.());
  expect(await readFile(join(dataDir, PASSWORD_FILE), 'utf8')).toBe(new URL(databaseUrl).password);
  await stop();
  expect(new URL((await start()).databaseUrl).password).toBe(new URL(databaseUrl).password);
});

test('the log has neither the password nor a URL with it', async () => {
  const lines: string[] = [];
  server = await startEmbeddedPostgres({ dataDir, log: pino({}, { write: (line) => lines.push(line) }) });
  expect(lines.join('')).toMatch(/embedded PostgreSQL is up/);
  expect(lines.join('')).not.toContain(new URL(server.databaseUrl).password);
});

describe('a data directory that let everybody in', () => {
  test('is closed at its next start, with all that is in it', async () => {
    const native = await makeOpenCluster();
    const open = await startPostmaster({
      native,
      account,
      directory: dataDir,
      port: await findFreePort(),
      durable: true,
    });
    const openUrl = `postgres://sidecar@127.0.0.1:${open.port}/postgres`;
    await until('the open server answers', async () => (await ask(openUrl)) === 1);
    await ask(openUrl, 'create table kept as select 42 as answer');
    await stopPostmaster(open);

    const { databaseUrl, stop } = await start();
    await expectClosed(databaseUrl);
    expect(await ask(databaseUrl, 'select answer from kept')).toBe(42);
    await stop();
    await expectClosed((await start()).databaseUrl);
  });

  test('is closed as well when its server was left behind running', async () => {
    const native = await makeOpenCluster();
    const place = { native, account, directory: dataDir, port: await findFreePort(), durable: true };
    const open = await startPostmaster(place);
    await until('it has its pid file', async () => (await findPostmaster(dataDir)) !== undefined);
    const taken = await start();
    expect(taken.pid).toBe(open.pid);
    await until('the new rules are read', async () => (await ask(withPassword(taken.databaseUrl, ''))) !== 1);
    await expectClosed(taken.databaseUrl);
  });

  test('is closed after a start that was killed between the two steps', async () => {
    await makeOpenCluster();
    await writeFile(join(dataDir, PASSWORD_FILE), 'of-the-killed-start', { mode: 0o600 });
    const { databaseUrl } = await start();
    expect(new URL(databaseUrl).password).toBe('of-the-killed-start');
    await expectClosed(databaseUrl);
  });
});

test.each([
  ['gone', (file: string) => rm(file)],
  ['another', (file: string) => writeFile(file, 'another')],
])(
  'a password file that is %s is told with what to do, and no server is left running',
  async (_what, spoil) => {
    await (await start()).stop();
    await spoil(join(dataDir, PASSWORD_FILE));
    const refused = startEmbeddedPostgres({ dataDir, log });
    await expect(refused).rejects.toThrow(ConfigError);
    await expect(refused).rejects.toThrow(
      `the password in ${join(dataDir, PASSWORD_FILE)} is not that of the embedded PostgreSQL: put the file back`,
    );
    expect(await findPostmaster(dataDir)).toBeUndefined();
  },
);

test('a link in the place of the log is not followed: the directory is not ours alone when we are root', async () => {
  await (await start()).stop();
  const victim = join(root, 'victim');
  await writeFile(victim, 'precious');
  await rm(join(dataDir, 'server.log'));
  await symlink(victim, join(dataDir, 'server.log'));
  await start();
  expect(await readFile(victim, 'utf8')).toBe('precious');
});
