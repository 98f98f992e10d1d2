/** What runs and what does not, when BBB's parts disagree: restarts, ghosts, runs that share an id, lists that go on too long. */
import type { InternalMeetingId } from '../../../sidecar/core/meeting';
import type { Attendee, MeetingView } from '../../bbb-simulator';
import { callback, deliveryBody, deliveryChecksum } from '../../fixtures/callbacks';
import { findFreePort } from '../../support/free-port';
import type { WorldOptions } from '../../support/world';
import { type ApiWorld, startApiWorld } from '../api/api-world';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
let world: ApiWorld;
afterEach(() => world.stop());

async function given(options: WorldOptions = {}): Promise<void> {
  world = await startApiWorld(options);
}

const join = (account: string, role: 'MODERATOR' | 'VIEWER' = 'VIEWER', userdata = {}): Attendee =>
  world.bbb.join('assembly', { externalUserId: account, name: `Name of ${account}`, role, userdata });

/** A meeting of the default tier (free: 60 minutes, 10 people, no recording) that BBB itself limits in nothing, with these moderators. */
async function givenMeeting(moderators: readonly string[], options: WorldOptions = {}): Promise<MeetingView> {
  await given(options);
  const meeting = world.create();
  for (const account of moderators) join(account, 'MODERATOR');
  return meeting;
}

const assembly = (): MeetingView => world.bbb.meeting('assembly');
const accounts = (): string[] => assembly().people.map((person) => person.externalUserId);
const commands = (name: string) => world.bbb.commands.filter((command) => command.name === name);
const calls = (name: string): number => world.bbb.apiCalls.filter((call) => call === name).length;
const known = (id: string) => world.app.watch.meetings.get(id as InternalMeetingId);

async function usage(): Promise<{ meeting_minutes: number; participant_minutes: number } | undefined> {
  await world.stored();
  return (await world.call('/usage?month=2026-11')).body.items[0];
}

describe('bbb-web restarted, akka-apps and the people go on', () => {
  test('the meeting ends by the bus at its limit, with its internal id', async () => {
    const { internalMeetingId } = await givenMeeting(['u1', 'u2', 'u3']);
    await world.advance(5 * MINUTE);
    world.bbb.restartBbbWeb();
    await world.advance(55 * MINUTE + 14 * SECOND);
    expect(assembly().running).toBe(true);
    await world.advance(2 * SECOND);
    expect(assembly().ended).toMatchObject({ reason: 'ENDED_FROM_API' });
    expect(commands('EndMeetingSysCmdMsg')).toMatchObject([{ meetingId: internalMeetingId, from: 'bus' }]);
    expect(calls('end')).toBe(0);
  });

  test("the operator's end ends it, and the answer names the way", async () => {
    const { internalMeetingId } = await givenMeeting(['u1']);
    await world.advance(MINUTE);
    world.bbb.restartBbbWeb();
    const { status, body } = await world.post(`/meetings/${internalMeetingId}/end`);
    await world.advance(SECOND);
    expect(status).toBe(202);
    expect(body).toMatchObject({ outcome: 'sent', sent: 'bus:end-meeting' });
    expect(assembly().running).toBe(false);
  });

  test('an end that reached nobody is not claimed as sent', async () => {
    const { internalMeetingId } = await givenMeeting(['u1']);
    await world.advance(MINUTE);
    world.bbb.restartBbbWeb();
    await world.redis.kill();
    const { body } = await world.post(`/meetings/${internalMeetingId}/end`);
    expect(body).toMatchObject({ outcome: 'failed', sent: null });
    expect(body.sentence).toContain('could not be sent');
    await world.redis.restart();
  });
});

test('two runs under one external id → each is held to its own clock', async () => {
  const older = await givenMeeting(['old']);
  await world.advance(20 * MINUTE);
  world.bbb.restartBbbWeb();
  const younger = world.create();
  join('young', 'MODERATOR');
  await world.advance(41 * MINUTE);
  expect(world.bbb.meeting(older.internalMeetingId).running).toBe(false);
  expect(world.bbb.meeting(younger.internalMeetingId).running).toBe(true);
  await world.advance(20 * MINUTE);
  expect(world.bbb.meeting(younger.internalMeetingId).running).toBe(false);
});

