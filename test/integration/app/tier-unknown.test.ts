/** A meeting whose tier cannot be read: nobody is removed and nothing ended, stopped or marked; once it is readable the limits hold again. */
import type { LiveMeeting } from '../../../sidecar/api/schemas';
import { until } from '../../support/until';
import type { WorldOptions } from '../../support/world';
import { type ApiWorld, startApiWorld } from '../api/api-world';
import { createGreenlightDatabase, type GreenlightDatabase } from '../greenlight/greenlight-database';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const AWAY = 'postgres://x:y@127.0.0.1:1/{tenant}';

let world: ApiWorld;
let greenlight: GreenlightDatabase | undefined;
afterEach(async () => {
  await world.stop();
  await greenlight?.drop();
  greenlight = undefined;
});

/** As Greenlight's database template; {tenant} has to be in it. */
const urlOf = ({ readerUrl }: GreenlightDatabase): string =>
  `${readerUrl}${readerUrl.includes('?') ? '&' : '?'}options=-c%20search_path%3D{tenant},public`;

/** The shipped files and a Greenlight with one room, whose owner has the role. */
async function withRole(role: string, options: WorldOptions = {}): Promise<string> {
  greenlight = await createGreenlightDatabase();
  const owner = await greenlight.addUser({ roleId: await greenlight.addRole(role) });
  await greenlight.addRoom(owner, 'room-1');
  world = await startApiWorld({ env: { GREENLIGHT_DATABASE_URL: urlOf(greenlight) }, ...options });
  return owner;
}

/** Not only the world's clock: a database outside of it takes real time to answer. */
async function pass(ms: number, stepMs = 20 * SECOND): Promise<void> {
  for (let left = ms; left > 0; left -= stepMs) {
    await world.advance(Math.min(stepMs, left));
    await new Promise((resume) => setTimeout(resume, 20));
  }
}

const FROM_MEMBERS = { 'meta_bbb-origin-server-name': 'members.meet.example' };

function memberMeeting(change: Record<string, string | boolean> = {}) {
  const meeting = world.bbb.create({ meetingID: 'room-1', ...FROM_MEMBERS, ...change });
  world.bbb.join(meeting, { externalUserId: 'm1', name: 'M 1', role: 'MODERATOR' });
  world.bbb.join(meeting, { externalUserId: 'u1', name: 'P 1' });
  return meeting;
}

async function shown(id: string): Promise<LiveMeeting> {
  return (await world.call(`/meetings/${id}`)).body;
}

const isRunning = (id: string): boolean => world.bbb.meeting(id).running;
const notices = (id: string): number => world.bbb.meeting(id).chat.length;

async function restartWithoutDatabase(env?: Readonly<Record<string, string>>): Promise<void> {
  await world.stored();
  await world.stopService();
  await world.breakDatabase();
  await world.startService(env);
}

/** Not before nine minutes have passed, and not after eleven: ten minutes before the end is the first notice. */
async function expectLadderThenEnd(): Promise<void> {
  const { ends_at } = await shown('assembly');
  expect((ends_at ?? 0) - world.clock.now()).toBeGreaterThan(9 * MINUTE);
  await pass(9 * MINUTE, MINUTE);
  expect(isRunning('assembly')).toBe(true);
  await pass(2 * MINUTE);
  expect(isRunning('assembly')).toBe(false);
  expect(notices('assembly')).toBe(3);
}

describe("the service's own database is away when it starts", () => {
  test('a tier was lowered while the meeting ran → it keeps its time and its places', async () => {
    world = await startApiWorld();
    await world.editTiers((text) => text.replace('meeting_duration: 60m', 'meeting_duration: 3h'));
    const meeting = world.bbb.create({ meetingID: 'assembly' });
    for (let person = 0; person < 10; person += 1)
      world.bbb.join(meeting, { externalUserId: `u${person}`, name: `P ${person}` });
    await pass(70 * MINUTE, 10 * MINUTE);
    await world.editTiers((text) =>
      text
        .replace('meeting_duration: 3h', 'meeting_duration: 60m')
        .replace('participants: 10', 'participants: 5'),
    );
    await restartWithoutDatabase();
    await pass(2 * MINUTE);
    const view = world.bbb.meeting('assembly');
    expect([view.running, view.people.length]).toEqual([true, 10]);
    expect(await shown('assembly')).toMatchObject({
      tier: null,
      tier_unknown: { waits_for: 'database' },
      places: 'unlimited',
    });
    await world.mendDatabase();
    await pass(MINUTE);
    expect(await shown('assembly')).toMatchObject({ tier: 'free', tier_unknown: null, places: 10 });
    expect(isRunning('assembly')).toBe(true);
  }, 120_000);

  test('an hour without it, past the end of the tier → the whole ladder of notices, then the end', async () => {
    world = await startApiWorld();
    world.bbb.join(world.bbb.create({ meetingID: 'assembly' }), { externalUserId: 'u1', name: 'P 1' });
    await pass(30 * MINUTE, 10 * MINUTE);
    await restartWithoutDatabase();
    await pass(60 * MINUTE, MINUTE);
    expect(isRunning('assembly')).toBe(true);
    expect(notices('assembly')).toBe(0);
    await world.mendDatabase();
    await until('the tier to be known', async () => {
      await world.advance(SECOND);
      return (await shown('assembly')).tier === 'free';
    });
    await expectLadderThenEnd();
  }, 120_000);

  test('a restart without it in the last ten minutes → no notice until it is back, then all of them', async () => {
    world = await startApiWorld();
    world.bbb.join(world.bbb.create({ meetingID: 'assembly' }), { externalUserId: 'u1', name: 'P 1' });
    await pass(51 * MINUTE, MINUTE);
    expect(notices('assembly')).toBe(1);
    await restartWithoutDatabase();
    await pass(5 * MINUTE, MINUTE);
    expect(notices('assembly')).toBe(1);
    await world.mendDatabase();
    await pass(8 * MINUTE, MINUTE);
    expect(isRunning('assembly')).toBe(true);
    await pass(4 * MINUTE, MINUTE);
    expect(isRunning('assembly')).toBe(false);
    expect(notices('assembly')).toBe(4);
  }, 120_000);

  test("the owner's role allows six hours → the meeting is not ended in its fourth hour", async () => {
    await withRole('level-2');
    memberMeeting();
    await pass(10 * SECOND, SECOND);
    await pass(240 * MINUTE, 10 * MINUTE);
    expect(isRunning('room-1')).toBe(true);
    await restartWithoutDatabase({ GREENLIGHT_DATABASE_URL: AWAY });
    await pass(2 * MINUTE);
    expect(isRunning('room-1')).toBe(true);
    await world.mendDatabase();
    await pass(MINUTE);
    expect(await shown('room-1')).toMatchObject({ tier: 'level-2', tier_unknown: null });
    expect(isRunning('room-1')).toBe(true);
  }, 120_000);
});

