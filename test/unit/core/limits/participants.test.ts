import type { Action } from '../../../../sidecar/core/actions';
import { decide, type EffectiveTier, type MeetingView } from '../../../../sidecar/core/decide';
import type { MeetingEvent } from '../../../../sidecar/core/events';
import type { Meeting } from '../../../../sidecar/core/meeting';
import {
  aContext,
  anEffectiveTier,
  aView,
  counted,
  created,
  joined,
  left,
  MEETING,
  meetingAfter,
  meetingId,
  people,
  someLimits,
  someProps,
  T0,
  userId,
} from '../../../support/builders';

const LATER = T0 + 60_000;

function ejections(view: MeetingView, tier: EffectiveTier = anEffectiveTier(), now = LATER): string[] {
  return decide(view, tier, aContext(now))
    .actions.filter((action): action is Action & { type: 'eject-user' } => action.type === 'eject-user')
    .flatMap((action) => action.sessions.map((session) => session.internalUserId))
    .sort();
}

/** The meeting after these events, with BBB agreeing on how many are online. */
function confirmed(events: readonly MeetingEvent[]): Meeting {
  return counted(meetingAfter([created(), ...events]), LATER);
}

describe('who is removed', () => {
  test('nobody at the cap, the eleventh above it', () => {
    expect(ejections(aView(confirmed(people(10))))).toEqual([]);
    expect(ejections(aView(confirmed(people(11))))).toEqual(['w_p11']);
    expect(ejections(aView(confirmed(people(13))))).toEqual(['w_p11', 'w_p12', 'w_p13']);
  });

  test('the order of arrival counts, not the order of the events', () => {
    expect(ejections(aView(confirmed(people(11).toReversed())))).toEqual(['w_p11']);
  });

  test('on one and the same millisecond, who was told of first came first', () => {
    const together = people(11).map((event) => ({ ...event, at: T0 + 1_000 }));
    expect(ejections(aView(confirmed(together)))).toEqual(['w_p11']);
  });

  test('the owner stays however late, and the last of the others goes', () => {
    const events = [...people(10), joined('gl-owner', T0 + 30_000, { role: 'MODERATOR' })];
    expect(ejections(aView(confirmed(events)))).toEqual(['w_p10']);
  });

  test('an unknown owner may be any moderator: a late one stays, and nobody goes in their place', () => {
    const events = [...people(10), joined('late', T0 + 30_000, { role: 'MODERATOR' })];
    const tier = anEffectiveTier({ owner: undefined });
    expect(ejections(aView(confirmed(events)), tier)).toEqual([]);
    expect(ejections(aView(confirmed([...events, joined('viewer', T0 + 31_000)])), tier)).toEqual([
      'w_viewer',
    ]);
  });

  test('two sessions of one account are one person, and both go', () => {
    const twice = joined('p1', T0 + 20_000, { internalUserId: userId('w_p1-again') });
    expect(ejections(aView(confirmed([...people(10), twice])))).toEqual([]);
    const last = joined('p11', T0 + 21_000, { internalUserId: userId('w_p11-again') });
    expect(ejections(aView(confirmed([...people(11), last])))).toEqual(['w_p11', 'w_p11-again']);
  });

  test('bots neither count nor go', () => {
    const bot = joined('bot', T0 + 500, { bot: true });
    expect(ejections(aView(confirmed([bot, ...people(10)])))).toEqual([]);
    const lateBot = joined('bot', T0 + 40_000, { bot: true });
    expect(ejections(aView(confirmed([...people(11), lateBot])))).toEqual(['w_p11']);
  });

  test('each phone caller counts and goes like anybody', () => {
    const caller: MeetingEvent = {
      type: 'dial-in-joined',
      internalMeetingId: MEETING,
      at: T0 + 40_000,
      internalUserId: userId('v_1'),
    };
    expect(ejections(aView(confirmed([...people(9), caller])))).toEqual([]);
    expect(ejections(aView(confirmed([...people(10), caller])))).toEqual(['v_1']);
  });

  test('who left makes room', () => {
    expect(ejections(aView(confirmed([...people(11), left('p3', T0 + 40_000)])))).toEqual([]);
  });

  test('who lost the connection does not count while away', () => {
    const away: MeetingEvent = {
      type: 'user-left-flag-updated',
      internalMeetingId: MEETING,
      at: T0 + 40_000,
      internalUserId: userId('w_p3'),
      left: true,
    };
    expect(ejections(aView(confirmed([...people(11), away])))).toEqual([]);
    expect(
      ejections(aView(confirmed([...people(11), away, { ...away, at: T0 + 45_000, left: false }]))),
    ).toEqual(['w_p11']);
  });
});

