/** The doctor on a whole installation, link by link: well, and each link broken in its turn. */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../../sidecar/core/clock';
import { type Finding, runChecks } from '../../../sidecar/doctor/check';
import { type DoctorOptions, doctorChecks } from '../../../sidecar/doctor/checks';
import { readSettings, type Settings } from '../../../sidecar/settings';
import { systemClock } from '../../../sidecar/system-clock';
import { findFreePort } from '../../support/free-port';
import { createTestDatabase } from '../../support/postgres';
import { startRedisServer } from '../../support/redis-server';
import { startWorld, type World } from '../../support/world';

const SECRET = 'a-secret-for-tests-only-0123456789abcdef';
/** How long the doctor waits where nothing will come. */
const SOON_MS = 400;
let world: World;
let publicUrl: string;

beforeAll(async () => {
  const port = await findFreePort();
  publicUrl = `http://127.0.0.1:${port}`;
  world = await startWorld({ env: { PORT: String(port), PUBLIC_URL: publicUrl, WEBHOOKS: 'register' } });
  await world.advance(60_000);
});
afterAll(() => world.stop());

/** The world's time of day, and real waiting. */
function clockOf(aheadMs = 0): Clock {
  return { now: () => world.clock.now() + aheadMs, schedule: systemClock().schedule };
}

function settingsOf(env: Readonly<Record<string, string | undefined>>): Settings {
  const read = readSettings({
    REDIS_URL: world.redis.url,
    BBB_URL: world.bbb.url,
    BBB_SECRET: world.bbb.secret,
    BBB_ANALYTICS_URL: world.bbb.analyticsUrl,
    DATABASE_URL: world.database.databaseUrl,
    PUBLIC_URL: publicUrl,
    ADMIN_JWT_SECRET: SECRET,
    CLAIM_SECRET: SECRET,
    ...env,
  });
  if ('problems' in read) throw new Error(read.problems.join('\n'));
  return read.settings;
}

async function doctor(
  env: Readonly<Record<string, string | undefined>> = {},
  options: Partial<DoctorOptions> = {},
): Promise<Readonly<Record<string, Finding>>> {
  const checks = doctorChecks({
    settings: settingsOf(env),
    clock: clockOf(),
    serviceUrl: world.app.url,
    overlayStatus: undefined,
    ...options,
  });
  const told: Finding[] = [];
  const findings = await runChecks(checks, (finding) => told.push(finding));
  expect(told).toEqual(findings);
  for (const { state, name, detail, remedy } of findings) {
    expect([name, remedy !== undefined]).toEqual([name, state === 'failed']);
    expect(detail).toMatch(/^[^\n]+$/);
    expect(`${detail}${remedy ?? ''}`).not.toContain(world.bbb.secret);
  }
  return Object.fromEntries(findings.map((finding) => [finding.name, finding]));
}

/** The names of the checks in that state. */
const inState = (findings: Readonly<Record<string, Finding>>, state: Finding['state']): string[] =>
  Object.values(findings)
    .filter((finding) => finding.state === state)
    .map(({ name }) => name);

test('everything is well; only Greenlight was not asked about', async () => {
  const found = await doctor();
  expect(Object.values(found).filter(({ state }) => state === 'failed')).toEqual([]);
  expect(inState(found, 'skipped')).toEqual(['greenlight overlay']);
  expect(found.bus?.detail).toBe('akka-apps answered a ping');
  expect(found.secret?.detail).toBe('accepted; 0 meetings run');
  expect(found['webhook registered']?.detail).toBe(`for ${publicUrl}/webhooks/bbb`);
  expect(found['webhook delivered']?.detail).toBe('a signed delivery came through');
  expect(found.config?.detail).toBe(`version ${world.config().version}`);
  expect(found.database?.detail).toMatch(/^[1-9]\d* migrations applied$/);
});

test('it changes nothing: no meeting is known more, no hook is added, no decision is made', async () => {
  const hooks = [...world.bbb.hooks];
  const before = world.bbb.commands.length;
  await doctor();
  await world.settle();
  expect(world.bbb.hooks).toEqual(hooks);
  const names = world.bbb.commands.slice(before).map(({ name }) => name);
  expect(new Set(names)).toEqual(new Set(['CheckAlivePingSysMsg']));
  expect(world.app.watch.lanes.active).toBe(0);
});

