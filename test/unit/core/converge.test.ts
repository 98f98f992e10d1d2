import fc from 'fast-check';
import { decide } from '../../../sidecar/core/decide';
import type { MeetingEvent } from '../../../sidecar/core/events';
import { isPresent } from '../../../sidecar/core/evidence';
import type { Attendee, Meeting } from '../../../sidecar/core/meeting';
import {
  aContext,
  anEffectiveTier,
  aView,
  created,
  listed,
  MEETING,
  meetingAfter,
  someLimits,
  someProps,
  T0,
  userId,
  webListed,
} from '../../support/builders';

const ACCOUNTS = ['a', 'b', 'c', 'd', 'e', 'gl-owner'];

/** One thing that BBB may report, at one of a few moments, so that ties happen. */
const anyEvent: fc.Arbitrary<MeetingEvent> = fc
  .record({
    kind: fc.constantFrom(
      'join',
      'leave',
      'eject',
      'flag',
      'back',
      'role',
      'record',
      'stop',
      'dial-in',
      'hang-up',
      'end',
      'created',
    ),
    who: fc.constantFrom(...ACCOUNTS),
    session: fc.integer({ min: 1, max: 2 }),
    second: fc.integer({ min: 0, max: 40 }),
    moderator: fc.boolean(),
  })
  .map(({ kind, who, session, second, moderator }): MeetingEvent => {
    const base = { internalMeetingId: MEETING, at: T0 + second * 1_000 };
    const internalUserId = userId(`w_${who}-${session}`);
    const caller = userId(`v_${session}`);
    const role = moderator ? 'MODERATOR' : 'VIEWER';
    switch (kind) {
      case 'join':
        return {
          ...base,
          type: 'user-joined',
          via: 'bus',
          internalUserId,
          externalUserId: who,
          role,
          bot: who === 'e',
        };
      case 'leave':
        return { ...base, type: 'user-left', via: 'bus', internalUserId, ejected: false };
      case 'eject':
        return { ...base, type: 'user-left', via: 'bus', internalUserId, ejected: true };
      case 'flag':
        return { ...base, type: 'user-left-flag-updated', via: 'bus', internalUserId, left: true };
      case 'back':
        return { ...base, type: 'user-left-flag-updated', via: 'bus', internalUserId, left: false };
      case 'role':
        return { ...base, type: 'user-role-changed', via: 'bus', internalUserId, role };
      case 'record':
      case 'stop':
        return {
          ...base,
          type: 'recording-status-changed',
          active: kind === 'record',
          setBy: internalUserId,
        };
      case 'dial-in':
        return { ...base, type: 'dial-in-joined', via: 'bus', internalUserId: caller };
      case 'hang-up':
        return { ...base, type: 'user-left', via: 'bus', internalUserId: caller, ejected: false };
      case 'end':
        return {
          ...base,
          type: 'meeting-ended',
          via: 'bus',
          reason: moderator ? 'ENDED_FROM_API' : 'ENDED_WHEN_LAST_USER_LEFT',
        };
      default:
        return { ...created(), at: T0 };
    }
  });

const history = fc.array(anyEvent, { maxLength: 30 });

function comparable(meeting: Meeting): unknown {
  const attendees = [...meeting.attendees.values()].sort((a, b) =>
    a.internalUserId < b.internalUserId ? -1 : 1,
  );
  return { ...meeting, attendees };
}

/** A shuffle with repetitions of the same events. */
function retold(
  events: readonly MeetingEvent[],
  again: readonly number[],
  order: readonly number[],
): MeetingEvent[] {
  const all = [
    ...events,
    ...again
      .map((index) => events[index % Math.max(events.length, 1)])
      .filter((event) => event !== undefined),
  ];
  return all
    .map((event, index) => ({ event, rank: order[index % Math.max(order.length, 1)] ?? 0, index }))
    .sort((a, b) => a.rank - b.rank || b.index - a.index)
    .map(({ event }) => event);
}

