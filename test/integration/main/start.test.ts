/** The service as a process of its own: what keeps it from starting is told in one line, and nothing of a start that failed stays. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { findPostmaster, stopPostmaster } from '../../../sidecar/embedded-postgres/postmaster';
import { killHard } from '../../support/separate-process';

const PROGRAM = [resolve('test/support/run-ts.cjs'), resolve('sidecar/main.ts')];

const ENOUGH = {
  PATH: process.env.PATH ?? '',
  REDIS_URL: 'redis://127.0.0.1:1',
  BBB_URL: 'http://127.0.0.1:1/bigbluebutton',
  BBB_SECRET: 'secret',
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
  ADMIN_JWT_SECRET: 'admin-secret-for-tests-only-0123456789',
  CLAIM_SECRET: 'claim-secret-for-tests-only-0123456789',
  TIERS_CONFIG_DIR: resolve('config'),
  PORT: '0',
  LOG_LEVEL: 'warn',
};

let folder: string;
let service: ChildProcess;

beforeEach(() => {
  folder = mkdtempSync('/tmp/bbb-tiers-start-');
  chmodSync(folder, 0o755);
});

afterEach(async () => {
  await killHard(service);
  const left = await embeddedServer();
  if (left) await stopPostmaster(left);
  rmSync(folder, { recursive: true });
});

function embeddedServer() {
  return findPostmaster(join(folder, '.cache', 'postgres'));
}

interface Run {
  readonly ended: Promise<{ readonly code: number | null; readonly errors: string }>;
  /** Resolves when the log has said it. */
  said(text: string): Promise<void>;
}

function run(env: Readonly<Record<string, string>>): Run {
  service = spawn(process.execPath, PROGRAM, { env: { ...ENOUGH, ...env }, cwd: folder });
  let errors = '';
  let log = '';
  service.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString('utf8');
  });
  service.stdout?.on('data', (chunk: Buffer) => {
    log += chunk.toString('utf8');
  });
  const ended = once(service, 'close').then(([code]) => ({ code: code as number | null, errors }));
  return {
    ended,
    async said(text) {
      while (!log.includes(text)) await once(service.stdout as NonNullable<ChildProcess['stdout']>, 'data');
    },
  };
}

test('an address that is not of this machine: 78, by the variable', async () => {
  expect(await run({ HOST: '192.0.2.1' }).ended).toEqual({
    code: 78,
    errors: "HOST: expected an address of this machine such as 127.0.0.1, got '192.0.2.1'\n",
  });
});

test('a .env that cannot be read: 78, and no stack', async () => {
  mkdirSync(join(folder, '.env'));
  const { code, errors } = await run({}).ended;
  expect(code).toBe(78);
  expect(errors).toMatch(/^\/tmp\/bbb-tiers-start-\w+\/\.env: expected a readable file, got .*\n$/);
});

test('a port that is taken: 70, for it may be free at the next try, and the embedded PostgreSQL is stopped again', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  try {
    expect(await run({ DATABASE_URL: '', PORT: String(port) }).ended).toEqual({
      code: 70,
      errors: `bbb-tiers could not start: PORT: expected a free port, got ${port}, on which another process listens at 127.0.0.1\n`,
    });
    expect(await embeddedServer()).toBeUndefined();
  } finally {
    other.close();
  }
});

test('signals while it starts: a reload is no reason to end, an end is orderly', async () => {
  const { said, ended } = run({ DATABASE_URL: '' });
  await said('using the embedded PostgreSQL');
  service.kill('SIGHUP');
  await said('no connection to Redis');
  service.kill('SIGTERM');
  expect(await ended).toEqual({ code: 0, errors: '' });
  expect(await embeddedServer()).toBeUndefined();
});
