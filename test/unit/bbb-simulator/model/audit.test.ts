/** What akka-apps does by itself as time passes: removals, native ends, breakouts over their time. */
import fc from 'fast-check';
import { openBreakouts } from '../../../bbb-simulator/model/breakouts';
import { endMeeting } from '../../../bbb-simulator/model/end';
import { enter, leave } from '../../../bbb-simulator/model/join';
import { healthOf, takePing } from '../../../bbb-simulator/model/keep-alive';
import type { Bbb, Meeting } from '../../../bbb-simulator/model/state';
import { dialIn } from '../../../bbb-simulator/model/voice';
import { advance, aMeeting, aServer, aUser, MINUTE_MS, SECOND_MS, told } from '../a-server';

/** The moment something first holds, looked at every `stepMs`. */
function momentWhen(bbb: Bbb, holds: () => boolean, stepMs = 500): number {
  for (let steps = 0; !holds(); steps += 1) {
    if (steps > 100_000) throw new Error('it never held');
    advance(bbb, stepMs);
  }
  return bbb.now;
}

test('whoever disconnects is removed 10 to 20 s later, whenever it was', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 50_000 }), (joinedForMs) => {
      const bbb = aServer();
      const meeting = aMeeting(bbb);
      aUser(bbb, meeting);
      const user = aUser(bbb, meeting);
      advance(bbb, joinedForMs);
      const leftAt = bbb.now;
      leave(bbb, meeting, user.intId, false);
      const removedAfterMs = momentWhen(bbb, () => !meeting.users.has(user.intId), 1) - leftAt;
      expect(removedAfterMs).toBeGreaterThan(10_000);
      expect(removedAfterMs).toBeLessThanOrEqual(20_000);
    }),
    { numRuns: 50 },
  );
});

test('with meetingExpireWhenLastUserLeftInMinutes=0 the next audit removes them and ends the meeting', () => {
  const bbb = aServer();
  const meeting = aMeeting(bbb, { meetingExpireWhenLastUserLeftInMinutes: '0' });
  const user = aUser(bbb, meeting);
  advance(bbb, 14_000);
  leave(bbb, meeting, user.intId, false);
  advance(bbb, 1_000);
  expect(meeting.end?.reason).toBe('ENDED_WHEN_LAST_USER_LEFT');
});

test('a meeting ends 0 to 10 s after its duration, counted from its creation', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 0, max: 60_000 }), (minutes, idleMs) => {
      const bbb = aServer();
      const meeting = aMeeting(bbb, { duration: String(minutes) });
      advance(bbb, idleMs);
      aUser(bbb, meeting);
      momentWhen(bbb, () => meeting.end !== undefined);
      const lateMs = (meeting.end?.at ?? 0) - meeting.createdAt - minutes * MINUTE_MS;
      expect(meeting.end?.reason).toBe('ENDED_AFTER_EXCEEDING_DURATION');
      expect(lateMs).toBeGreaterThan(0);
      expect(lateMs).toBeLessThanOrEqual(10_000);
    }),
    { numRuns: 30 },
  );
});

interface Expiry {
  name: string;
  params: Record<string, string>;
  play: (bbb: Bbb, meeting: Meeting) => void;
  reason: string | undefined;
  /** Looked at after this. */
  afterMs: number;
}

const EXPIRIES: Expiry[] = [
  {
    name: 'nobody ever joined',
    params: {},
    play: () => undefined,
    reason: 'ENDED_WHEN_NOT_JOINED',
    afterMs: 315_000,
  },
  { name: 'nobody joined yet', params: {}, play: () => undefined, reason: undefined, afterMs: 300_000 },
  {
    name: 'only a bot joined and left',
    params: {},
    play: (bbb, meeting) => {
      const bot = aUser(bbb, meeting, { bot: true });
      leave(bbb, meeting, bot.intId, true);
    },
    reason: 'ENDED_WHEN_LAST_USER_LEFT',
    afterMs: 90_000,
  },
  {
    name: 'a bot stays alone',
    params: {},
    play: (bbb, meeting) => {
      aUser(bbb, meeting, { bot: true });
      leave(bbb, meeting, aUser(bbb, meeting).intId, true);
    },
    reason: 'ENDED_WHEN_LAST_USER_LEFT',
    afterMs: 90_000,
  },
  {
    name: 'a caller stays alone',
    params: {},
    play: (bbb, meeting) => {
      dialIn(bbb, meeting, { callerName: '+49' });
      leave(bbb, meeting, aUser(bbb, meeting).intId, true);
    },
    reason: undefined,
    afterMs: 600_000,
  },
  {
    name: 'the last one left, and was back within the minute',
    params: {},
    play: (bbb, meeting) => {
      const user = aUser(bbb, meeting);
      leave(bbb, meeting, user.intId, false);
      advance(bbb, 40 * SECOND_MS);
      enter(bbb, meeting, user.intId);
    },
    reason: undefined,
    afterMs: 300_000,
  },
  {
    name: 'no moderator for a minute, endWhenNoModerator',
    params: { endWhenNoModerator: 'true' },
    play: (bbb, meeting) => {
      aUser(bbb, meeting);
      leave(bbb, meeting, aUser(bbb, meeting, { role: 'MODERATOR' }).intId, false);
    },
    reason: 'ENDED_DUE_TO_NO_MODERATOR',
    afterMs: 75_000,
  },
  {
    name: 'never a moderator, endWhenNoModerator',
    params: { endWhenNoModerator: 'true' },
    play: (bbb, meeting) => void aUser(bbb, meeting),
    reason: undefined,
    afterMs: 600_000,
  },
];

