/** Forgets who is long gone from a meeting and its breakout rooms; nobody who is in any of the rooms. */
import { MINUTE_MS } from './duration';
import { isPresent } from './evidence';
import type { Attendee, InternalUserId, Meeting } from './meeting';
import { sessionsByPerson } from './persons';

/** Longer than a seat is kept, and longer than BBB's lists name somebody who left. */
const FORGOTTEN_AFTER_MS = 15 * MINUTE_MS;

function isLongGone({ presence }: Attendee, now: number): boolean {
  return (presence.at(-1)?.at ?? Number.NEGATIVE_INFINITY) <= now - FORGOTTEN_AFTER_MS;
}

/**
 * The rooms of which something can be forgotten, without that. Whoever has a session open in the meeting or a room is remembered with every
 * session they ever had there: those hold the seat, and name whose the session in the room is.
 */
export function withoutLongGone(
  meeting: Meeting,
  breakouts: readonly Meeting[],
  now: number,
): readonly Meeting[] {
  const forgotten = new Map<Meeting, InternalUserId[]>();
  for (const { sessions } of sessionsByPerson(meeting, breakouts).values()) {
    if (sessions.some(({ attendee }) => isPresent(attendee))) continue;
    for (const { room, attendee } of sessions) {
      if (!isLongGone(attendee, now)) continue;
      const ids = forgotten.get(room) ?? [];
      forgotten.set(room, ids);
      ids.push(attendee.internalUserId);
    }
  }
  return [...forgotten].map(([room, ids]) => {
    const attendees = new Map(room.attendees);
    for (const id of ids) attendees.delete(id);
    return { ...room, attendees };
  });
}