test('two runs under one external id → the lines about the older are in its own chat alone', async () => {
  const older = await givenMeeting(['old']);
  await world.advance(20 * MINUTE);
  world.bbb.restartBbbWeb();
  const younger = world.create();
  join('young', 'MODERATOR');
  const lines = (): number[] =>
    [older, younger].map(({ internalMeetingId }) => world.bbb.meeting(internalMeetingId).chat.length);
  await world.advance(39 * MINUTE + 50 * SECOND);
  expect(lines()).toEqual([3, 0]);
  await world.advance(20 * MINUTE);
  expect(lines()).toEqual([3, 3]);
});

describe('maxParticipants=-1, a usual spelling of "none"', () => {
  test('the limits of the tier hold, on the bus and after a restart of the service', async () => {
    await given();
    const meeting = world.create({ maxParticipants: -1 });
    for (let index = 1; index <= 12; index += 1) {
      join(`u${index}`, index === 1 ? 'MODERATOR' : 'VIEWER');
      await world.advance(2 * SECOND);
    }
    expect(accounts()).toHaveLength(10);
    await world.stopService();
    await world.startService();
    expect(known(meeting.internalMeetingId)?.props?.maxUsers).toBe(0);
    await world.advance(61 * MINUTE);
    expect(assembly().running).toBe(false);
  });
});

describe('the stop of a forbidden recording', () => {
  test('is sent in the next name when the first may not', async () => {
    await given();
    world.create();
    join('co', 'MODERATOR', { bbb_record_permission: 'false' });
    const starter = join('starter', 'MODERATOR');
    join('host', 'MODERATOR');
    await world.advance(SECOND);
    world.bbb.faults.loseCommands({ match: 'SetRecordingStatusCmdMsg', times: 1 });
    world.bbb.startRecording('assembly', starter);
    await world.advance(4 * SECOND);
    expect(assembly().recording.active).toBe(false);
  });

  test('whose starter has gone is not sent in the name of a moderator who may not', async () => {
    await given({ simulator: { ejectOnViolation: true } });
    world.create();
    join('co', 'MODERATOR', { bbb_record_permission: 'false' });
    const starter = join('starter', 'MODERATOR');
    join('host', 'MODERATOR');
    await world.advance(SECOND);
    world.bbb.faults.loseCommands({ match: 'SetRecordingStatusCmdMsg', times: 1 });
    world.bbb.startRecording('assembly', starter);
    world.bbb.leave('assembly', starter);
    await world.advance(5 * SECOND);
    expect(assembly().recording.active).toBe(false);
    expect(accounts()).toEqual(expect.arrayContaining(['co', 'host']));
  });

  test('whose starter is a viewer by now puts nobody out', async () => {
    await given({ simulator: { ejectOnViolation: true } });
    world.create();
    const host = join('host', 'MODERATOR');
    const starter = join('starter', 'MODERATOR');
    await world.advance(SECOND);
    const lost = world.bbb.faults.loseCommands({ match: 'SetRecordingStatusCmdMsg' });
    const started = world.bbb.startRecording('assembly', starter);
    expect(started).toBe(true);
    world.bbb.setRole('assembly', starter, 'VIEWER', host);
    await world.advance(SECOND);
    lost();
    await world.advance(2 * MINUTE);
    expect(assembly().recording.active).toBe(false);
    expect(accounts().sort()).toEqual(['host', 'starter']);
  });
});

describe('akka-apps restarted: bbb-web goes on listing a meeting that is gone', () => {
  test('it is closed at its last sight, and neither counted nor ended any more', async () => {
    const { internalMeetingId } = await givenMeeting(['u1', 'u2', 'u3']);
    await world.advance(5 * MINUTE);
    world.bbb.restartAkkaApps();
    await world.advance(3 * MINUTE);
    expect(known(internalMeetingId)?.ended).toMatchObject({ reason: 'missing', certain: false });
    await world.advance(6 * 60 * MINUTE);
    expect(calls('end')).toBeLessThanOrEqual(2);
    const count = await usage();
    expect(count?.meeting_minutes).toBeGreaterThan(4);
    expect(count?.meeting_minutes).toBeLessThan(7);
    expect(count?.participant_minutes).toBeLessThan(20);
  });

  test('while its lists cannot be read, it is acted upon twice at the most', async () => {
    await givenMeeting(['u1']);
    await world.advance(59 * MINUTE);
    world.bbb.restartAkkaApps();
    await world.bbb.faults.analytics('down');
    await world.advance(60 * MINUTE);
    expect(calls('end')).toBeLessThanOrEqual(2);
    await world.bbb.faults.analytics(undefined);
    await world.advance(2 * MINUTE);
    expect([...world.app.watch.meetings.all()].filter(({ ended }) => ended === undefined)).toEqual([]);
  });
});

