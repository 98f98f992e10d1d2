/**
 * Since when a person has the seat, by what was received. Who was there in the last 60 s keeps it, who is removed loses it. A seat is at least
 * as old as what is certain, and at most as old as what is possible.
 */
import { MEETING } from '../../../support/builders';
import { parentSessionOf } from './identity';
import { isCertainlyThere, merged, type Presence, presenceOf } from './presence';
import type { Interval, Received, SessionRecord } from './received';

export const SEAT_KEPT_MS = 60_000;

export interface Seat {
  /** It is no older than this. */
  readonly earliest: number;
  /** It is no younger than this. */
  readonly latest: number;
}

export interface Person {
  readonly id: string;
  readonly sessions: readonly SessionRecord[];
  /** Those that are there beyond doubt. */
  readonly present: readonly SessionRecord[];
  readonly seat: Seat;
}

/** The moments at which sessions were removed for good. */
function ejections(sessions: readonly SessionRecord[]): readonly number[] {
  return sessions.flatMap(({ bus, memory }) => [
    ...bus.filter(({ kind }) => kind === 'ejected').map(({ at }) => at),
    ...memory.filter(({ ejected }) => ejected).map(({ leftAt }) => leftAt ?? 0),
  ]);
}

/** Back from the last of these stays to the first of those that no lost seat separates from it. */
function start(stays: readonly Interval[], isLostBetween: (hole: Interval) => boolean): number {
  let since = stays.at(-1)?.from ?? Number.POSITIVE_INFINITY;
  for (;;) {
    const joining = stays.filter(
      ({ from, to }) =>
        from < since &&
        since - to <= SEAT_KEPT_MS &&
        (to >= since || !isLostBetween({ from: to, to: since })),
    );
    if (joining.length === 0) return since;
    since = Math.min(...joining.map(({ from }) => from));
  }
}

function isIn(moment: number, { from, to }: Interval): boolean {
  return moment >= from && moment <= to;
}

function isSeenAfter({ id, meeting, bus }: SessionRecord, moment: number, received: Received): boolean {
  return (
    bus.some(({ at }) => at > moment) ||
    received.akkaLists(meeting).some(({ at, users }) => at > moment && users.has(id))
  );
}

function seatOf(
  sessions: readonly SessionRecord[],
  presences: readonly Presence[],
  received: Received,
): Seat {
  const removedAt = ejections(sessions);
  const isRemovedIn = (hole: Interval): boolean => removedAt.some((moment) => isIn(moment, hole));
  // In a gap somebody may have been removed, and come back as another session; what was removed is not seen again.
  const isPerhapsRemovedIn = (hole: Interval): boolean => {
    if (isRemovedIn(hole)) return true;
    return sessions.some(({ meeting }) =>
      received
        .gaps(meeting)
        .filter(({ from, to }) => from < hole.to && to > hole.from)
        .some(
          (gap) =>
            !sessions.some(
              (session, index) =>
                presences[index]?.certain.some(({ from, to }) => Math.min(from, to) <= hole.from) === true &&
                isSeenAfter(session, gap.to, received),
            ),
        ),
    );
  };
  return {
    earliest: start(merged(presences.flatMap(({ possible }) => possible)), isRemovedIn),
    latest: start(merged(presences.flatMap(({ certain }) => certain)), isPerhapsRemovedIn),
  };
}

/** Nobody is in a room before the session in the meeting that they entered it from. */
function presenceInParent(record: SessionRecord, received: Received, now: number): Presence {
  const presence = presenceOf(record, received, now);
  const parent = record.meeting === MEETING ? undefined : parentSessionOf(record, received);
  const since =
    parent === undefined
      ? undefined
      : Math.min(...presenceOf(parent, received, now).possible.map(({ from }) => from));
  if (since === undefined) return presence;
  const possible = presence.possible
    .filter(({ to }) => to >= since)
    .map(({ from, to }) => ({ from: Math.max(from, since), to }));
  return { ...presence, possible };
}

export function personOf(
  id: string,
  sessions: readonly SessionRecord[],
  received: Received,
  now: number,
): Person {
  const presences = sessions.map((session) => presenceInParent(session, received, now));
  return {
    id,
    sessions,
    present: sessions.filter((session) => isCertainlyThere(session, received, now)),
    seat: seatOf(sessions, presences, received),
  };
}
