/** Reader and effects on a simulated BBB over real HTTP and a real Redis: what they tell of it, and what it becomes. */
import { createAnalytics } from '../../../sidecar/bbb-api/analytics';
import { type BbbApi, createBbbApi } from '../../../sidecar/bbb-api/client';
import { createEffects } from '../../../sidecar/bbb-api/effects';
import { createReader } from '../../../sidecar/bbb-api/reader';
import { createPublisher, type Publisher } from '../../../sidecar/bus/publisher';
import type { InternalMeetingId, InternalUserId } from '../../../sidecar/core/meeting';
import { TransientError } from '../../../sidecar/errors';
import { createLog } from '../../../sidecar/log';
import type { Effects, MeetingRef, Reader } from '../../../sidecar/loop/ports';
import { type MeetingView, type Simulator, startSimulator } from '../../bbb-simulator';
import { type ManualClock, manualClock } from '../../support/clock';
import { type RedisServer, startRedisServer } from '../../support/redis-server';
import { until } from '../../support/until';

const START = 1_760_000_000_000;
const log = createLog('silent');

let redis: RedisServer;
let clock: ManualClock;
let bbb: Simulator;
let api: BbbApi;
let publisher: Publisher;
let reader: Reader;
let effects: Effects;
let analytics: ReturnType<typeof createAnalytics>;

function refOf(meeting: MeetingView): MeetingRef {
  const { internalMeetingId, externalMeetingId } = meeting;
  return { internalMeetingId: internalMeetingId as InternalMeetingId, externalMeetingId };
}

function become(id: string): MeetingView {
  return bbb.meeting(id);
}

beforeEach(async () => {
  redis = await startRedisServer();
  clock = manualClock(START);
  // HTTP alone is read here: pings would only add messages that nobody hears.
  bbb = await startSimulator({ clock, redisUrl: redis.url, keepAlive: false });
  clock.settleWith(bbb.settled);
  api = createBbbApi({ url: bbb.url, secret: bbb.secret, algorithm: 'sha256', timeoutMs: 2_000, retries: 0 });
  publisher = createPublisher({ redisUrl: redis.url, log, clock });
  analytics = createAnalytics({ url: bbb.analyticsUrl, clock, timeoutMs: 2_000 });
  reader = createReader({ api, analytics, clock, log });
  effects = createEffects({ api, bus: publisher, clock, log });
  await until('the publisher to be connected', () => publisher.connected);
});

afterEach(async () => {
  api.close();
  analytics.close();
  publisher.close();
  await bbb.stop();
  await redis.stop();
});

