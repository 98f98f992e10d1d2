/** What a meeting used, against an oracle that walks through it hour by hour. */
import fc from 'fast-check';
import { DAY_MS } from '../../../sidecar/ledger/intervals';
import { type Attendance, type Room, tallyMeeting, type Used } from '../../../sidecar/ledger/tally';

const HOUR = 3_600_000;
const HOURS = 60;
const T0 = Date.UTC(2026, 9, 31, 20);

const hour = fc.integer({ min: -3, max: HOURS + 3 });
const stretch = fc.tuple(hour, fc.option(hour, { nil: undefined })).map(([from, to]) => ({
  from: T0 + from * HOUR,
  to: to === undefined ? undefined : T0 + Math.max(from, to) * HOUR,
}));

/** Few sessions and accounts, so that people meet themselves again. */
const session = fc.constantFrom('w_a1', 'w_a2', 'w_b', 'w_c', 'v_phone', 'v_other', 'w_bot', 'w_unknown');
const ACCOUNTS: Readonly<Record<string, string | undefined>> = {
  w_a1: 'ann',
  w_a2: 'ann',
  w_b: 'ben',
  w_c: 'cem',
  w_bot: 'bot',
};

const inMeeting: fc.Arbitrary<Attendance> = fc.tuple(session, stretch).map(([internalUserId, span]) => ({
  ...span,
  internalUserId,
  externalUserId: internalUserId.startsWith('v_') ? internalUserId : ACCOUNTS[internalUserId],
  kind: internalUserId.startsWith('v_') ? 'dial-in' : 'web',
  bot: internalUserId === 'w_bot',
}));
const inBreakout: fc.Arbitrary<Attendance> = fc
  .tuple(fc.constantFrom('w_a1', 'w_b', 'w_unknown', 'w_stranger'), fc.nat(3), stretch)
  .map(([parentId, sequence, span]) => ({
    ...span,
    internalUserId: `${parentId}x${sequence}`,
    externalUserId: `${parentId}-${sequence}`,
    kind: 'web',
    bot: false,
  }));

function room(attendance: fc.Arbitrary<Attendance>): fc.Arbitrary<Room> {
  return fc.record({
    attendance: fc.array(attendance, { maxLength: 10 }),
    recorded: fc.array(stretch, { maxLength: 3 }),
    span: fc.tuple(fc.integer({ min: 0, max: HOURS }), fc.nat(HOURS)).map(([from, length]) => ({
      from: T0 + from * HOUR,
      to: T0 + Math.min(HOURS, from + length) * HOUR,
    })),
  });
}

function during(span: { from: number; to?: number | undefined }, moment: number): boolean {
  return span.from <= moment && (span.to === undefined || moment < span.to);
}

/** Who is there in the hour from `moment` on: written anew, by name. */
function presentAt(meeting: Room, breakouts: readonly Room[], moment: number): ReadonlySet<string> {
  const accountOf = new Map<string, string>();
  for (const { internalUserId, externalUserId } of meeting.attendance)
    if (externalUserId !== undefined) accountOf.set(internalUserId, externalUserId);
  const present = new Set<string>();
  for (const each of [meeting, ...breakouts]) {
    if (!during(each.span, moment)) continue;
    for (const entry of each.attendance) {
      if (entry.bot || !during(entry, moment)) continue;
      const sessionId =
        each === meeting ? entry.internalUserId : (entry.externalUserId ?? '').replace(/-\d+$/, '');
      present.add(accountOf.get(sessionId) ?? sessionId);
    }
  }
  return present;
}

function walk(from: number, to: number, meeting: Room, breakouts: readonly Room[]): Used {
  const used = { meetingMs: 0, participantMs: 0, dialInMs: 0, recordedMs: 0, peakParticipants: 0 };
  for (let moment = from; moment < to; moment += HOUR) {
    const present = presentAt(meeting, breakouts, moment);
    if (during(meeting.span, moment)) used.meetingMs += HOUR;
    used.participantMs += present.size * HOUR;
    used.dialInMs += [...present].filter((who) => who.startsWith('v_')).length * HOUR;
    used.peakParticipants = Math.max(used.peakParticipants, present.size);
    for (const each of [meeting, ...breakouts])
      if (during(each.span, moment) && each.recorded.some((span) => during(span, moment)))
        used.recordedMs += HOUR;
  }
  return used;
}

