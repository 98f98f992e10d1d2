/** What one run of a meeting used, and on which days, from who was there when and what was recorded. Pure; writes nothing down. */
import { clip, DAY_MS, daysOf, deepest, type Interval, type Span, totalMs, union } from './intervals';

/** A stretch of one join session's attendance. */
export interface Attendance extends Pick<Interval, 'from' | 'to'> {
  readonly internalUserId: string;
  /** The account; in a breakout room `<internal user id in the parent>-<sequence>` (BBB builds it so). */
  readonly externalUserId: string | undefined;
  readonly kind: 'web' | 'dial-in';
  readonly bot: boolean;
}

/** One room: the meeting itself or one of its breakout rooms. */
export interface Room {
  readonly attendance: readonly Attendance[];
  readonly recorded: readonly Pick<Interval, 'from' | 'to'>[];
  /** From its creation to its end, or for a running one to the last moment that is certain. */
  readonly span: Span;
}

/** Milliseconds, but for the peak. */
export interface Used {
  readonly meetingMs: number;
  /** Time of distinct people: somebody with two sessions, or in a breakout room as well, counts once. Bots do not count. */
  readonly participantMs: number;
  /** The part of it that phone callers have. */
  readonly dialInMs: number;
  /** Every room's recording counts by itself: each becomes one. */
  readonly recordedMs: number;
  /** Most distinct people at one moment. */
  readonly peakParticipants: number;
}

export interface DayUsed extends Used {
  /** `2026-11-03`, UTC. */
  readonly day: string;
}

export interface Tally {
  readonly total: Used;
  /** In order; every day the meeting touches, the first one first. */
  readonly days: readonly DayUsed[];
}

interface Person {
  readonly dialIn: boolean;
  readonly spans: readonly Span[];
}

/** Who a session belongs to, as enforcement sees it: an unknown account is somebody of their own. */
function identityOf(entry: Attendance, isBreakout: boolean, accounts: ReadonlyMap<string, string>): string {
  if (entry.kind === 'dial-in') return `session ${entry.internalUserId}`;
  if (isBreakout && entry.externalUserId !== undefined) {
    const inParent = entry.externalUserId.replace(/-\d+$/, '');
    return accounts.has(inParent) ? `account ${accounts.get(inParent)}` : `session ${inParent}`;
  }
  return entry.externalUserId === undefined
    ? `session ${entry.internalUserId}`
    : `account ${entry.externalUserId}`;
}

/** The people of the meeting and its breakout rooms, each with the time in which they were in any of them. */
function personsOf(meeting: Room, breakouts: readonly Room[]): readonly Person[] {
  const accounts = new Map<string, string>();
  for (const { internalUserId, externalUserId } of meeting.attendance)
    if (externalUserId !== undefined) accounts.set(internalUserId, externalUserId);
  const persons = new Map<string, { dialIn: boolean; spans: Span[] }>();
  for (const room of [meeting, ...breakouts]) {
    for (const entry of room.attendance) {
      if (entry.bot) continue;
      const identity = identityOf(entry, room !== meeting, accounts);
      const person = persons.get(identity) ?? { dialIn: true, spans: [] };
      person.dialIn &&= entry.kind === 'dial-in';
      person.spans.push(...clip([entry], room.span));
      persons.set(identity, person);
    }
  }
  return [...persons.values()].map(({ dialIn, spans }) => ({ dialIn, spans: union(spans) }));
}

function usedWithin(
  window: Span,
  meeting: Room,
  recorded: readonly Span[],
  persons: readonly Person[],
): Used {
  const within = persons.map(({ dialIn, spans }) => ({ dialIn, spans: clip(spans, window) }));
  return {
    meetingMs: totalMs(clip([meeting.span], window)),
    participantMs: totalMs(within.flatMap(({ spans }) => spans)),
    dialInMs: totalMs(within.flatMap(({ dialIn, spans }) => (dialIn ? spans : []))),
    recordedMs: totalMs(clip(recorded, window)),
    peakParticipants: deepest(within.flatMap(({ spans }) => spans)),
  };
}

/** `2026-11-03` of the day that begins at this moment. */
export function dayName(from: number): string {
  return new Date(from).toISOString().slice(0, 'YYYY-MM-DD'.length);
}

/**
 * Adds up a meeting with its breakout rooms. What lies outside a room's span does not count, so that a session whose leaving nobody saw
 * ends with its room, and a clock that was set never makes more than the meeting's own length.
 */
export function tallyMeeting(meeting: Room, breakouts: readonly Room[]): Tally {
  const persons = personsOf(meeting, breakouts);
  const rooms = [meeting, ...breakouts];
  const recorded = rooms.flatMap((room) => union(clip(room.recorded, room.span)));
  const whole = {
    from: Math.min(...rooms.map(({ span }) => span.from)),
    to: Math.max(...rooms.map(({ span }) => span.to)),
  };
  const firstDay = Math.floor(whole.from / DAY_MS) * DAY_MS;
  const days = daysOf(whole.to > whole.from ? whole : { from: firstDay, to: firstDay + 1 });
  return {
    total: usedWithin(whole, meeting, recorded, persons),
    days: days.map((day) => ({ day: dayName(day.from), ...usedWithin(day, meeting, recorded, persons) })),
  };
}
