/** What is certain after the bus was not heard for a while. */
import { decide } from '../../../sidecar/core/decide';
import type {
  AnalyticsSnapshot,
  MeetingCreated,
  MeetingEvent,
  MeetingSnapshot,
} from '../../../sidecar/core/events';
import type { Meeting } from '../../../sidecar/core/meeting';
import { reduce } from '../../../sidecar/core/reduce';
import {
  aContext,
  aView,
  created,
  joined,
  left,
  MEETING,
  meetingAfter,
  meetingId,
  someProps,
  T0,
  unanswered,
  userId,
  webListed,
} from '../../support/builders';
import { accounts, came, listed, SECOND, two } from './two-places';

const gap = (from: number, to: number | undefined): MeetingEvent => ({
  type: 'bus-interrupted',
  internalMeetingId: MEETING,
  at: T0 + from * SECOND,
  until: to === undefined ? undefined : T0 + to * SECOND,
});

/** Who goes; bbb-web does not answer when `answers` is false. */
function removed(events: readonly MeetingEvent[], answers = true): string[] {
  const now = T0 + 600 * SECOND;
  const meeting = meetingAfter([created(), ...events]);
  const view = aView(answers ? webListed(meeting, now) : reduce(meeting, unanswered(now)));
  return decide(view, two, aContext(now)).actions.flatMap((action) =>
    action.type === 'eject-user' ? action.sessions.map(({ internalUserId }) => internalUserId) : [],
  );
}

test('who was told of right before the loss may have come after somebody who was not', () => {
  const events = [came('a', 1), came('b', 99.5), gap(100, 110), ...listed(140, 'a', 'b', 'x')];
  expect(removed(events)).toEqual([]);
});

test('who was told of well before came first', () => {
  const events = [
    came('a', 1),
    came('b', 2),
    came('c', 96),
    gap(100, 110),
    ...listed(140, 'a', 'b', 'c', 'x'),
  ];
  // Of those only in lists one may be a bot, so it takes one more before x.
  expect(removed(events)).toEqual(['w_c', 'w_x']);
});

describe('who came in a gap by a webhook alone', () => {
  const late: MeetingEvent = {
    ...joined('x', T0 + 32 * SECOND),
    via: 'webhook',
    notBefore: T0 + 30 * SECOND,
  } as MeetingEvent;
  const old: MeetingEvent = {
    ...(listed(36, 'a', 'b', 'c', 'x')[0] as AnalyticsSnapshot),
    at: T0 + 5 * SECOND,
  };
  const before = [came('a', 1), came('b', 10), came('c', 11), gap(12, 35)];
  const after = listed(60, 'a', 'b', 'c', 'x');

  test('came last', () => {
    expect(removed([...before, late, ...after])).toEqual(['w_c', 'w_x']);
  });

  test('may have been there before where a list names them that may be older, whichever comes first', () => {
    expect(removed([...before, late, old, ...after])).toEqual(['w_c']);
    expect(removed([...before, old, late, ...after])).toEqual(['w_c']);
  });
});

test('lost in the gap or after it, back within a minute of the removal → the seat may be kept or lost, nobody goes for it', () => {
  // A list names sessions that have lost the connection: `b` may have been lost since 25 s, and have no seat before 90 s.
  const old = { ...(listed(41, 'a', 'b')[0] as AnalyticsSnapshot), at: T0 + 6 * SECOND };
  const events = [
    ...[came('a', 1), gap(10, 40), old, accounts(42, 'a', 'b'), left('b', T0 + 45 * SECOND), came('c', 50)],
    { ...came('b', 90), internalUserId: userId('w_b2') },
    ...listed(100, 'a', 'c', 'b2'),
  ];
  expect(removed(events)).toEqual([]);
});