describe('the bus', () => {
  test('Redis is away: why, and what to do; the clock is then not spoken of', async () => {
    const found = await doctor({ REDIS_URL: 'redis://user:hidden@127.0.0.1:9' });
    expect(inState(found, 'failed')).toEqual(['bus']);
    expect(found.bus?.detail).toMatch(/ECONNREFUSED/);
    expect(found.bus?.detail).not.toContain('hidden');
    expect(found.bus?.remedy).toMatch(/REDIS_URL.*redis-server/);
    expect(found.clock?.state).toBe('skipped');
  });

  test('akka-apps does not answer', async () => {
    const mend = world.bbb.faults.loseCommands({ match: 'CheckAlivePingSysMsg' });
    try {
      const found = await doctor({}, { withinMs: SOON_MS });
      expect(found.bus).toMatchObject({
        state: 'failed',
        detail: 'expected akka-apps to answer a ping within 0.4 s, but nothing came',
        remedy: expect.stringContaining('bbb-apps-akka'),
      });
    } finally {
      mend();
    }
  });

  test('a Redis on which akka-apps is not: nobody listens', async () => {
    const other = await startRedisServer();
    try {
      const found = await doctor({ REDIS_URL: other.url });
      expect(found.bus?.detail).toBe(
        'expected akka-apps to listen on to-akka-apps-redis-channel, but nobody does',
      );
    } finally {
      await other.stop();
    }
  });

  test.each([3_000, -3_000])('clocks %i ms apart', async (aheadMs) => {
    const found = await doctor({}, { clock: clockOf(aheadMs) });
    expect(found.clock).toMatchObject({
      state: 'failed',
      detail: "expected BBB's clock and ours to agree, found them 3.0 s apart",
      remedy: expect.stringContaining('NTP'),
    });
  });

  test('a second apart is nobody’s trouble', async () => {
    expect((await doctor({}, { clock: clockOf(1_000) })).clock?.state).toBe('ok');
  });
});

describe("BBB's API", () => {
  test('the secret is wrong: only what needs it fails', async () => {
    const found = await doctor({ BBB_SECRET: 'another' });
    expect(inState(found, 'failed')).toEqual(['secret', 'webhook registered', 'webhook delivered']);
    expect(found.secret?.detail).toMatch(/checksum/i);
    expect(found.secret?.remedy).toContain('bbb-conf --secret');
    expect(found['webhook delivered']?.detail).toMatch(/got 403$/);
  });

  test.each(['down', 'html', 'error-500'] as const)('it is %s', async (kind) => {
    await world.bbb.faults.api({ kind });
    try {
      const found = await doctor();
      expect(inState(found, 'failed')).toEqual(
        expect.arrayContaining(['api', 'secret', 'webhook registered']),
      );
      expect(found.api?.remedy).toContain(`${world.bbb.url}/api`);
    } finally {
      await world.bbb.faults.api(undefined);
    }
  });

  test.each(['down', 'garbage', 'error-500'] as const)('/analytics is %s', async (fault) => {
    await world.bbb.faults.analytics(fault);
    try {
      const found = await doctor();
      expect(inState(found, 'failed')).toEqual(['analytics']);
      expect(found.analytics?.remedy).toContain('BBB_ANALYTICS_URL');
    } finally {
      await world.bbb.faults.analytics(undefined);
    }
  });
});

describe('webhooks', () => {
  test('off: skipped', async () => {
    const found = await doctor({ WEBHOOKS: 'off' });
    expect(inState(found, 'skipped')).toEqual([
      'webhook registered',
      'webhook delivered',
      'greenlight overlay',
    ]);
  });

  test('registered for another address than ours, and nobody is there', async () => {
    const found = await doctor({ PUBLIC_URL: 'http://127.0.0.1:9' });
    expect(inState(found, 'failed')).toEqual(['webhook registered', 'webhook delivered']);
    expect(found['webhook registered']).toMatchObject({
      detail: 'expected a hook for http://127.0.0.1:9/webhooks/bbb, found 1 others',
      remedy: expect.stringContaining('bbb-webhooks'),
    });
    expect(found['webhook delivered']).toMatchObject({
      detail: expect.stringContaining('expected an answer from http://127.0.0.1:9/webhooks/bbb, got none'),
      remedy: expect.stringContaining('PUBLIC_URL'),
    });
  });
});

