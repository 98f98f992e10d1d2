/** What is unknown, stale or contradictory removes nobody. */
import { decide } from '../../../../sidecar/core/decide';
import type { MeetingEvent, UserJoined } from '../../../../sidecar/core/events';
import type { Meeting } from '../../../../sidecar/core/meeting';
import {
  aContext,
  anEffectiveTier,
  aView,
  counted,
  created,
  joined,
  left,
  listed,
  MEETING,
  meetingAfter,
  people,
  someProps,
  T0,
  userId,
} from '../../../support/builders';
import { confirmed, ejections, LATER } from './ejections';

/** akka-apps' list with the names that people go by, from which BBB's other list gives them their accounts. */
function listedByName(them: readonly UserJoined[]): MeetingEvent {
  const users = them.map(({ internalUserId, externalUserId, role }) => ({
    internalUserId,
    fullName: externalUserId,
    role,
  }));
  return listed(them, T0 + 20_000, { until: T0 + 21_000, users });
}

describe('doubt never punishes', () => {
  const full = meetingAfter([created(), ...people(11)]);

  test('BBB counts fewer people than we believe: nobody goes, BBB is asked', () => {
    const { actions } = decide(aView(counted(full, LATER, 10)), anEffectiveTier(), aContext(LATER));
    expect(actions.map((action) => action.type)).toEqual(['refresh-meeting']);
  });

  test('BBB counts more: whoever came unseen may be one of those who would go, as an earlier session', () => {
    const { actions } = decide(aView(counted(full, LATER, 12)), anEffectiveTier(), aContext(LATER));
    expect(actions.map((action) => action.type)).toEqual(['refresh-meeting']);
  });

  describe('bbb-web counts others than we know, for good', () => {
    const LISTED = T0 + 31_000;
    const removed = (event: MeetingEvent, now: number, counts = 10): string[] =>
      ejections(
        aView(counted(meetingAfter([created(), ...people(11), event]), LISTED, counts)),
        anEffectiveTier(),
        now,
      );

    test.each([10, 12])(
      'akka-apps itself tells that all eleven are there, bbb-web %i: the eleventh goes',
      (counts) => {
        expect(removed(listed(people(11), LISTED), LISTED, counts)).toEqual(['w_p11']);
        expect(removed(listed(people(11), LISTED), LISTED + 4_999, counts)).toEqual(['w_p11']);
      },
    );

    test('a list that may still have somebody in it who left before they came, an older one, or one of unknown age: nobody goes', () => {
      expect(removed(listed(people(11), LISTED - 1), LISTED)).toEqual([]);
      expect(removed(listed(people(11), LISTED), LISTED + 5_000)).toEqual([]);
      expect(removed(listed(people(11), LISTED, { until: LISTED + 1_001 }), LISTED + 1_001)).toEqual([]);
    });

    test('one of the ten is not in it: there is a place', () => {
      expect(removed(listed(people(11).slice(1), LISTED), LISTED)).toEqual([]);
    });
  });

  test('BBB was not heard since the last arrival: it is asked first', () => {
    const { actions, recheckAt } = decide(aView(full), anEffectiveTier(), aContext(T0 + 11_000));
    expect(actions.map((action) => action.type)).toEqual(['refresh-meeting']);
    expect(recheckAt).toBe(T0 + 14_000);
  });

  test('BBB stays silent: what an unbroken bus told is enough after three seconds', () => {
    expect(ejections(aView(full), anEffectiveTier(), T0 + 13_999)).toEqual([]);
    expect(ejections(aView(full), anEffectiveTier(), T0 + 14_000)).toEqual(['w_p11']);
  });

  test('BBB stays silent and the bus was away meanwhile: nobody goes until a full list was made, well after', () => {
    const gap: MeetingEvent = {
      type: 'bus-interrupted',
      internalMeetingId: MEETING,
      at: T0 + 5_000,
      until: T0 + 8_000,
    };
    const list = (at: number): MeetingEvent => listed(people(11), at);
    const events = [created(), ...people(10), gap, joined('p11', T0 + 10_500)];
    expect(ejections(aView(meetingAfter(events)))).toEqual([]);
    expect(ejections(aView(meetingAfter([...events, list(T0 + 7_000)])))).toEqual([]);
    expect(ejections(aView(meetingAfter([...events, list(T0 + 11_000)])))).toEqual([]);
    expect(ejections(aView(meetingAfter([...events, list(T0 + 11_001)])))).toEqual(['w_p11']);
  });

  test('BBB stays silent and the beginning was not seen: nobody goes', () => {
    const strangers = meetingAfter([...people(11)]);
    const known: Meeting = { ...strangers, props: someProps(), rosterAt: undefined };
    expect(ejections(aView(known))).toEqual([]);
  });

  test('who was only seen in a list, in unknown order, is not removed', () => {
    expect(ejections(aView(confirmed([listed(people(11), T0 + 20_000)])))).toEqual([]);
  });

  test('who was only found in a list stays in unknown order over a restart', () => {
    const attendees = people(11).map(({ internalUserId, externalUserId, role }) => ({
      internalUserId,
      externalUserId,
      kind: 'web' as const,
      bot: false,
      role,
      joinedAt: T0 + 20_000 + (externalUserId === 'p11' ? 1 : 0),
      notBefore: T0,
      leftAt: undefined,
      ejected: false,
    }));
    const remembered: MeetingEvent = {
      type: 'meeting-remembered',
      internalMeetingId: MEETING,
      at: T0 + 30_000,
      attendees,
    };
    expect(ejections(aView(confirmed([remembered])))).toEqual([]);
  });

  test('who came while the bus was away is later than all who were known before', () => {
    const events: MeetingEvent[] = [
      ...people(10),
      { type: 'bus-interrupted', internalMeetingId: MEETING, at: T0 + 15_000, until: T0 + 18_000 },
      listedByName(people(11)),
      {
        type: 'meeting-snapshot',
        internalMeetingId: MEETING,
        at: T0 + 22_000,
        props: someProps(),
        online: 11,
        attendees: people(11).map(({ externalUserId, role }) => ({
          externalUserId,
          fullName: externalUserId,
          role,
          dialIn: false,
        })),
      },
    ];
    expect(ejections(aView(meetingAfter([created(), ...events])))).toEqual(['w_p11']);
  });

  describe('a session whose account nobody told may be an earlier one of whoever would go', () => {
    const flag = (at: number, left: boolean): MeetingEvent => ({
      type: 'user-left-flag-updated',
      via: 'bus',
      internalMeetingId: MEETING,
      at,
      internalUserId: userId('w_unknown'),
      left,
    });
    const removedOf = (events: readonly MeetingEvent[], now: number): string[] =>
      ejections(
        aView(counted(meetingAfter([created(), ...people(11), ...events]), now)),
        anEffectiveTier(),
        now,
      );

    test('present: nobody goes until BBB has had time to say whose it is', () => {
      expect(removedOf([flag(T0 + 5_000, false)], T0 + 125_000)).toEqual([]);
      expect(removedOf([flag(T0 + 5_000, false)], T0 + 125_001)).toEqual(['w_p11']);
    });

    test('gone so recently that the seat was kept: nobody goes', () => {
      const events = (at: number): MeetingEvent[] => [flag(at, true), joined('late', T0 + 100_000)];
      expect(removedOf(events(T0 + 40_000), T0 + 110_000)).toEqual([]);
      expect(removedOf(events(T0 + 39_999), T0 + 110_000)).toEqual(['w_late']);
    });
  });

  test('who was only found missing may have been removed, and has no certain seat to come back to', () => {
    const list = listed(
      [...people(11).slice(1), joined('p1', 0, { internalUserId: userId('w_p1-b') })],
      T0 + 50_000,
    );
    const back = joined('p1', T0 + 30_000, { internalUserId: userId('w_p1-b') });
    expect(ejections(aView(confirmed([...people(11), back, list])))).toEqual([]);
    // Seen leaving, the seat is theirs.
    const seen = [...people(11), left('p1', T0 + 25_000), back, list];
    expect(ejections(aView(confirmed(seen)))).toEqual(['w_p11']);
  });

  test('somebody whose account is unknown counts for nobody and stays', () => {
    const andX = (known: readonly UserJoined[]): MeetingEvent[] => [
      ...known,
      listed(known, T0 + 15_000),
      listedByName([...known, joined('x', 0)]),
    ];
    expect(ejections(aView(confirmed(andX(people(10)))))).toEqual([]);
    // Long after BBB has had time to say whose it is, too.
    const now = T0 + 200_000;
    const removed = (events: readonly MeetingEvent[]): string[] =>
      ejections(aView(counted(meetingAfter([created(), ...events]), now)), anEffectiveTier(), now);
    expect(removed(andX(people(10)))).toEqual([]);
    expect(removed(andX(people(11)))).toEqual(['w_p11']);
  });
});