test.each(EXPIRIES)('$name: $reason', ({ params, play, reason, afterMs }) => {
  const bbb = aServer();
  const meeting = aMeeting(bbb, params);
  play(bbb, meeting);
  advance(bbb, afterMs);
  expect(meeting.end?.reason).toBe(reason);
});

test('breakouts never expire by themselves; the parent ends them within its 5 s once their time is over', () => {
  const bbb = aServer();
  const parent = aMeeting(bbb, { duration: '30' });
  aUser(bbb, parent, { role: 'MODERATOR' });
  const [room] = openBreakouts(bbb, parent, { count: 1, durationMinutes: 10 }) ?? [];
  advance(bbb, 10 * MINUTE_MS);
  expect(room?.end).toBeUndefined();
  advance(bbb, 6 * SECOND_MS);
  expect(room?.end?.reason).toBe('BREAKOUT_ENDED_EXCEEDING_DURATION');
  expect(parent.breakouts).toBeUndefined();
  expect(parent.end).toBeUndefined();
});

/** What is said of a parent of two rooms whose time is over, in order. */
function endWithRooms(seed: string): {
  readonly ids: readonly string[];
  readonly said: readonly string[];
  bbb: Bbb;
} {
  const bbb = aServer({ seed });
  const parent = aMeeting(bbb, { duration: '5' });
  aUser(bbb, parent, { role: 'MODERATOR' });
  openBreakouts(bbb, parent, { count: 2, durationMinutes: 60 });
  advance(bbb, 5 * MINUTE_MS);
  bbb.outbox.length = 0;
  advance(bbb, 10 * SECOND_MS);
  const ids = bbb.outbox.flatMap((happening) =>
    happening.kind === 'message' && happening.name === 'MeetingEndingEvtMsg'
      ? [happening.body.meetingId]
      : [],
  );
  return { ids, said: told(bbb).filter((name) => /^(Meeting|Breakout)/.test(name)), bbb };
}

test('breakouts end with their parent: each says so itself, in any order, and the parent speaks of some rooms only', () => {
  const ends = Array.from({ length: 40 }, (_, index) => endWithRooms(`seed ${index}`));
  for (const { said, bbb } of ends) {
    const count = (name: string): number => said.filter((each) => each === name).length;
    expect(['MeetingEndingEvtMsg', 'MeetingEndedEvtMsg', 'MeetingDestroyedEvtMsg'].map(count)).toEqual([
      3, 3, 3,
    ]);
    expect(count('BreakoutRoomEndedEvtMsg')).toBeLessThanOrEqual(2);
    expect(bbb.history.map((meeting) => meeting.end?.reason)).toEqual(
      Array(3).fill('ENDED_AFTER_EXCEEDING_DURATION'),
    );
  }
  const parentFirst = ends.filter(({ ids, bbb }) => ids[0] === bbb.history[0]?.intId).length;
  expect(parentFirst).toBeGreaterThan(20);
  expect(parentFirst).toBeLessThan(40);
  const mentioned = new Set(
    ends.map(({ said }) => said.filter((name) => name === 'BreakoutRoomEndedEvtMsg').length),
  );
  expect([...mentioned].sort()).toEqual([0, 1, 2]);
});

test('an end shortly before the 30 s report → the meeting is back in `/analytics` and stays', () => {
  const bbb = aServer();
  const meeting = aMeeting(bbb, { duration: '0' });
  aUser(bbb, meeting);
  advance(bbb, 38.5 * SECOND_MS);
  endMeeting(bbb, meeting, 'ENDED_FROM_API', 'system');
  expect(bbb.analytics.has(meeting.intId)).toBe(false);
  const reports = (): number =>
    bbb.outbox.splice(0).filter(({ name }) => name === 'MeetingInfoAnalyticsServiceMsg').length;
  reports();
  advance(bbb, 2 * SECOND_MS);
  expect(reports()).toBe(1);
  advance(bbb, 10 * MINUTE_MS);
  expect(bbb.analytics.has(meeting.intId)).toBe(true);
  expect(reports()).toBe(0);
});

test('a ping with akkaAppsTimestamp 0 → unhealthy at once, until the next; 30 s without one too', () => {
  const bbb = aServer();
  const ping = (akkaAppsTimestamp: number): void =>
    takePing(bbb, { system: 'x', bbbWebTimestamp: bbb.now, akkaAppsTimestamp });
  ping(bbb.now);
  expect(healthOf(bbb).isHealthy).toBe(true);
  ping(0);
  expect(healthOf(bbb)).toMatchObject({
    isHealthy: false,
    pubsubSendStatus: { timestamp: '1970-01-01T00:00' },
  });
  ping(bbb.now);
  expect(healthOf(bbb).isHealthy).toBe(true);
  advance(bbb, 31 * SECOND_MS);
  expect(healthOf(bbb).isHealthy).toBe(false);
});

test('time passes the same in one leap as in small steps', () => {
  const ends = [1, 7].map((stepSeconds) => {
    const bbb = aServer();
    const meeting = aMeeting(bbb, { duration: '7' });
    aUser(bbb, meeting);
    if (stepSeconds === 1) advance(bbb, 10 * MINUTE_MS);
    else for (let passed = 0; passed < 600; passed += stepSeconds) advance(bbb, stepSeconds * SECOND_MS);
    return [meeting.end, meeting.destroyedAt];
  });
  expect(ends[0]).toEqual(ends[1]);
});