describe('the seat is kept for 60 seconds', () => {
  const others = people(10).slice(1);
  const back = (at: number): MeetingEvent => joined('p1', at, { internalUserId: userId('w_p1-b') });

  test('who comes back in time is before who came meanwhile', () => {
    const events = [...people(10), left('p1', T0 + 20_000), joined('new', T0 + 21_000)];
    const full = counted(meetingAfter([created(), ...events, back(T0 + 80_000)]), T0 + 90_000);
    expect(ejections(aView(full), anEffectiveTier(), T0 + 90_000)).toEqual(['w_new']);
  });

  test('who comes back too late is the latest', () => {
    const events = [...others, joined('p1', T0 + 1_000), left('p1', T0 + 20_000), joined('new', T0 + 21_000)];
    const full = counted(meetingAfter([created(), ...events, back(T0 + 80_001)]), T0 + 90_000);
    expect(ejections(aView(full), anEffectiveTier(), T0 + 90_000)).toEqual(['w_p1-b']);
  });

  test('of two sessions one is removed: the other holds the seat', () => {
    const again = joined('p1', T0 + 20_000, { internalUserId: userId('w_p1-b') });
    const events = [...people(11), again, left('p1', T0 + 25_000, true)];
    expect(ejections(aView(confirmed(events)))).toEqual(['w_p11']);
  });

  test('who was removed has no seat to come back to', () => {
    const events = [
      ...people(11),
      left('p11', T0 + 20_000, true),
      left('p1', T0 + 25_000),
      joined('new', T0 + 26_000),
    ];
    const again = joined('p11', T0 + 30_000, { internalUserId: userId('w_p11-b') });
    expect(ejections(aView(confirmed([...events, again])))).toEqual(['w_p11-b']);
  });
});

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
    const users = people(11).map(({ internalUserId }) => ({
      internalUserId,
      fullName: 'X',
      role: 'VIEWER' as const,
    }));
    const list = (at: number, change: { until?: number; users?: typeof users } = {}): MeetingEvent => ({
      type: 'analytics-snapshot',
      internalMeetingId: MEETING,
      at,
      until: at,
      users,
      recordingActive: false,
      ...change,
    });
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
        expect(removed(list(LISTED), LISTED, counts)).toEqual(['w_p11']);
        expect(removed(list(LISTED), LISTED + 4_999, counts)).toEqual(['w_p11']);
      },
    );

    test('a list that may still have somebody in it who left before they came, an older one, or one of unknown age: nobody goes', () => {
      expect(removed(list(LISTED - 1), LISTED)).toEqual([]);
      expect(removed(list(LISTED), LISTED + 5_000)).toEqual([]);
      expect(removed(list(LISTED, { until: LISTED + 1_001 }), LISTED + 1_001)).toEqual([]);
    });

    test('one of the ten is not in it: there is a place', () => {
      expect(removed(list(LISTED, { users: users.slice(1) }), LISTED)).toEqual([]);
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
    const users = people(11).map(({ internalUserId }) => ({
      internalUserId,
      fullName: 'X',
      role: 'VIEWER' as const,
    }));
    const list = (at: number): MeetingEvent => ({
      type: 'analytics-snapshot',
      internalMeetingId: MEETING,
      at,
      until: at,
      users,
      recordingActive: false,
    });
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
    const users = people(11).map(({ internalUserId }) => ({
      internalUserId,
      fullName: 'X',
      role: 'VIEWER' as const,
    }));
    const listed: MeetingEvent = {
      type: 'analytics-snapshot',
      internalMeetingId: MEETING,
      at: T0 + 20_000,
      until: T0 + 20_000,
      users,
      recordingActive: false,
    };
    expect(ejections(aView(confirmed([listed])))).toEqual([]);
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
    const users = people(11).map(({ internalUserId, externalUserId, role }) => ({
      internalUserId,
      fullName: externalUserId,
      role,
    }));
    const events: MeetingEvent[] = [
      ...people(10),
      { type: 'bus-interrupted', internalMeetingId: MEETING, at: T0 + 15_000, until: T0 + 18_000 },
      {
        type: 'analytics-snapshot',
        internalMeetingId: MEETING,
        at: T0 + 20_000,
        until: T0 + 21_000,
        users,
        recordingActive: false,
      },
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
    const list: MeetingEvent = {
      type: 'analytics-snapshot',
      internalMeetingId: MEETING,
      at: T0 + 50_000,
      until: T0 + 50_000,
      users: [
        ...people(10).slice(1),
        joined('p11', 0),
        joined('p1', 0, { internalUserId: userId('w_p1-b') }),
      ].map(({ internalUserId, role }) => ({ internalUserId, fullName: 'X', role })),
      recordingActive: false,
    };
    const back = joined('p1', T0 + 30_000, { internalUserId: userId('w_p1-b') });
    expect(ejections(aView(confirmed([...people(11), back, list])))).toEqual([]);
    // Seen leaving, the seat is theirs.
    const seen = [...people(11), left('p1', T0 + 25_000), back, list];
    expect(ejections(aView(confirmed(seen)))).toEqual(['w_p11']);
  });

  test('somebody whose account is unknown counts for nobody and stays', () => {
    const users = [...people(10), joined('x', 0)].map(({ internalUserId, externalUserId, role }) => ({
      internalUserId,
      fullName: externalUserId,
      role,
    }));
    const events: MeetingEvent[] = [
      ...people(10),
      {
        type: 'analytics-snapshot',
        internalMeetingId: MEETING,
        at: T0 + 20_000,
        until: T0 + 21_000,
        users,
        recordingActive: false,
      },
    ];
    expect(ejections(aView(confirmed(events)))).toEqual([]);
  });
});