describe('reading', () => {
  it('tells both lists, internal ids first, and everything that runs', async () => {
    const math = bbb.create({
      meetingID: '0042',
      name: 'Math & more',
      duration: 60,
      maxParticipants: 10,
      record: true,
      meta_Tier: 'Pro',
    });
    bbb.join('0042', { externalUserId: "gl-o'brien", name: "O'Brien", role: 'MODERATOR' });
    bbb.join('0042', { externalUserId: '007', name: 'Bond' });
    bbb.dialIn('0042');
    await clock.advance(11_000);
    const young = bbb.create({ meetingID: 'young' });
    const { events, akka, web, startedAt } = await reader.readAll();
    expect([akka.isComplete, web.isComplete]).toEqual([true, true]);
    expect(startedAt).toBe(START + 11_000);
    expect([...akka.entries.keys()]).toEqual([math.internalMeetingId]);
    expect([...web.entries.keys()].sort()).toEqual([math.internalMeetingId, young.internalMeetingId].sort());
    expect(events.map(({ type }) => type)).toEqual([
      'analytics-snapshot',
      'meeting-snapshot',
      'meeting-snapshot',
    ]);
    const [internal, listed] = events;
    expect(internal).toMatchObject({
      internalMeetingId: math.internalMeetingId,
      at: startedAt - 35_000,
      until: startedAt,
      recordingActive: false,
    });
    expect(internal).toHaveProperty('users.length', 3);
    expect(listed).toMatchObject({
      internalMeetingId: math.internalMeetingId,
      at: startedAt,
      props: {
        externalMeetingId: '0042',
        name: 'Math & more',
        durationMinutes: 60,
        maxUsers: 10,
        record: true,
        metadata: { tier: 'Pro' },
      },
      attendees: expect.arrayContaining([
        { externalUserId: "gl-o'brien", fullName: "O'Brien", role: 'MODERATOR', dialIn: false },
        { externalUserId: '007', fullName: 'Bond', role: 'VIEWER', dialIn: false },
      ]),
    });
  });

  it('an empty BBB is empty, and that is certain', async () => {
    expect(await reader.readAll()).toEqual({
      events: [],
      akka: { isComplete: true, entries: new Map() },
      web: { isComplete: true, entries: new Map() },
      startedAt: START,
    });
  });

  it('breakout rooms name their parent', async () => {
    const math = bbb.create({ meetingID: 'math' });
    bbb.join('math', { externalUserId: 'a', role: 'MODERATOR' });
    const rooms = bbb.openBreakouts('math', { count: 2, durationMinutes: 15 });
    expect(rooms).toHaveLength(2);
    const { events } = await reader.readAll();
    const told = events.filter((event) => event.type === 'meeting-snapshot' && event.props.isBreakout);
    expect(told.map((event) => event.internalMeetingId).sort()).toEqual([...rooms].sort());
    for (const event of told)
      expect(event).toHaveProperty('props.parentInternalMeetingId', math.internalMeetingId);
  });

  it.each(['down', 'error-500', 'garbage'] as const)(
    'analytics %s: the other list is told, nothing is concluded',
    async (fault) => {
      const math = bbb.create({ meetingID: 'math' });
      await bbb.faults.analytics(fault);
      const { events, akka, web } = await reader.readAll();
      expect([akka.isComplete, web.isComplete]).toEqual([false, true]);
      expect(events.map(({ type }) => type)).toEqual(['meeting-snapshot']);
      expect([...web.entries.keys()]).toEqual([math.internalMeetingId]);
    },
  );

  it.each(['down', 'error-500', 'html', 'empty', 'truncated', 'hang'] as const)(
    'the API %s: nothing is concluded',
    async (kind) => {
      bbb.create({ meetingID: 'math' });
      bbb.join('math', { externalUserId: 'a' });
      await clock.advance(11_000);
      await bbb.faults.api({ kind });
      const { events, akka, web } = await reader.readAll();
      expect([akka.isComplete, web.isComplete]).toEqual([true, false]);
      expect(events.map(({ type }) => type)).toEqual(['analytics-snapshot']);
      await bbb.faults.analytics('down');
      await expect(reader.readAll()).rejects.toThrow(TransientError);
      await bbb.faults.clear();
    },
  );

  it('one meeting: only the run that was meant', async () => {
    const first = bbb.create({ meetingID: 'math' });
    bbb.join('math', { externalUserId: 'a' });
    expect(await reader.readMeeting(refOf(first))).toMatchObject({
      internalMeetingId: first.internalMeetingId,
      online: 1,
    });
    bbb.endMeeting('math');
    await clock.advance(5000);
    expect(await reader.readMeeting(refOf(first))).toBeUndefined();
    bbb.create({ meetingID: 'math' });
    expect(await reader.readMeeting(refOf(first))).toBeUndefined();
  });
});

