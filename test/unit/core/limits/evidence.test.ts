/** Who counts against whom, by what was seen of them. */

import type { MeetingView } from '../../../../sidecar/core/decide';
import type { MeetingEvent, UserJoined } from '../../../../sidecar/core/events';
import { withoutLongGone } from '../../../../sidecar/core/long-gone';
import type { InternalMeetingId, Meeting } from '../../../../sidecar/core/meeting';
import { reduce } from '../../../../sidecar/core/reduce';
import { createMeetings } from '../../../../sidecar/loop/meetings';
import {
  anEffectiveTier,
  aView,
  created,
  joined,
  left,
  listed,
  MEETING,
  MINUTE,
  meetingAfter,
  meetingId,
  people,
  someLimits,
  T0,
  userId,
  webListed,
} from '../../../support/builders';
import { ejections, LATER } from './ejections';

const tierOf = (max: number, change = {}) =>
  anEffectiveTier({ limits: someLimits({ participants: { max, enforce: 'hard' } }), ...change });

const flag = (who: string, at: number, isGone: boolean): MeetingEvent => ({
  type: 'user-left-flag-updated',
  via: 'bus',
  internalMeetingId: MEETING,
  at,
  internalUserId: userId(`w_${who}`),
  left: isGone,
});
const gap = (at: number, until: number): MeetingEvent => ({
  type: 'bus-interrupted',
  internalMeetingId: MEETING,
  at,
  until,
});

test("lively room: BBB's totals differ for as long as somebody's tab is closed → each newcomer beyond the cap goes at once", () => {
  let meeting = meetingAfter([created(), ...people(20)]);
  let at = T0 + 60_000;
  for (let round = 0; round < 100; round += 1) {
    const who = `p${(round % 20) + 1}`;
    // Gone for a second, listed by BBB all the while; one more tab closed at every moment.
    for (const event of [flag(who, at, true), flag(who, at + 1_000, false)]) meeting = reduce(meeting, event);
    const closed = `n${round - 1}`;
    meeting = reduce(meeting, joined(`n${round}`, at + 1_500));
    const asked = webListed(meeting, at + 1_510);
    const tooMany = {
      ...asked,
      webList: {
        at: at + 1_510,
        online: 23,
        accounts: asked.webList?.accounts,
        unseen: new Set<string>(),
        unbrokenSince: 0,
      },
    };
    expect(ejections(aView(tooMany), tierOf(20), at + 1_511)).toEqual([`w_n${round}`]);
    expect(closed).not.toBe(`n${round}`);
    meeting = reduce(meeting, left(`n${round}`, at + 1_600, true));
    at += 2_000;
  }
});

test("a left flag → the place is free, though both of BBB's lists name the session", () => {
  const events = [created(), ...people(11), flag('p3', T0 + 20_000, true)];
  const seen = meetingAfter([...events, listed(people(11), T0 + 25_000)]);
  expect(ejections(aView(webListed(seen, LATER)))).toEqual([]);
});

test('removed with a left flag up in one tab → both tabs go', () => {
  const second = joined('p11', T0 + 12_000, { internalUserId: userId('w_p11-b') });
  const seen = meetingAfter([created(), ...people(11), second, flag('p11', T0 + 13_000, true)]);
  expect(ejections(aView(webListed(seen, LATER)))).toEqual(['w_p11', 'w_p11-b']);
});

test('after a restart: two remembered who left, two unseen, three in three places → nobody goes', () => {
  const [a, b, c] = people(3) as [UserJoined, UserJoined, UserJoined];
  const remembered: MeetingEvent = {
    type: 'meeting-remembered',
    internalMeetingId: MEETING,
    at: T0 + 10_000,
    attendees: [a, b, c].map(({ internalUserId, externalUserId, role, at }) => ({
      internalUserId,
      externalUserId,
      kind: 'web',
      bot: false,
      role,
      joinedAt: at,
      leftAt: undefined,
      ejected: false,
    })),
  };
  const strangers = [joined('x', 0), joined('y', 0)];
  const start = [gap(0, T0 + 20_000), remembered];
  const now = T0 + 60_000;
  const seen = (events: readonly MeetingEvent[]): Meeting =>
    webListed({ ...meetingAfter([...start, ...events]), props: meetingAfter([created()]).props }, now);
  // The list that is read at the start was made before the gap's end; the newcomer is z.
  const early = listed([a, ...strangers], T0 - 15_000, { until: T0 + 20_100 });
  const z = joined('z', T0 + 30_000);
  expect(ejections(aView(seen([early, z])), tierOf(3), now)).toEqual([]);
  const late = listed([a, ...strangers], T0 + 50_000, { until: T0 + 51_000 });
  expect(ejections(aView(seen([early, late])), tierOf(3), now)).toEqual([]);
});