describe('a leave that was long on its way over the bus, back within a minute of its receipt', () => {
  const before = [came('a', 1), came('b', 2)];
  const leave = { ...left('b', T0 + 20 * SECOND), notBefore: T0 + 15 * SECOND };
  const back = { ...came('b', 77), internalUserId: userId('w_b2') };

  test('→ the seat may be lost: neither goes for the other', () => {
    expect(removed([...before, leave, came('c', 30), back])).toEqual([]);
  });

  test('by its stamp as well → the seat is kept', () => {
    const onTime = { ...leave, notBefore: T0 + 18 * SECOND };
    expect(removed([...before, onTime, came('c', 30), back])).toEqual(['w_c']);
  });

  test('a connection that was lost → the same', () => {
    const flag = {
      type: 'user-left-flag-updated',
      via: 'bus',
      internalMeetingId: MEETING,
      left: true,
    } as const;
    const lost = {
      ...flag,
      internalUserId: userId('w_b'),
      at: T0 + 20 * SECOND,
      notBefore: T0 + 15 * SECOND,
    };
    const gone = left('b', T0 + 35 * SECOND);
    expect(removed([...before, lost, gone, came('c', 30), back])).toEqual([]);
  });
});

describe('after a restart', () => {
  /** `a`, `b` and `c` were written down; `x` is in akka-apps' first list. */
  const remembered = (missingSince: number | undefined): MeetingEvent[] => [
    { type: 'bus-interrupted', internalMeetingId: MEETING, at: 0, until: T0 + 110 * SECOND },
    {
      type: 'meeting-remembered',
      internalMeetingId: MEETING,
      at: T0 + 100 * SECOND,
      missingSince,
      attendees: [1, 70, 80].map((second, index) => ({
        internalUserId: userId(`w_${'abc'[index]}`),
        externalUserId: 'abc'[index],
        kind: 'web',
        bot: false,
        role: 'VIEWER',
        joinedAt: T0 + second * SECOND,
        leftAt: undefined,
        ejected: false,
      })),
    },
    ...listed(140, 'a', 'b', 'c', 'x'),
  ];
  const gone = (events: readonly MeetingEvent[]): string[] => {
    const meeting = webListed(
      meetingAfter([{ ...(created() as MeetingCreated), via: 'webhook' }, ...events]),
      T0 + 600 * SECOND,
    );
    return decide(aView(meeting), two, aContext(T0 + 600 * SECOND)).actions.flatMap((action) =>
      action.type === 'eject-user' ? action.sessions.map(({ internalUserId }) => internalUserId) : [],
    );
  };

  test('of a run that had missed nothing → who was not written down came after those who were', () => {
    expect(gone(remembered(undefined))).toEqual(['w_c', 'w_x']);
  });

  test('of a run that was missing something itself → who was not written down may have come before', () => {
    expect(gone(remembered(T0 + 60 * SECOND))).toEqual(['w_c']);
  });

  test('of a run that had received nothing → nobody knows who came first', () => {
    expect(gone(remembered(Number.NEGATIVE_INFINITY))).toEqual([]);
  });
});

describe("bbb-web's list names an account once, of which a session left unseen", () => {
  // `b` was there before, in a session whose join fell into the gap and whose account nothing shows.
  const [akka] = listed(40, 'a', 'c') as [MeetingEvent];
  const before = [came('a', 1), gap(8, 14), left('old', T0 + 25 * SECOND), came('c', 27), akka];
  const events = [...before, came('b', 67)];
  const goes = (maxUsers: number): string[] => {
    const meeting = [
      created({ maxUsers }),
      ...events,
      ...[67, 67.3, 68.1].map((at) => accounts(at, 'a', 'c', 'b')),
    ];
    const context = aContext(T0 + 68.1 * SECOND);
    return decide(aView(meetingAfter(meeting)), two, context).actions.flatMap((action) =>
      action.type === 'eject-user' ? action.sessions.map(({ internalUserId }) => internalUserId) : [],
    );
  };

  test('bbb-web takes in everybody → the entry is of the new session, and there was no other', () => {
    expect(goes(0)).toEqual(['w_b']);
    expect(goes(10)).toEqual(['w_b']);
  });

  test('it may have been full, and left the new session out → the entry may be of the one that left', () => {
    expect(goes(4)).toEqual([]);
  });
});

describe("while bbb-web's list cannot be had", () => {
  const crowd = [came('a', 1), came('b', 2)];

  test('nobody goes as long as the bus is away', () => {
    expect(removed([...crowd, gap(100, undefined), ...listed(200, 'a', 'b', 'c')], false)).toEqual([]);
  });

  test('nor before a list was made 20 s after it came back: a tab closed meanwhile lingers so long', () => {
    const events = [...crowd, gap(100, 110), came('c', 112)];
    expect(removed([...events, ...listed(129.9, 'a', 'b', 'c')], false)).toEqual([]);
    expect(removed([...events, ...listed(130, 'a', 'b', 'c')], false)).toEqual(['w_c']);
  });

  test('a gap before the meeting began is none', () => {
    expect(removed([gap(-20, -1), ...crowd, came('c', 3)], false)).toEqual(['w_c']);
    expect(removed([gap(-20, 1.5), ...crowd, came('c', 3)], false)).toEqual([]);
  });
});