describe("the owner's role has not been read yet", () => {
  test('at first sight, on healthy databases → nobody is removed, nothing is ended, no recording is stopped', async () => {
    await withRole('level-3');
    await world.stopService();
    const meeting = memberMeeting({ record: true });
    for (let person = 2; person <= 25; person += 1)
      world.bbb.join(meeting, { externalUserId: `u${person}`, name: `P ${person}` });
    const [moderator] = world.bbb.meeting('room-1').people;
    world.bbb.startRecording('room-1', moderator?.internalUserId ?? '');
    await pass(200 * MINUTE, 50 * MINUTE);
    await greenlight?.admin.query('BEGIN; LOCK TABLE rooms IN ACCESS EXCLUSIVE MODE');
    await world.startService();
    await pass(30 * SECOND, SECOND);
    expect(await shown('room-1')).toMatchObject({ tier: null, tier_unknown: { waits_for: 'greenlight' } });
    const view = world.bbb.meeting('room-1');
    expect([view.running, view.people.length, view.recording.active]).toEqual([true, 26, true]);
    await greenlight?.admin.query('ROLLBACK');
    await pass(MINUTE);
    expect(await shown('room-1')).toMatchObject({ tier: 'level-3', tier_source: 'role', places: 50 });
    expect([isRunning('room-1'), world.bbb.meeting('room-1').people.length]).toEqual([true, 26]);
  }, 120_000);

  test('a role is raised in the 160th minute of 180 → the meeting goes on, a minute later at the latest', async () => {
    const owner = await withRole('level-1');
    memberMeeting();
    await pass(10 * SECOND, SECOND);
    expect(await shown('room-1')).toMatchObject({ tier: 'level-1' });
    await pass(160 * MINUTE, 10 * MINUTE);
    const higher = await greenlight?.addRole('level-2');
    await greenlight?.admin.query('UPDATE users SET role_id = $1 WHERE id::text = $2', [higher, owner]);
    await pass(MINUTE, 10 * SECOND);
    expect(await shown('room-1')).toMatchObject({ tier: 'level-2' });
    await pass(40 * MINUTE, 5 * MINUTE);
    expect(isRunning('room-1')).toBe(true);
  }, 120_000);

  test('no Greenlight database is configured → the tenant has its own tier', async () => {
    world = await startApiWorld();
    memberMeeting();
    await pass(SECOND);
    expect(await shown('room-1')).toMatchObject({ tier: 'level-1', tier_source: 'host', tier_unknown: null });
  }, 60_000);
});

describe('the first start beside a running BBB', () => {
  async function firstStart(minutes: number): Promise<void> {
    world = await startApiWorld();
    await world.stopService();
    world.bbb.join(world.bbb.create({ meetingID: 'assembly' }), { externalUserId: 'u1', name: 'P 1' });
    await pass(minutes * MINUTE, 10 * MINUTE);
    await world.startService();
    await pass(SECOND);
  }

  test('a meeting is already over its time → all notices come first, and the forecast shows that end', async () => {
    await firstStart(90);
    await expectLadderThenEnd();
  }, 120_000);

  test.each<[string, WorldOptions, string]>([
    ['NOTICES=false', { env: { NOTICES: 'false' } }, 'notices: [10m, 5m, 1m]'],
    ['no notices in tiers.yml', {}, 'notices: []'],
  ])(
    '%s and a meeting already over its time → ten minutes all the same, without a line',
    async (_, options, line) => {
      world = await startApiWorld(options);
      await world.editTiers((text) => text.replace(/^notices: .*$/m, line));
      await world.stopService();
      world.bbb.join(world.bbb.create({ meetingID: 'assembly' }), { externalUserId: 'u1', name: 'P 1' });
      await pass(90 * MINUTE, 10 * MINUTE);
      await world.startService();
      await pass(9 * MINUTE, MINUTE);
      expect(isRunning('assembly')).toBe(true);
      await pass(2 * MINUTE);
      expect(isRunning('assembly')).toBe(false);
      expect(notices('assembly')).toBe(0);
    },
    120_000,
  );

  test('a restart in between → the end stays where it was', async () => {
    await firstStart(90);
    const before = (await shown('assembly')).ends_at;
    await pass(4 * MINUTE, MINUTE);
    await world.stored();
    await world.stopService();
    await world.startService();
    await pass(SECOND);
    expect((await shown('assembly')).ends_at).toBe(before);
    await pass(5 * MINUTE, MINUTE);
    expect(isRunning('assembly')).toBe(true);
    await pass(2 * MINUTE);
    expect(isRunning('assembly')).toBe(false);
  }, 120_000);
});