test('webhooks of an outage come late, joins before leaves → nobody who fits goes', () => {
  const told = (who: string, at: number): MeetingEvent =>
    joined(who, at, { via: 'webhook', notBefore: at - 10_000 });
  const visitors = ['v1', 'v2', 'v3'];
  const outage = [gap(T0 + 5_000, T0 + 35_000), joined('late', T0 + 50_000)];
  const joins = visitors.map((who, index) => told(who, T0 + 10_000 + index * 1_000));
  const seen = meetingAfter([created(), ...people(2), ...outage, ...joins]);
  expect(ejections(aView(webListed(seen, LATER)), tierOf(3), LATER)).toEqual([]);
});

test('a session that akka-apps names after a gap → came before its end, before whoever the bus reported since', () => {
  const [a, b] = people(2) as [UserJoined, UserJoined];
  const x = joined('x', T0 + 50_000);
  const events = [created(), a, gap(T0 + 5_000, T0 + 10_000), x, listed([a, b, x], T0 + 60_000)];
  // Whose session b's is, bbb-web's list gives.
  const seen = reduce(meetingAfter(events), { ...b, via: 'webhook', notBefore: b.at - 10_000 });
  const now = T0 + 62_000;
  expect(ejections(aView(webListed(seen, now)), tierOf(2), now)).toEqual([]);
  const known = reduce(meetingAfter([...events.slice(0, 3), x]), {
    ...b,
    via: 'webhook',
    at: T0 + 9_000,
    notBefore: T0,
  });
  const full = reduce(known, listed([a, b, x], T0 + 60_000));
  expect(ejections(aView(webListed(full, now)), tierOf(1), now)).toContain('w_x');
});

describe('an unknown owner', () => {
  const crowd = [
    ...people(9),
    joined('m1', T0 + 20_000, { role: 'MODERATOR' }),
    joined('m2', T0 + 21_000, { role: 'MODERATOR' }),
  ];
  test.each([
    ['protect-moderators', []],
    ['protect-first-moderator', ['w_m2']],
    ['protect-nobody', ['w_m2']],
  ] as const)('%s → %j goes', (unknownOwner, gone) => {
    const tier = tierOf(10, { owner: undefined, unknownOwner });
    expect(ejections(aView(webListed(meetingAfter([created(), ...crowd]), LATER)), tier)).toEqual(gone);
  });

  test('protect-first-moderator, and the first is among those too many → stays', () => {
    const tier = tierOf(9, { owner: undefined, unknownOwner: 'protect-first-moderator' });
    expect(ejections(aView(webListed(meetingAfter([created(), ...crowd]), LATER)), tier)).toEqual(['w_m2']);
    const nobody = tierOf(9, { owner: undefined, unknownOwner: 'protect-nobody' });
    expect(ejections(aView(webListed(meetingAfter([created(), ...crowd]), LATER)), nobody)).toEqual([
      'w_m1',
      'w_m2',
    ]);
  });
});

test('protect-first-moderator, and who was one first is back as a viewer → the one who is one now stays', () => {
  const first = joined('m1', T0 + 20_000, { role: 'MODERATOR' });
  const back = joined('m1', T0 + 26_000, { internalUserId: userId('w_m1-b') });
  const events = [
    ...people(9),
    first,
    joined('m2', T0 + 21_000, { role: 'MODERATOR' }),
    left('m1', T0 + 25_000),
    back,
  ];
  const tier = tierOf(10, { owner: undefined, unknownOwner: 'protect-first-moderator' });
  expect(ejections(aView(webListed(meetingAfter([created(), ...events]), LATER)), tier)).toEqual([]);
});