test('a flagged session that akka-apps lists takes no place, though a webhook dates its join after the flag', () => {
  const a = came('a', 1);
  const flagged: MeetingEvent = {
    type: 'user-left-flag-updated',
    internalMeetingId: MEETING,
    internalUserId: a.internalUserId,
    at: T0 + SECOND,
    left: true,
    via: 'bus',
  };
  const told: MeetingEvent = { ...a, via: 'webhook', at: a.at + 13, notBefore: a.at - 9_987 } as MeetingEvent;
  expect(removed([told, a, flagged, came('b', 2), came('c', 3), ...listed(40, 'a', 'b', 'c')])).toEqual([]);
});

test('whose first session only a list names came before those whom the bus reported after the gap', () => {
  const again = { ...came('a', 102), internalUserId: userId('w_a2') };
  const [akka, web] = listed(140, 'a', 'a2', 'b', 'c') as [AnalyticsSnapshot, MeetingEvent];
  const events = [
    gap(90, 98),
    came('b', 101.5),
    came('c', 101.7),
    again,
    akka,
    web,
    accounts(141, 'a', 'a', 'b', 'c'),
  ];
  expect(removed(events)).toEqual(['w_c']);
});

/** Who goes at that second, by what came of itself. */
function goneAt(second: number, events: readonly MeetingEvent[]): string[] {
  const view = aView(meetingAfter([created(), ...events]));
  return decide(view, two, aContext(T0 + second * SECOND)).actions.flatMap((action) =>
    action.type === 'eject-user' ? action.sessions.map(({ internalUserId }) => internalUserId) : [],
  );
}

test('a leave reported after a gap, whose left flag was lost in it → the absence may be 20 s older', () => {
  const events = [
    ...[came('a', 1), came('b', 2)],
    // Meanwhile the connection of `a` is lost, at 86, and `c` comes, at 87.
    ...[gap(70, undefined), gap(70, 95)],
    ...listed(100, 'a', 'b', 'c'),
    left('a', T0 + 105 * SECOND),
    ...listed(130, 'b', 'c'),
    ...[came('d', 140), came('a', 150), accounts(150.5, 'a', 'b', 'c', 'd')],
  ];
  // `a` may have been away for 64 s, and then `c` came first.
  expect(goneAt(151, events)).not.toContain('w_c');
});

test("an entry in bbb-web's list may be a session from the gap until it certainly has the new one", () => {
  const [akka] = listed(40, 'a', 'x') as [AnalyticsSnapshot, MeetingEvent];
  // Meanwhile `e` came, in the session `w_x`.
  const events = [
    came('a', 1),
    gap(25, undefined),
    gap(25, 39),
    akka,
    came('b', 46),
    came('c', 53),
    came('e', 60),
  ];
  const early = [...events, accounts(60.01, 'a', 'e', 'b', 'c')];
  expect(goneAt(60.02, early)).not.toContain('w_e');
  expect(goneAt(61.02, [...early, accounts(61.01, 'a', 'e', 'e', 'b', 'c')])).not.toContain('w_e');
  expect(goneAt(61.02, [...early, accounts(61.01, 'a', 'x', 'e', 'b', 'c')])).toContain('w_e');
});