describe('acting', () => {
  it('ends the run, by the API', async () => {
    const math = bbb.create({ meetingID: "O'Brien" });
    expect(await effects.endMeeting(refOf(math))).toEqual({ via: 'api', accepted: true });
    await bbb.until(() => !become(math.internalMeetingId).running);
    expect(become(math.internalMeetingId).ended?.reason).toBe('ENDED_FROM_API');
    // bbb-web no longer has it: the command on the bus names this run, and akka-apps ignores it.
    expect(await effects.endMeeting(refOf(math))).toEqual({ via: 'bus', accepted: false });
  });

  it('never ends a newer run of the same name', async () => {
    const first = bbb.create({ meetingID: 'math' });
    bbb.endMeeting('math');
    await clock.advance(5000);
    const second = bbb.create({ meetingID: 'math' });
    expect(await effects.endMeeting(refOf(first))).toEqual({ via: 'bus', accepted: false });
    await bbb.settled();
    expect(become(second.internalMeetingId).running).toBe(true);
    expect(bbb.apiCalls).not.toContain('end');
    await bbb.faults.api({ kind: 'error-500' });
    expect(await effects.endMeeting(refOf(first))).toEqual({ via: 'bus', accepted: false });
    await bbb.settled();
    expect(become(second.internalMeetingId).running).toBe(true);
    await bbb.faults.clear();
  });

  it.each(['down', 'error-500', 'html', 'empty', 'hang'] as const)(
    'the API %s: ends by the bus',
    async (kind) => {
      const math = bbb.create({ meetingID: 'math' });
      await bbb.faults.api({ kind });
      expect(await effects.endMeeting(refOf(math))).toEqual({ via: 'bus', accepted: false });
      await bbb.until(() => !become('math').running);
      expect(bbb.dropped).toEqual([]);
      await bbb.faults.clear();
    },
  );

  it('neither way: said, with both reasons', async () => {
    const math = bbb.create({ meetingID: 'math' });
    await bbb.faults.api({ kind: 'down' });
    publisher.close();
    const ending = effects.endMeeting(refOf(math));
    await expect(ending).rejects.toThrow(TransientError);
    await expect(ending).rejects.toThrow(/getMeetingInfo: .*; EndMeetingSysCmdMsg could not be sent/);
    await bbb.faults.clear();
  });

  it('speaks in the chat, by the API, else by the bus, and never too long', async () => {
    const math = bbb.create({ meetingID: 'math' });
    bbb.join('math', { externalUserId: 'a' });
    expect(await effects.sendChatMessage(refOf(math), `Ends in 5 minutes.\n${'x'.repeat(600)}`)).toEqual({
      via: 'api',
      accepted: true,
    });
    await bbb.faults.api({ kind: 'error-500' });
    expect(await effects.sendChatMessage(refOf(math), 'Ends in 1 minute.')).toEqual({
      via: 'bus',
      accepted: false,
    });
    await bbb.until(() => become('math').chat.length === 2);
    const [long, short] = become('math').chat.map((line) => JSON.stringify(line));
    expect(long).toContain(`Ends in 5 minutes. ${'x'.repeat(480)}…"`);
    expect(short).toContain('Ends in 1 minute.');
    expect(short).toContain('Service level');
    expect(bbb.dropped).toEqual([]);
    await bbb.faults.clear();
  });

  it('where the external id is not known, by the bus', async () => {
    const math = { ...refOf(bbb.create({ meetingID: 'math' })), externalMeetingId: '' };
    bbb.join('math', { externalUserId: 'a' });
    expect(await effects.sendChatMessage(math, 'Hello')).toEqual({ via: 'bus', accepted: false });
    expect(await effects.endMeeting(math)).toEqual({ via: 'bus', accepted: false });
    await bbb.until(() => !become('math').running);
    expect(become('math').chat).toHaveLength(1);
    expect(bbb.apiCalls).toEqual([]);
  });

  it('removes somebody, and stops a recording in the name of who may', async () => {
    const math = refOf(bbb.create({ meetingID: 'math', record: true }));
    const host = bbb.join('math', { externalUserId: 'host', role: 'MODERATOR' });
    const guest = bbb.join('math', { externalUserId: 'guest' });
    expect(bbb.startRecording('math', host)).toBe(true);
    await effects.stopRecording(math.internalMeetingId, host.internalUserId as InternalUserId);
    await effects.ejectUser(math.internalMeetingId, guest.internalUserId as InternalUserId);
    await bbb.until(() => !become('math').recording.active && become('math').people.length === 1);
    expect(become('math').ejected).toHaveLength(1);
    expect(bbb.dropped).toEqual([]);
    expect(bbb.destroyMeetingWasSent).toBe(false);
  });
});

it('the whole of the hooks API', async () => {
  const url = 'http://127.0.0.1:1/webhooks/bbb?a=1&b=2';
  const { hookId, isNew } = await api.createHook(url);
  expect(isNew).toBe(true);
  expect(await api.createHook(url)).toEqual({ hookId, isNew: false });
  expect(await api.listHooks()).toEqual([{ hookId, callbackUrl: url, permanent: false, filtered: false }]);
  expect(await api.destroyHook(hookId)).toBe(true);
  expect(await api.destroyHook(hookId)).toBe(false);
  expect(await api.listHooks()).toEqual([]);
});

it.each(['sha1', 'sha256', 'sha384', 'sha512'] as const)('BBB takes our %s', async (algorithm) => {
  const client = createBbbApi({ url: `${bbb.url}/api/`, secret: bbb.secret, algorithm });
  bbb.create({ meetingID: "it's (0042)!*" });
  expect(await client.getMeetingInfo("it's (0042)!*", START)).toMatchObject({
    props: { externalMeetingId: "it's (0042)!*" },
  });
  client.close();
});