describe('config, database, service', () => {
  test('a broken file: each problem with its place', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'bbb-tiers-doctor-'));
    try {
      copyFileSync('config/tenants.yml', join(dir, 'tenants.yml'));
      writeFileSync(join(dir, 'tiers.yml'), 'version: 1\ncurency: EUR\n');
      const found = await doctor({ TIERS_CONFIG_DIR: dir });
      expect(inState(found, 'failed')).toEqual(['config']);
      expect(found.config?.detail).toMatch(/tiers\.yml:2:1 .*curency/);
      expect(found.config?.remedy).toContain('bbb-tiers check');
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  test('the database is away; without one of our own it is not looked at', async () => {
    const found = await doctor({ DATABASE_URL: 'postgres://user:hidden@127.0.0.1:9/bbb_tiers' });
    expect(inState(found, 'failed')).toEqual(['database']);
    expect(found.database?.detail).toMatch(/ECONNREFUSED/);
    expect(found.database?.detail).not.toContain('hidden');
    expect(found.database?.remedy).toContain('DATABASE_URL');
    expect((await doctor({ DATABASE_URL: undefined })).database?.state).toBe('skipped');
  });

  test('a database without our tables', async () => {
    const empty = await createTestDatabase('empty');
    try {
      const found = await doctor({ DATABASE_URL: empty.databaseUrl });
      expect(found.database).toMatchObject({ state: 'failed', detail: expect.stringContaining('bbb_tiers') });
    } finally {
      await empty.drop();
    }
  });

  test('the service is away, or another program is in its place', async () => {
    const away = await doctor({}, { serviceUrl: 'http://127.0.0.1:9' });
    expect(inState(away, 'failed')).toEqual(['service']);
    expect(away.service).toMatchObject({
      detail: 'expected the service at http://127.0.0.1:9, got no answer',
      remedy: expect.stringContaining('systemctl start bbb-tiers'),
    });
    const other = await doctor({}, { serviceUrl: world.bbb.url });
    expect(other.service?.detail).toContain("got another program's answer");
  });

  test('the service runs, and is not ready: by the name of what it lacks', async () => {
    await world.editTiers((text) => text.replace('meeting_duration: 60m', 'meeting_duration: sixty'));
    try {
      const found = await doctor();
      expect(inState(found, 'failed')).toEqual(expect.arrayContaining(['service']));
      expect(found.service?.detail).toMatch(/^config: /);
    } finally {
      await world.editTiers((text) => text.replace('meeting_duration: sixty', 'meeting_duration: 60m'));
    }
  });
});

describe('the Greenlight overlay', () => {
  const overlay = (status: unknown): Partial<DoctorOptions> => ({
    overlayStatus: async () => (typeof status === 'string' ? status : JSON.stringify(status)),
  });

  test('every hook applied, or off', async () => {
    const hooks = { create: { state: 'applied' }, brand: { state: 'off' } };
    expect((await doctor({}, overlay({ version: 1, hooks })))['greenlight overlay']).toMatchObject({
      state: 'ok',
      detail: '2 hooks reported',
    });
  });

  test('a skipped hook: which and why', async () => {
    const hooks = { create: { state: 'applied' }, rooms: { state: 'skipped', reason: 'no class Room' } };
    const found = await doctor({}, overlay({ version: 1, hooks }));
    expect(inState(found, 'failed')).toEqual(['greenlight overlay']);
    expect(found['greenlight overlay']).toMatchObject({
      detail: 'rooms skipped: no class Room',
      remedy: expect.stringContaining('Greenlight container'),
    });
  });

  test.each(['', '{', '[]', 'null', '{"hooks":3}', '{"hooks":{"a":null}}', '{}'])(
    'a status file that is none: %s',
    async (text) => {
      expect((await doctor({}, overlay(text)))['greenlight overlay']).toMatchObject({ state: 'failed' });
    },
  );
});
