/** What is unknown, stale or contradictory removes nobody. */
import { decide } from '../../../../sidecar/core/decide';
import type { MeetingEvent, UserJoined } from '../../../../sidecar/core/events';
import type { Meeting } from '../../../../sidecar/core/meeting';
import { reduce } from '../../../../sidecar/core/reduce';
import {
  aContext,
  anEffectiveTier,
  aView,
  created,
  joined,
  left,
  listed,
  MEETING,
  meetingAfter,
  people,
  someProps,
  T0,
  unanswered,
  userId,
  webListed,
} from '../../../support/builders';
import { confirmed, ejections, LATER } from './ejections';

/** akka-apps' list with the names that people go by, from which BBB's other list gives them their accounts. */
function listedByName(them: readonly UserJoined[], at = T0 + 20_000): MeetingEvent {
  const users = them.map(({ internalUserId, externalUserId, role }) => ({
    internalUserId,
    fullName: externalUserId,
    role,
  }));
  return listed(them, at, { until: at + 1_000, users });
}

describe('doubt never punishes', () => {
  const full = meetingAfter([created(), ...people(11)]);

  const types = (meeting: Meeting, now = LATER): string[] =>
    decide(aView(meeting), anEffectiveTier(), aContext(now)).actions.map((action) => action.type);

  test('no list from after the arrival → BBB is read, nobody goes', () => {
    expect(types(full, T0 + 11_000)).toEqual(['refresh-meeting']);
    expect(types(webListed(full, T0 + 10_999))).toEqual(['refresh-meeting']);
    expect(types(webListed(full, T0 + 11_000))).toEqual(['send-notice', 'eject-user']);
  });

  test('bbb-web leaves the newcomer out → nobody goes until akka-apps names them', () => {
    const without = (at: number): Meeting => ({
      ...full,
      webList: {
        at,
        online: 10,
        accounts: new Set(people(10).map((each) => each.externalUserId)),
        unseen: new Set(),
        unbrokenSince: 0,
      },
    });
    expect(types(without(LATER))).toEqual(['refresh-meeting']);
    const heard = (event: MeetingEvent): Meeting => reduce(without(LATER - 1), event);
    expect(types(heard(listed(people(11), T0 + 10_999)))).toEqual(['refresh-meeting']);
    expect(types(heard(listed(people(11), T0 + 11_000)))).toEqual(['send-notice', 'eject-user']);
    expect(types(heard(listed(people(10), T0 + 11_000)))).toEqual(['refresh-meeting']);
  });

  test('bbb-web counts others than we know, more or fewer → the eleventh goes all the same', () => {
    for (const online of [0, 10, 12, 40]) {
      const named = webListed(full, LATER);
      const accounts = named.webList?.accounts;
      expect(
        ejections(
          aView({ ...named, webList: { at: LATER, online, accounts, unseen: new Set(), unbrokenSince: 0 } }),
        ),
      ).toEqual(['w_p11']);
    }
  });

  test('one of the ten is missing from a list of akka-apps → there is a place', () => {
    const seen = reduce(full, listed(people(11).slice(1), T0 + 31_000));
    expect(ejections(aView(webListed(seen, LATER)))).toEqual([]);
  });

  test('bbb-web cannot answer and the bus has been whole since before → the eleventh goes', () => {
    expect(ejections(aView(reduce(full, unanswered(T0 + 10_999))))).toEqual([]);
    expect(ejections(aView(reduce(full, unanswered(T0 + 11_000))))).toEqual(['w_p11']);
  });

  test('bbb-web cannot answer and the bus was away meanwhile → nobody goes until akka-apps names them, 20 s after', () => {
    const gap: MeetingEvent = {
      type: 'bus-interrupted',
      internalMeetingId: MEETING,
      at: T0 + 5_000,
      until: T0 + 8_000,
    };
    const list = (at: number): MeetingEvent => listed(people(11), at);
    const events = [created(), ...people(10), gap, joined('p11', T0 + 11_500), unanswered(LATER)];
    expect(ejections(aView(meetingAfter(events)))).toEqual([]);
    expect(ejections(aView(meetingAfter([...events, list(T0 + 27_999)])))).toEqual([]);
    expect(ejections(aView(meetingAfter([...events, list(T0 + 28_000)])))).toEqual(['w_p11']);
  });

  test('the beginning was not seen → nobody goes', () => {
    const strangers = meetingAfter([...people(11)]);
    const known: Meeting = { ...strangers, props: someProps() };
    expect(ejections(aView(webListed(known, LATER)))).toEqual([]);
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
      listedByName(people(11), T0 + 41_000),
      {
        type: 'meeting-snapshot',
        internalMeetingId: MEETING,
        at: T0 + 42_000,
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
    expect(ejections(aView(meetingAfter([created(), ...events])))).toEqual([]);
    const twelfth = joined('p12', T0 + 50_000);
    const later = listedByName(people(12), T0 + 71_000);
    // The eleventh may be a bot, as everybody whom only lists show; the twelfth is not.
    expect(ejections(aView(meetingAfter([created(), ...events, twelfth, later])))).toEqual(['w_p12']);
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
    const after = (events: readonly MeetingEvent[]): Meeting =>
      meetingAfter([created(), ...people(11), ...events]);
    const naming = (...accounts: string[]): MeetingEvent => ({
      type: 'meeting-snapshot',
      internalMeetingId: MEETING,
      at: LATER,
      props: someProps(),
      online: accounts.length,
      attendees: accounts.map((externalUserId) => ({
        externalUserId,
        fullName: externalUserId,
        role: 'VIEWER',
        dialIn: false,
      })),
    });

    test("bbb-web lists more sessions of theirs than we saw: nobody goes; as many: it is somebody else's", () => {
      const meeting = after([flag(T0 + 5_000, false)]);
      expect(ejections(aView(reduce(meeting, naming('p10', 'p11', 'p11'))))).toEqual([]);
      expect(ejections(aView(reduce(meeting, naming('p10', 'p10', 'p11'))))).toEqual(['w_p11']);
    });

    describe('bbb-web cannot answer', () => {
      const removedOf = (events: readonly MeetingEvent[], now: number): string[] =>
        ejections(aView(reduce(after(events), unanswered(now))), anEffectiveTier(), now);

      test('present: nobody goes until BBB has had time to show whose it is', () => {
        expect(removedOf([flag(T0 + 5_000, false)], T0 + 125_000)).toEqual([]);
        expect(removedOf([flag(T0 + 5_000, false)], T0 + 125_001)).toEqual(['w_p11']);
      });

      test('gone so recently that the seat was kept: nobody goes', () => {
        const events = (at: number): MeetingEvent[] => [flag(at, true), joined('late', T0 + 100_000)];
        expect(removedOf(events(T0 + 40_000), T0 + 110_000)).toEqual([]);
        expect(removedOf(events(T0 + 39_999), T0 + 110_000)).toEqual(['w_late']);
      });
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
      ejections(aView(webListed(meetingAfter([created(), ...events]), now)), anEffectiveTier(), now);
    expect(removed(andX(people(10)))).toEqual([]);
    expect(removed(andX(people(11)))).toEqual(['w_p11']);
  });
});
