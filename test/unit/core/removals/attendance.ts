/** Who really was there when, and since when each had the seat: kept by the meeting itself (`bbb.ts`), out of sight of the service. */
import type { InternalMeetingId, InternalUserId } from '../../../../sidecar/core/meeting';
import { MEETING } from '../../../support/builders';
import type { Session } from './session';

/** Who was there within this time before coming back keeps the seat (README, `participants`). */
const SEAT_KEPT_MS = 60_000;

/** One session from coming, or from a connection that returned, until it was lost or left. */
export interface Stay {
  readonly person: string;
  readonly session: InternalUserId;
  readonly meeting: InternalMeetingId;
  readonly from: number;
  to: number;
}

/** From `at` until the next one: people without a left flag, bots and the lobby left out. */
export interface Roll {
  readonly at: number;
  readonly persons: ReadonlySet<string>;
  readonly moderators: ReadonlySet<string>;
}

export interface Attendance {
  /** Something changed: who is there now is written down. */
  update(sessions: readonly Session[], now: number): void;
  /** The session was removed for good. */
  removed(session: Session, now: number): void;
  readonly rolls: readonly Roll[];
  /** The rolls that were valid at some moment from then on. */
  rollsSince(moment: number): readonly Roll[];
  /** Since when somebody has the seat at that moment; by those stays only that pass, if that is asked for. */
  seatSince(person: string, moment: number, isCounted?: (stay: Stay) => boolean): number | undefined;
}

/** In a room everybody is one: there the role of the session in the meeting counts that it was entered from. */
function isModerator({ meeting, role, externalUserId }: Session, sessions: readonly Session[]): boolean {
  if (meeting === MEETING) return role === 'MODERATOR';
  return sessions.some(
    ({ id, role: inMeeting }) => externalUserId.startsWith(`${id}-`) && inMeeting === 'MODERATOR',
  );
}

export function createAttendance(start: number): Attendance {
  const stays: Stay[] = [];
  const removals: { readonly person: string; readonly at: number }[] = [];
  const rolls: Roll[] = [{ at: start, persons: new Set(), moderators: new Set() }];

  function update(sessions: readonly Session[], now: number): void {
    const here = sessions.filter(({ state }) => state === 'here');
    for (const stay of stays)
      if (stay.to === Number.POSITIVE_INFINITY && !here.some(({ id }) => id === stay.session)) stay.to = now;
    for (const { id, person, meeting } of here)
      if (!stays.some(({ session, to }) => session === id && to === Number.POSITIVE_INFINITY))
        stays.push({ person, session: id, meeting, from: now, to: Number.POSITIVE_INFINITY });
    const people = here.filter(({ bot }) => !bot);
    rolls.push({
      at: now,
      persons: new Set(people.map(({ person }) => person)),
      moderators: new Set(people.filter((each) => isModerator(each, sessions)).map(({ person }) => person)),
    });
  }

  function seatSince(
    person: string,
    moment: number,
    isCounted: (stay: Stay) => boolean = () => true,
  ): number | undefined {
    const own = stays
      .filter((stay) => stay.person === person && stay.from <= moment && isCounted(stay))
      .toSorted((a, b) => b.to - a.to);
    const isLost = (from: number, to: number): boolean =>
      to - from > SEAT_KEPT_MS ||
      removals.some((removal) => removal.person === person && removal.at >= from && removal.at <= to);
    let since: number | undefined;
    // From the last stay back; one that goes on at `since` or ended shortly before it belongs to the same seat.
    for (const stay of own) {
      if (since !== undefined && stay.to < since && isLost(stay.to, since)) break;
      since = Math.min(since ?? stay.from, stay.from);
    }
    return since;
  }

  return {
    update,
    removed: ({ person }, now) => void removals.push({ person, at: now }),
    rolls,
    rollsSince: (moment) =>
      rolls.filter((_, index) => (rolls[index + 1]?.at ?? Number.POSITIVE_INFINITY) >= moment),
    seatSince,
  };
}