describe('in a breakout room', () => {
  const ROOM = meetingId('room-1-1760000100000');
  const inRoom = (who: string, at: number): MeetingEvent => ({
    ...joined(who, at, {
      externalUserId: `w_${who}-1`,
      internalUserId: userId(`w_${who}-b`),
      role: 'MODERATOR',
    }),
    internalMeetingId: ROOM,
  });
  const roomAfter = (...events: readonly MeetingEvent[]): Meeting =>
    meetingAfter(
      [created({ isBreakout: true, parentInternalMeetingId: MEETING, breakoutSequence: 1 }, ROOM), ...events],
      ROOM,
    );

  test('everybody is a moderator there → the eleventh goes, whoever the owner is', () => {
    const breakouts = [roomAfter(inRoom('p11', T0 + 30_000))];
    const tier = tierOf(10, { owner: undefined });
    const meeting = webListed(meetingAfter([created(), ...people(11)]), LATER);
    expect(ejections(aView(meeting, { breakouts }), tier)).toEqual(['w_p11', 'w_p11-b']);
  });

  test('there alone until the room ends, and back in the meeting within the minute → has the seat still', () => {
    const flagged: MeetingEvent = {
      type: 'user-left-flag-updated',
      via: 'bus',
      internalMeetingId: MEETING,
      internalUserId: userId('w_p1'),
      at: T0 + 10_000,
      left: true,
    };
    const back = joined('p1', T0 + 90_000, { internalUserId: userId('w_p1-c') });
    const main = [...people(2), flagged, left('p1', T0 + 25_000), joined('p3', T0 + 30_000), back];
    const ended: MeetingEvent = {
      type: 'meeting-ended',
      via: 'bus',
      internalMeetingId: ROOM,
      at: T0 + 60_000,
      reason: 'BREAKOUT_ENDED_BY_MOD',
    };
    const meetings = createMeetings();
    meetings.set(roomAfter(inRoom('p1', T0 + 5_000), ended));
    const now = T0 + 91_000;
    meetings.set(webListed(meetingAfter([created(), ...main]), now));
    const view = meetings.view(MEETING) as MeetingView;
    expect(ejections(view, tierOf(2), now)).toEqual(['w_p3']);
  });

  test('gone from it in a gap, long before it ended → the seat is not kept until its end', () => {
    const interrupted = (id: InternalMeetingId): MeetingEvent[] => [
      { type: 'bus-interrupted', internalMeetingId: id, at: T0 + 30_000, until: undefined },
      { type: 'bus-interrupted', internalMeetingId: id, at: T0 + 30_000, until: T0 + 40_000 },
    ];
    const ended: MeetingEvent = {
      type: 'meeting-ended',
      via: 'bus',
      internalMeetingId: ROOM,
      at: T0 + 100_000,
      reason: 'BREAKOUT_ENDED_BY_MOD',
    };
    const gone = {
      ...left('p1', T0 + 10_000),
      internalMeetingId: ROOM,
      internalUserId: userId('w_p1-b'),
    } as MeetingEvent;
    const [p1, p2] = people(2) as [UserJoined, UserJoined];
    const main = [
      ...[p1, p2, left('p1', T0 + 10_000), ...interrupted(MEETING), listed([p2], T0 + 65_000)],
      ...[joined('p3', T0 + 75_000), joined('p1', T0 + 120_000, { internalUserId: userId('w_p1-c') })],
    ];
    const meetings = createMeetings();
    meetings.set(roomAfter(inRoom('p1', T0 + 5_000), gone, ...interrupted(ROOM), ended));
    const now = T0 + 125_000;
    meetings.set(webListed(meetingAfter([created(), ...main]), now));
    expect(ejections(meetings.view(MEETING) as MeetingView, tierOf(2), now)).toEqual(['w_p1-c']);
  });

  test('the main tab long closed → remembered for as long as the room is open, and forgotten after', () => {
    const main = meetingAfter([created(), ...people(2), left('p1', T0 + MINUTE), left('p2', T0 + MINUTE)]);
    const room = roomAfter(inRoom('p1', T0 + 30_000));
    const now = T0 + 60 * MINUTE;
    const [kept] = withoutLongGone(main, [room], now);
    expect([...(kept ?? main).attendees.keys()]).toEqual(['w_p1']);
    const closed = reduce(room, {
      ...left('p1-b', T0 + 50 * MINUTE),
      internalMeetingId: ROOM,
    } as MeetingEvent);
    expect(withoutLongGone(main, [closed], now).map(({ attendees }) => attendees.size)).toEqual([0]);
    expect(withoutLongGone(main, [], T0 + 15 * MINUTE)).toEqual([]);
  });
});
