/** The doctor on a whole installation, link by link: well, and each link broken in its turn. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { createTestDatabase } from '../../support/postgres';
import { startRedisServer } from '../../support/redis-server';
import type { World } from '../../support/world';
import { inState, openSurgery, type Surgery, UNTOLD } from './surgery';

/** How long the doctor waits where nothing will come. */
const SOON_MS = 400;
let world: World;
let publicUrl: string;
let doctor: Surgery['doctor'];
let clock: Surgery['clock'];

beforeAll(async () => {
  ({ world, publicUrl, doctor, clock } = await openSurgery());
});
afterAll(() => world.stop());

test('everything is well; of what needs a meeting or a file nothing is said', async () => {
  const found = await doctor();
  expect(Object.values(found).filter(({ state }) => state === 'failed')).toEqual([]);
  expect(inState(found, 'skipped')).toEqual(UNTOLD);
  expect(found.bus?.detail).toBe('akka-apps answered a ping');
  expect(found.secret?.detail).toBe('accepted; 0 meetings run');
  expect(found['webhook registered']?.detail).toBe(`for ${publicUrl}/webhooks/bbb`);
  expect(found['webhook delivered']?.detail).toBe('a delivery that we signed ourselves came through');
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

test('a single meeting is told as one', async () => {
  const meeting = world.bbb.create({ meetingID: 'math-101', name: 'Mathematics' });
  world.bbb.join(meeting, { externalUserId: 'u0', name: 'Person 0', role: 'MODERATOR' });
  await world.advance(20_000);
  const found = await doctor();
  expect(found.secret?.detail).toBe('accepted; 1 meeting runs');
  expect(found.analytics?.detail).toBe('1 meeting listed');
  world.bbb.endMeeting(meeting.internalMeetingId);
  await world.advance(2_000);
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

  test('the suggested user of Redis is enough, and nothing is said beside the findings', async () => {
    const said = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const rules = readFileSync('bbb-hooks/redis/users.acl.example', 'utf8')
      .trim()
      .replace('CHANGE-ME', 'made-up');
    const admin = new Redis(world.redis.url);
    try {
      await admin.call('ACL', 'SETUSER', ...rules.split(' ').slice(1));
      const url = world.redis.url.replace('redis://', 'redis://bbb-tiers:made-up@');
      const found = await doctor({ REDIS_URL: url });
      expect(found.bus).toMatchObject({ state: 'ok' });
      expect(found.clock).toMatchObject({ state: 'ok' });
      expect(said).not.toHaveBeenCalled();
    } finally {
      await admin.call('ACL', 'DELUSER', 'bbb-tiers');
      await admin.quit();
      said.mockRestore();
    }
  });

  test.each([3_000, -3_000])('clocks %i ms apart', async (aheadMs) => {
    const found = await doctor({}, { clock: clock(aheadMs) });
    expect(found.clock).toMatchObject({
      state: 'failed',
      detail: "expected BBB's clock and ours to agree, found them 3.0 s apart",
      remedy: expect.stringContaining('NTP'),
    });
  });

  test('a second apart is nobody’s trouble', async () => {
    expect((await doctor({}, { clock: clock(1_000) })).clock?.state).toBe('ok');
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