test('shuffled, duplicated and replayed histories converge', () => {
  fc.assert(
    fc.property(
      history,
      fc.array(fc.nat(60)),
      fc.array(fc.nat(), { minLength: 1, maxLength: 60 }),
      (events, again, order) => {
        const told = comparable(meetingAfter(events));
        expect(comparable(meetingAfter(retold(events, again, order)))).toEqual(told);
        expect(comparable(meetingAfter([...events, ...events]))).toEqual(told);
      },
    ),
    { numRuns: 1_000 },
  );
});

/** The rule in the plainest words, step by step through time: who has a seat, in which order. */
function oracle(events: readonly MeetingEvent[], max: number): Set<string> {
  const order = [...events].sort((a, b) => a.at - b.at || rank(a) - rank(b));
  const sessions = new Map<string, Set<string>>();
  const seats = new Map<string, { since: number; goneAt: number | undefined }>();
  const bots = new Set<string>();
  const accountOf = (id: string): string => (id.startsWith('v_') ? id : id.slice(2, -2));
  for (const event of order) {
    if (!('internalUserId' in event)) continue;
    const account = accountOf(event.internalUserId);
    const open = sessions.get(account) ?? new Set<string>();
    sessions.set(account, open);
    if (event.type === 'user-joined' && event.bot) bots.add(event.internalUserId);
    const arrives =
      event.type === 'user-joined' ||
      event.type === 'dial-in-joined' ||
      (event.type === 'user-left-flag-updated' && !event.left);
    const leaves = event.type === 'user-left' || (event.type === 'user-left-flag-updated' && event.left);
    const seat = seats.get(account);
    if (arrives) {
      const lost = seat === undefined || (seat.goneAt !== undefined && event.at - seat.goneAt > 60_000);
      if (open.size === 0) seats.set(account, { since: lost ? event.at : seat.since, goneAt: undefined });
      open.add(event.internalUserId);
    }
    if (leaves) {
      open.delete(event.internalUserId);
      if (event.type === 'user-left' && event.ejected && open.size === 0) seats.delete(account);
      else if (seat !== undefined && open.size === 0) seats.set(account, { ...seat, goneAt: event.at });
    }
  }
  const there = [...sessions]
    .filter(([account, open]) => open.size > 0 && account !== 'e')
    .map(([account]) => account);
  const since = (account: string): number =>
    account === 'gl-owner' ? Number.NEGATIVE_INFINITY : (seats.get(account)?.since ?? 0);
  there.sort((a, b) => since(a) - since(b) || (a < b ? -1 : 1));
  return new Set(there.slice(max).filter((account) => account !== 'gl-owner'));
}

function rank(event: MeetingEvent): number {
  if (event.type === 'user-left') return event.ejected ? 2 : 1;
  return event.type === 'user-left-flag-updated' && event.left ? 1 : 0;
}

/** A history as BBB reports one: nobody comes who is there, leaves or reconnects who is not, and the meeting goes on. */
function proper(drawn: readonly MeetingEvent[], sessionsReturn: boolean): readonly MeetingEvent[] {
  // Each at a moment of its own: on one and the same, who is reported first came first, and here they are reported in any order.
  const events = drawn
    .map((event, index) => ({ ...event, at: event.at + index }))
    .sort((a, b) => a.at - b.at);
  const there = new Set<string>();
  const over = new Set<string>();
  return events.filter((event) => {
    if (event.type === 'meeting-ended') return false;
    if (!('internalUserId' in event)) return true;
    const { internalUserId } = event;
    if (over.has(internalUserId)) return false;
    // A session that was removed is over for good; the account may come with another.
    const isOver = event.type === 'user-left' && (event.ejected || !sessionsReturn);
    if (isOver && there.has(internalUserId)) over.add(internalUserId);
    if (event.type === 'user-joined' || event.type === 'dial-in-joined') {
      if (there.has(internalUserId)) return false;
      there.add(internalUserId);
    } else if (!there.has(internalUserId)) return false;
    else if (event.type === 'user-left') there.delete(internalUserId);
    return true;
  });
}

const properHistory = history.map((drawn) => proper(drawn, true));
/** Whoever left comes back in a new session, as through a front end. That one and the same was there before, in a gap, no list shows. */
const historyOfNewSessions = history.map((drawn) => proper(drawn, false));