test('two of one name came in a gap, and bbb-web is full → neither is taken for the other', () => {
  const at = (second: number): number => T0 + second * SECOND;
  const named = (...them: (readonly [string, string])[]): MeetingEvent => ({
    ...(accounts(82) as MeetingSnapshot),
    online: them.length,
    attendees: them.map(([externalUserId, fullName]) => ({
      externalUserId,
      fullName,
      role: 'VIEWER',
      dialIn: false,
    })),
  });
  const [akka] = listed(80, 'o', 'x', 'y') as [AnalyticsSnapshot, MeetingEvent];
  const sams = akka.users.map((user) => ({ ...user, fullName: user.fullName === 'o' ? 'o' : 'Sam' }));
  // `d` and `e`, both called Sam, came meanwhile; the second tab of `e` is not taken up by bbb-web, at its own `maxUsers`.
  const events = [
    ...[came('o', 1), gap(5, undefined), gap(5, 54), came('n', 70), { ...akka, users: sams }],
    { ...joined('e', at(81)), internalUserId: userId('w_e2') },
    named(['d', 'Sam'], ['e', 'Sam'], ['o', 'o']),
  ];
  const { attendees } = meetingAfter([created(), ...events]);
  expect(['w_x', 'w_y'].map((id) => attendees.get(userId(id))?.externalUserId)).toEqual([
    undefined,
    undefined,
  ]);
  expect(goneAt(83, events)).not.toContain('w_e2');
});

describe('a session in no event, of a name that bbb-web lists once', () => {
  const named = (second: number, ...them: (readonly [string, string])[]): MeetingEvent => ({
    ...(accounts(second) as MeetingSnapshot),
    attendees: them.map(([externalUserId, fullName]) => ({
      externalUserId,
      fullName,
      role: 'VIEWER',
      dialIn: false,
    })),
  });
  const sams = (second: number, ...who: string[]): MeetingEvent => {
    const [list] = listed(second, 'o', ...who) as [AnalyticsSnapshot, MeetingEvent];
    const users = list.users.map((user) => ({ ...user, fullName: user.fullName === 'o' ? 'o' : 'Sam' }));
    return { ...list, users };
  };
  const before = [came('o', 1), gap(5, undefined), gap(5, 54)];
  const accountOf = (id: string, events: readonly MeetingEvent[]): string | undefined =>
    meetingAfter([created(), ...before, ...events]).attendees.get(userId(id))?.externalUserId;

  test('has that account', () => {
    expect(accountOf('w_x', [sams(80, 'x'), named(82, ['d', 'Sam'], ['o', 'o'])])).toBe('d');
  });

  test('has none where the entry is that of a session whose join was reported', () => {
    const events = [sams(80, 'x'), came('e', 81), named(82, ['e', 'Sam'], ['o', 'o'])];
    expect(accountOf('w_x', events)).toBeUndefined();
  });

  test('has none where there are two of them', () => {
    const events = [sams(80, 'x', 'y'), named(82, ['d', 'Sam'], ['o', 'o'])];
    expect(['w_x', 'w_y'].map((id) => accountOf(id, events))).toEqual([undefined, undefined]);
  });

  test('has none where it left more than a minute before', () => {
    const events = [sams(80, 'x'), left('x', T0 + 85 * SECOND), named(150, ['d', 'Sam'], ['o', 'o'])];
    expect(accountOf('w_x', events)).toBeUndefined();
  });
});

test('a session that left 70 s ago is no longer in the list: two entries are one more than was seen', () => {
  // Meanwhile `a` was there again, in a session that nobody reported, and left.
  const events = [came('b', 1), came('a', 2), left('a', T0 + 20 * SECOND), gap(25, undefined), gap(25, 60)];
  const back = { ...came('a', 90), internalUserId: userId('w_a2') };
  const full = [...events, ...listed(82, 'b', 'c'), came('c', 85), back];
  expect(goneAt(92, [...full, accounts(91.5, 'a', 'a', 'b', 'c')])).not.toContain('w_a2');
  expect(goneAt(92, [...full, accounts(91.5, 'a', 'b', 'c')])).toContain('w_a2');
});

test('who came in a gap, and whose connection is lost and back before a list names them → came last all the same', () => {
  const flag = (second: number, isLost: boolean): MeetingEvent => ({
    type: 'user-left-flag-updated',
    via: 'bus',
    internalMeetingId: MEETING,
    internalUserId: userId('w_x'),
    at: T0 + second * SECOND,
    left: isLost,
  });
  const before = [came('a', 1), came('b', 2), came('c', 3), gap(100, undefined), gap(100, 104)];
  const end = [...listed(140, 'a', 'b', 'c', 'x'), accounts(142, 'a', 'b', 'c', 'x')];
  expect(goneAt(145, [...before, ...end])).toContain('w_x');
  expect(goneAt(145, [...before, flag(106, true), flag(107, false), ...end])).toContain('w_x');
  expect(goneAt(145, [...before, flag(107, false), ...end])).toContain('w_x');
});