test('the total and every day are what the oracle finds', () => {
  fc.assert(
    fc.property(room(inMeeting), fc.array(room(inBreakout), { maxLength: 2 }), (meeting, breakouts) => {
      const { total, days } = tallyMeeting(meeting, breakouts);
      expect(total).toEqual(walk(T0 - DAY_MS, T0 + 5 * DAY_MS, meeting, breakouts));
      for (const { day, ...used } of days) {
        const midnight = Date.parse(`${day}T00:00:00Z`);
        expect(used).toEqual(walk(midnight, midnight + DAY_MS, meeting, breakouts));
      }
    }),
    { numRuns: 300 },
  );
});

test('the days add up to the total, and their peaks reach its peak', () => {
  fc.assert(
    fc.property(room(inMeeting), fc.array(room(inBreakout), { maxLength: 2 }), (meeting, breakouts) => {
      const { total, days } = tallyMeeting(meeting, breakouts);
      for (const key of ['meetingMs', 'participantMs', 'dialInMs', 'recordedMs'] as const)
        expect(days.reduce((sum, day) => sum + day[key], 0)).toBe(total[key]);
      expect(Math.max(...days.map((day) => day.peakParticipants))).toBe(total.peakParticipants);
      expect(days.map(({ day }) => day)).toEqual([...new Set(days.map(({ day }) => day))].sort());
    }),
  );
});

test('nobody uses more than the meeting is long, whatever the times of the sessions say', () => {
  const wild = fc.integer({ min: -8.64e15, max: 8.64e15 });
  const anywhere = fc.record({ from: wild, to: fc.option(wild, { nil: undefined }) });
  const attendance = fc.tuple(session, anywhere).map(
    ([internalUserId, span]): Attendance => ({
      ...span,
      internalUserId,
      externalUserId: undefined,
      kind: 'web',
      bot: false,
    }),
  );
  const span = { from: T0, to: T0 + 90 * 60_000 };
  fc.assert(
    fc.property(
      fc.array(attendance, { maxLength: 8 }),
      fc.array(anywhere, { maxLength: 4 }),
      (present, recorded) => {
        const { total } = tallyMeeting({ attendance: present, recorded, span }, []);
        const people = new Set(present.map(({ internalUserId }) => internalUserId)).size;
        expect(total.participantMs).toBeGreaterThanOrEqual(0);
        expect(total.participantMs).toBeLessThanOrEqual(people * total.meetingMs);
        expect(total.recordedMs).toBeLessThanOrEqual(total.meetingMs);
        expect(total.peakParticipants).toBeLessThanOrEqual(people);
      },
    ),
  );
});

test('a meeting over midnight belongs to both days, and one that nobody entered to its own', () => {
  const midnight = Date.UTC(2026, 10, 1);
  const span = { from: midnight - 30 * 60_000, to: midnight + 60 * 60_000 };
  const ann: Attendance = {
    internalUserId: 'w_a1',
    externalUserId: 'ann',
    kind: 'web',
    bot: false,
    from: span.from,
    to: undefined,
  };
  expect(tallyMeeting({ attendance: [ann], recorded: [], span }, []).days).toEqual([
    {
      day: '2026-10-31',
      meetingMs: 1_800_000,
      participantMs: 1_800_000,
      dialInMs: 0,
      recordedMs: 0,
      peakParticipants: 1,
    },
    {
      day: '2026-11-01',
      meetingMs: 3_600_000,
      participantMs: 3_600_000,
      dialInMs: 0,
      recordedMs: 0,
      peakParticipants: 1,
    },
  ]);
  const empty = tallyMeeting({ attendance: [], recorded: [], span: { from: midnight, to: midnight } }, []);
  expect(empty.days).toEqual([
    { day: '2026-11-01', meetingMs: 0, participantMs: 0, dialInMs: 0, recordedMs: 0, peakParticipants: 0 },
  ]);
});