test('exactly those beyond the places go: nobody who fits is ever removed, the owner never', () => {
  fc.assert(
    fc.property(
      properHistory,
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.nat(), { minLength: 1, maxLength: 40 }),
      (events, max, order) => {
        const now = T0 + 41_000;
        const meeting = webListed(meetingAfter([created(), ...retold(events, [], order)]), now);
        const tier = anEffectiveTier({ limits: someLimits({ participants: { max, enforce: 'hard' } }) });
        const { actions } = decide(aView(meeting), tier, aContext(now));
        const removed = new Set<string>();
        for (const action of actions) {
          if (action.type !== 'eject-user') continue;
          for (const { internalUserId } of action.sessions)
            removed.add(internalUserId.startsWith('v_') ? internalUserId : internalUserId.slice(2, -2));
        }
        expect(removed).toEqual(oracle(events, max));
      },
    ),
    { numRuns: 2_000 },
  );
});

/** The bus is not heard from one second until another: none of what happens then is seen. */
const anyGap = fc
  .tuple(fc.integer({ min: 0, max: 45 }), fc.integer({ min: 0, max: 45 }))
  .map(([a, b]) => ({ from: T0 + Math.min(a, b) * 1_000, until: T0 + Math.max(a, b) * 1_000 }));

/** Who goes after those events, with a gap in what was seen of them, and with what came after it. */
function removedAfterGap(
  events: readonly MeetingEvent[],
  gap: { readonly from: number; readonly until: number },
  max: number,
  now: number,
  lists: readonly MeetingEvent[],
): readonly string[] {
  const interrupted = (until: number | undefined): MeetingEvent => ({
    type: 'bus-interrupted',
    internalMeetingId: MEETING,
    at: gap.from,
    until,
  });
  const before = events.filter(({ at }) => at < gap.from);
  const after = events.filter(({ at }) => at > gap.until);
  const heard = [created(), ...before, interrupted(undefined), interrupted(gap.until), ...after, ...lists];
  const tier = anEffectiveTier({ limits: someLimits({ participants: { max, enforce: 'hard' } }) });
  const { actions } = decide(aView(meetingAfter(heard)), tier, aContext(now));
  return actions.flatMap((action) =>
    action.type === 'eject-user'
      ? action.sessions.map(({ internalUserId: id }) => (id.startsWith('v_') ? id : id.slice(2, -2)))
      : [],
  );
}

test('whatever was lost in a gap → nobody who fits is removed, before a list of akka-apps or after', () => {
  fc.assert(
    fc.property(
      historyOfNewSessions,
      anyGap,
      fc.integer({ min: 1, max: 4 }),
      fc.boolean(),
      fc.integer({ min: 0, max: 79 }),
      (events, gap, max, isListed, laterSeconds) => {
        const last = Math.max(gap.until, ...events.map(({ at }) => at));
        const now = last + 1_000 * (1 + laterSeconds);
        const truth = meetingAfter([created(), ...events]);
        const there = [...truth.attendees.values()].filter(isPresent);
        const lists = [...(isListed ? [listed(there, now - 1_000)] : []), webListOf(truth, now)];
        const overTheCap = oracle(events, max);
        // A bot that only lists name looks like a person.
        for (const who of removedAfterGap(events, gap, max, now, lists))
          if (who !== 'e') expect(overTheCap).toContain(who);
      },
    ),
    { numRuns: 3_000 },
  );
});

/** bbb-web's list: an entry for each session that is there, or left in the last minute; all have the same name. */
function webListOf(truth: Meeting, at: number): MeetingEvent {
  const isListed = (attendee: Attendee): boolean =>
    isPresent(attendee) || (attendee.presence.at(-1)?.at ?? 0) > at - 60_000;
  const attendees = [...truth.attendees.values()].filter(isListed).map((attendee) => ({
    externalUserId: attendee.externalUserId ?? attendee.internalUserId,
    fullName: 'X',
    role: attendee.role,
    dialIn: attendee.kind === 'dial-in',
  }));
  return {
    type: 'meeting-snapshot',
    internalMeetingId: MEETING,
    at,
    props: someProps(),
    online: attendees.length,
    attendees,
  };
}