describe('breakout rooms', () => {
  const ROOM = meetingId('room-1-1760000100000');
  const inRoom = (who: string, at: number): MeetingEvent => ({
    ...joined(who, at, { externalUserId: `w_${who}-1`, internalUserId: userId(`w_${who}-b`) }),
    internalMeetingId: ROOM,
  });
  const room = (events: readonly MeetingEvent[]): Meeting =>
    meetingAfter(
      [created({ isBreakout: true, parentInternalMeetingId: MEETING, breakoutSequence: 1 }, ROOM), ...events],
      ROOM,
    );

  test('a person in a room counts once, in the parent', () => {
    const breakouts = [room([inRoom('p1', T0 + 30_000), inRoom('p2', T0 + 31_000)])];
    expect(ejections(aView(confirmed(people(10)), { breakouts }))).toEqual([]);
  });

  test('a removed person is taken out of the room as well', () => {
    const breakouts = [room([inRoom('p11', T0 + 30_000)])];
    expect(ejections(aView(confirmed(people(11)), { breakouts }))).toEqual(['w_p11', 'w_p11-b']);
  });

  test('who sits in a room and lost the parent still has the seat', () => {
    const breakouts = [room([inRoom('p1', T0 + 30_000)])];
    const events = [...people(10), left('p1', T0 + 40_000), joined('p11', T0 + 41_000)];
    expect(ejections(aView(confirmed(events), { breakouts }))).toEqual(['w_p11']);
  });

  test('in a room itself nobody is counted', () => {
    const crowd = people(12).map((event) => ({ ...event, internalMeetingId: ROOM }));
    expect(ejections(aView(counted(room(crowd), LATER), { parent: confirmed([]) }))).toEqual([]);
  });
});

describe('soft and observe', () => {
  const enforced = (enforce: 'soft' | 'observe'): EffectiveTier =>
    anEffectiveTier({ limits: someLimits({ participants: { max: 10, enforce } }) });

  test('soft tells the room and removes nobody', () => {
    const { actions } = decide(aView(confirmed(people(11))), enforced('soft'), aContext(LATER));
    expect(actions).toEqual([
      expect.objectContaining({
        type: 'record-breach',
        text: expect.stringContaining('11 people'),
        reason: { limit: 'participants', enforce: 'soft', value: 11, allowed: 10 },
      }),
    ]);
  });

  test('observe says nothing in the room', () => {
    const { actions } = decide(aView(confirmed(people(11))), enforced('observe'), aContext(LATER));
    expect(actions).toEqual([expect.objectContaining({ type: 'record-breach', text: undefined })]);
  });

  test('a breach is noted once', () => {
    const sent = new Map([['participants/breach', LATER]]);
    expect(decide(aView(confirmed(people(12))), enforced('soft'), aContext(LATER, sent)).actions).toEqual([]);
  });
});

test('the same line is not said twice within a minute to somebody who keeps trying', () => {
  const view = aView(confirmed(people(11)));
  const line = (sent: ReadonlyMap<string, number>): unknown =>
    decide(view, anEffectiveTier(), aContext(LATER, sent)).actions.map(
      (action) => 'line' in action && action.line !== undefined,
    );
  expect(line(new Map())).toEqual([true]);
  expect(line(new Map([['participants/line/p11', LATER - 59_000]]))).toEqual([false]);
  expect(line(new Map([['participants/line/p11', LATER - 60_000]]))).toEqual([true]);
});