test('a session that bbb-web once listed in addition is not forgotten with its entry', () => {
  const events = [
    came('b', 1),
    gap(25, undefined),
    gap(25, 60),
    ...listed(82, 'b', 'c'),
    came('c', 85),
    came('a', 90),
  ];
  const shown = [...events, accounts(91.5, 'a', 'a', 'b', 'c'), accounts(120, 'a', 'a', 'b', 'c')];
  expect(goneAt(151, [...shown, accounts(150, 'a', 'b', 'c')])).toEqual([]);
  // Read for the first time a minute after the join, the list may have lost it.
  expect(goneAt(151, [...events, accounts(150, 'a', 'b', 'c')])).toEqual([]);
  expect(goneAt(151, [...events, accounts(92, 'a', 'b', 'c'), accounts(120, 'a', 'b', 'c')])).toEqual([
    'w_a',
  ]);
});

describe('a leave reported right after a gap', () => {
  const flag = (who: string, second: number, isLost: boolean): MeetingEvent => ({
    type: 'user-left-flag-updated',
    via: 'bus',
    internalMeetingId: MEETING,
    internalUserId: userId(`w_${who}`),
    at: T0 + second * SECOND,
    left: isLost,
  });
  const again = { ...came('a', 40), internalUserId: userId('w_a2') };

  test('of a session that was flagged before → the seat is not older than its join', () => {
    const events = [
      ...[came('b', 5), came('c', 10), flag('c', 11, true), came('a', 12)],
      ...[flag('a', 14, true), flag('c', 14.5, false), gap(20, undefined), gap(20, 22)],
      ...[left('a', T0 + 28 * SECOND), again, ...listed(60, 'a2', 'b', 'c'), accounts(61, 'a', 'b', 'c')],
    ];
    expect(goneAt(61, events)).toEqual(['w_a2']);
  });

  test('whose flag may have fallen into it, and back within the minute → has the seat, who came after goes', () => {
    const events = [
      ...[
        came('a', 1),
        came('b', 4),
        gap(7, undefined),
        gap(7, 14),
        left('a', T0 + 18 * SECOND),
        came('x', 19),
      ],
      ...[again, ...listed(60, 'a2', 'b', 'x'), accounts(61, 'a', 'b', 'x')],
    ];
    expect(goneAt(61, events)).toEqual(['w_x']);
  });
});

describe('somebody in a breakout room whose session in the meeting nobody reported', () => {
  const ROOM = meetingId('room-1-1760000001000');
  const room = (...accountsThere: string[]): Meeting => {
    const [akka, web] = listed(140, 'x') as [AnalyticsSnapshot, MeetingSnapshot];
    const entries = accountsThere.map(
      (id) => ({ externalUserId: id, fullName: 'x', role: 'VIEWER', dialIn: false }) as const,
    );
    return meetingAfter(
      [
        created({ isBreakout: true, parentInternalMeetingId: MEETING, breakoutSequence: 1 }, ROOM),
        { ...gap(70, undefined), internalMeetingId: ROOM },
        { ...gap(70, 95), internalMeetingId: ROOM },
        { ...akka, internalMeetingId: ROOM },
        { ...web, internalMeetingId: ROOM, props: someProps({ isBreakout: true }), attendees: entries },
      ],
      ROOM,
    );
  };
  const main = [
    came('a', 1),
    came('b', 2),
    gap(70, undefined),
    gap(70, 95),
    ...listed(140, 'a', 'b'),
    came('c', 150),
  ];
  const gone = (breakout: Meeting): string[] => {
    const meeting = webListed(meetingAfter([created(), ...main]), T0 + 152 * SECOND);
    return decide(
      aView(meeting, { breakouts: [breakout] }),
      two,
      aContext(T0 + 152 * SECOND),
    ).actions.flatMap((action) =>
      action.type === 'eject-user' ? action.sessions.map(({ internalUserId }) => internalUserId) : [],
    );
  };

  test('may be the newcomer → nobody goes; two sessions of somebody else → the newcomer does', () => {
    expect(gone(room('w_unseen-1'))).toEqual([]);
    expect(gone(room('w_a-1', 'w_b-1'))).toEqual(['w_c']);
    expect(gone(room('w_a-1', 'w_a-1'))).toEqual(['w_c']);
  });
});
