import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../sidecar/system-clock';
import { type Simulator, startSimulator } from '../../bbb-simulator';
import { findFreePort } from '../../support/free-port';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { ensureRedisServer, type RedisServer } from '../../support/redis-server';

const MAIN = join(process.cwd(), 'dist', 'sidecar', 'main.js');

interface Run {
  readonly process: ChildProcess;
  readonly exited: Promise<number | null>;
  readonly errors: () => string;
}

function run(env: Readonly<Record<string, string>>): Run {
  const child = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env.PATH ?? '', ...env },
    cwd: tmpdir(),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString('utf8');
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  return { process: child, exited, errors: () => errors };
}

const ENOUGH = {
  REDIS_URL: 'redis://127.0.0.1:1',
  BBB_URL: 'http://127.0.0.1:1/bigbluebutton',
  BBB_SECRET: 'secret',
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
  ADMIN_JWT_SECRET: 'admin-secret-for-tests-only-0123456789',
  CLAIM_SECRET: 'claim-secret-for-tests-only-0123456789',
  TIERS_CONFIG_DIR: join(process.cwd(), 'config'),
  PORT: '0',
};

describe('what cannot run ends with 78 and one line', () => {
  test.each([
    ['a missing variable', { ...ENOUGH, BBB_SECRET: '' }, /^BBB_SECRET: expected .*, got nothing\n$/],
    ['a malformed one', { ...ENOUGH, PORT: 'http' }, /^PORT: expected a port from 0 to 65535, got 'http'\n$/],
    [
      'no database in production',
      { ...ENOUGH, DATABASE_URL: '', NODE_ENV: 'production' },
      /^DATABASE_URL: expected .*\n$/,
    ],
    [
      'a folder without config',
      { ...ENOUGH, TIERS_CONFIG_DIR: '/nowhere' },
      /^\/nowhere:1:1 .*expected.*\n$/,
    ],
  ])('%s', async (_case, env, line) => {
    const { exited, errors } = run(env);
    expect(await exited).toBe(78);
    expect(errors()).toMatch(line);
  });

  test('a broken config file, with its place', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'bbb-tiers-broken-'));
    cpSync(ENOUGH.TIERS_CONFIG_DIR, dir, { recursive: true });
    const file = join(dir, 'tiers.yml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('participants: 10', 'participants: ten'));
    const { exited, errors } = run({ ...ENOUGH, TIERS_CONFIG_DIR: dir });
    expect(await exited).toBe(78);
    expect(errors()).toMatch(/tiers\.yml:\d+:\d+ tiers\.free\.participants: expected .*, got 'ten'\n$/);
    rmSync(dir, { recursive: true });
  });
});

describe('killed with -9', () => {
  let redis: RedisServer;
  let database: TestDatabase;
  let bbb: Simulator;
  let port: number;
  let service: Run;

  beforeEach(async () => {
    redis = await ensureRedisServer({ progress: () => undefined, variables: [] });
    database = await createTestDatabase();
    bbb = await startSimulator({ clock: systemClock(), redisUrl: redis.url });
    port = await findFreePort();
  });

  afterEach(async () => {
    service.process.kill('SIGKILL');
    await service.exited;
    await bbb.stop();
    await database.drop();
    await redis.stop();
  });

  async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const giveUpAt = Date.now() + 60_000;
    while (!(await condition())) {
      if (Date.now() > giveUpAt) throw new Error(`waited a minute in vain for ${what}`);
      await new Promise((resume) => setTimeout(resume, 50));
    }
  }

  async function start(): Promise<void> {
    service = run({
      ...ENOUGH,
      REDIS_URL: redis.url,
      BBB_URL: bbb.url,
      BBB_SECRET: bbb.secret,
      BBB_ANALYTICS_URL: bbb.analyticsUrl,
      DATABASE_URL: database.databaseUrl,
      PORT: String(port),
      RESYNC_SECONDS: '2',
    });
    await until(async () => {
      const ready = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
      return ready?.status === 200;
    }, 'the service to be ready');
  }

  test('who was there stays, and the next to come over the cap is removed', async () => {
    await start();
    bbb.create({ meetingID: 'assembly' });
    for (let index = 1; index <= 10; index += 1) {
      bbb.join('assembly', {
        externalUserId: `u${index}`,
        name: `Person ${index}`,
        role: index === 1 ? 'MODERATOR' : 'VIEWER',
      });
    }
    const present = (): string[] => bbb.meeting('assembly').people.map((person) => person.externalUserId);
    bbb.join('assembly', { externalUserId: 'probe', name: 'Probe' });
    // Once somebody above the cap is removed, everybody before was written down.
    await until(() => !present().includes('probe'), 'the first removal');
    await until(async () => {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return /^bbb_tiers_journal_pending 0$/m.test(text);
    }, 'the journal to be written');
    service.process.kill('SIGKILL');
    await service.exited;
    bbb.join('assembly', { externalUserId: 'late', name: 'Late' });
    await start();
    // Where only lists show who came meanwhile, it may be a bot; the next to come is none.
    bbb.join('assembly', { externalUserId: 'later', name: 'Later' });
    await until(() => !present().includes('later'), 'the removal after the restart');
    expect(present().filter((account) => account !== 'late')).toEqual(
      Array.from({ length: 10 }, (_, index) => `u${index + 1}`),
    );
  }, 120_000);

  test('a signal ends it with 0', async () => {
    await start();
    service.process.kill('SIGTERM');
    expect(await service.exited).toBe(0);
  }, 60_000);
});