describe('an ended meeting stays in /analytics until akka-apps restarts', () => {
  /** Ended 9 s after its creation: the report that is due a second later brings it back into the list. */
  async function lingering(): Promise<MeetingView> {
    await given();
    const meeting = world.create();
    for (const account of ['u1', 'u2', 'u3']) join(account);
    await world.advance(3 * MINUTE + 9 * SECOND);
    return meeting;
  }

  test('the end was missed → the run is closed and does not grow', async () => {
    const meeting = await lingering();
    await world.stopService();
    world.bbb.endMeeting(meeting);
    await world.advance(3 * 60 * MINUTE);
    await world.startService();
    await world.advance(30 * MINUTE);
    expect((await usage())?.meeting_minutes).toBeLessThan(5);
    expect(known(meeting.internalMeetingId)).toBeUndefined();
  });

  test('the bus was away at the end → closed at the last sight', async () => {
    const meeting = await lingering();
    world.bbb.faults.pauseBus();
    world.bbb.endMeeting(meeting);
    await world.advance(2 * MINUTE);
    world.bbb.faults.resumeBus({ lose: true });
    await world.advance(2 * MINUTE);
    expect(known(meeting.internalMeetingId)?.ended).toMatchObject({ reason: 'missing' });
    await world.advance(60 * MINUTE);
    expect((await usage())?.meeting_minutes).toBeLessThan(5);
  });

  test('the end was heard → it is not met again when it is forgotten', async () => {
    const meeting = await lingering();
    world.bbb.endMeeting(meeting);
    await world.advance(12 * MINUTE);
    expect(known(meeting.internalMeetingId)).toBeUndefined();
    await world.advance(10 * MINUTE);
    expect(known(meeting.internalMeetingId)).toBeUndefined();
  });

  test("1,100 of them → BBB's lists are read at the usual pace", async () => {
    await given();
    await world.stopService();
    for (let index = 0; index < 1_100; index += 1)
      world.bbb.create({ meetingID: `old-${index}`, voiceBridge: 70_000 + index });
    await world.advance(9 * SECOND);
    for (let index = 0; index < 1_100; index += 1) world.bbb.endMeeting(`old-${index}`);
    await world.advance(5 * MINUTE);
    await world.startService();
    const before = calls('getMeetings');
    await world.advance(5 * MINUTE);
    expect(calls('getMeetings') - before).toBeLessThanOrEqual(12);
  }, 60_000);
});

describe('a signed meeting-ended webhook', () => {
  async function givenReceiver(): Promise<MeetingView> {
    const port = String(await findFreePort());
    const env = { PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}`, WEBHOOKS: 'receive' };
    const meeting = await givenMeeting(['u1'], { env });
    await world.advance(MINUTE);
    return meeting;
  }

  async function deliver(name: string, internalMeetingId: string, ts: number): Promise<void> {
    const url = `${world.app.url}/webhooks/bbb`;
    const meeting = { 'internal-meeting-id': internalMeetingId, 'external-meeting-id': 'assembly' };
    const body = deliveryBody(callback(name, { meeting }, ts));
    const checksum = deliveryChecksum(url, body, world.bbb.secret);
    const response = await fetch(`${url}?checksum=${checksum}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
    });
    expect(response.status).toBe(200);
  }

  test('that is false → a list contradicts it within a second, and the limits hold', async () => {
    const { internalMeetingId } = await givenReceiver();
    await deliver('meeting-ended', internalMeetingId, world.clock.now());
    await world.advance(SECOND);
    expect(known(internalMeetingId)?.ended).toBeUndefined();
    for (let index = 2; index <= 12; index += 1) join(`u${index}`);
    await world.advance(30 * SECOND);
    expect(accounts()).toHaveLength(10);
  });

  test('that is true, unheard on the bus → it stays ended', async () => {
    const { internalMeetingId } = await givenReceiver();
    world.bbb.faults.pauseBus();
    world.bbb.endMeeting('assembly');
    await world.advance(3 * SECOND);
    await deliver('meeting-ended', internalMeetingId, world.clock.now());
    await world.advance(2 * MINUTE);
    expect(known(internalMeetingId)?.ended).toBeDefined();
  });
});

test('callers alone keep a meeting alive → its time limit still ends it', async () => {
  await given();
  world.create();
  const host = join('u1', 'MODERATOR');
  world.bbb.dialIn('assembly');
  world.bbb.leave('assembly', host);
  await world.advance(60 * MINUTE + 20 * SECOND);
  expect(assembly().ended).toMatchObject({ reason: 'ENDED_FROM_API' });
});
