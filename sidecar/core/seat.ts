/**
 * When a person took the seat: as early as anything seen allows for, and as late as what is certain does. Everything is read twice. Early:
 * a person who was only seen had come as soon as can be, and went as late as can be. Late: the other way round.
 */
import { SECOND_MS } from './duration';
import {
  type Arriving,
  isArriving,
  isConclusive,
  isGone,
  isProven,
  LINGERING_MS,
  SEAT_KEPT_MS,
  seatsSince,
  wholeSince,
} from './evidence';
import type { Attendee, Meeting, PresenceEdge } from './meeting';

/** A session with the room that it is in. */
export interface Session {
  readonly room: Meeting;
  readonly attendee: Attendee;
}

/** Exactly then when both are equal, else some time in between. */
export interface Arrival {
  readonly earliest: number;
  readonly latest: number;
}

type Reading = 'early' | 'late';

/** A webhook's leave is dated back by 2 s (`webhooks/to-event.ts`), so that a late one outdoes no return; the rest is margin. */
const DATED_BACK_MS = 3 * SECOND_MS;

type Leaving = Exclude<PresenceEdge, Arriving>;

/** A session comes or goes, as one reading has it. */
interface Move {
  readonly at: number;
  readonly kind: 'comes' | 'goes' | 'is ejected';
}

/** On one instant: coming, then going, then being ejected. Somebody who did all three is out. */
const RANK = { comes: 0, goes: 1, 'is ejected': 2 } as const;

/**
 * Since when the bus would have reported it if this session had come later; undefined: it did report it, or nothing was missed. Such a
 * session was there by then, however late a list named it.
 */
function unreportedSince({ room, attendee }: Session): number | undefined {
  const since = wholeSince(room);
  const isReported = attendee.presence.some(
    ({ kind, by, at }) => kind === 'joined' && by === 'bus' && at >= since,
  );
  return isReported || !Number.isFinite(since) ? undefined : since;
}

/** A session of which the bus first reports something else than the arrival came since then, unseen. */
function unseenSince({ gap }: Meeting): number {
  return gap?.from ?? Number.NEGATIVE_INFINITY;
}

/** When it came, no sooner than `last`, the last thing seen of this session before. */
function cameAt(
  edge: Arriving,
  last: PresenceEdge | undefined,
  { room, unreported }: { readonly room: Meeting; readonly unreported: number | undefined },
  reading: Reading,
): number {
  const isAfterGap = edge.by === 'bus' && edge.at >= unseenSince(room);
  const after = last?.at ?? (isAfterGap ? unseenSince(room) : Number.NEGATIVE_INFINITY);
  // The bus reported the loss of the connection and its return, and was whole in between.
  const isReturn =
    edge.kind === 'seen' && edge.by === 'bus' && last?.by === 'bus' && after >= wholeSince(room);
  const { notBefore } = edge;
  const isExact = notBefore === undefined || (isReturn && notBefore === 0);
  const earliest = isExact ? edge.at : Math.max(notBefore, after);
  if (reading === 'early') return earliest;
  return unreported === undefined || earliest >= unreported
    ? edge.at
    : Math.max(Math.min(edge.at, unreported), after);
}

/**
 * Only missing from a list, it may have gone, and been removed, as early as can be: then coming back was arriving anew. Where its left flag may
 * have fallen into a gap, it may have been away for as long as BBB keeps such a session, but not since before it was last reported (`seenAt`):
 * a list names sessions that are lost.
 */
function wentAs(edge: Leaving, room: Meeting, seenAt: number, reading: Reading): Move {
  if (edge.kind === 'ejected') return { at: edge.at, kind: 'is ejected' };
  const isMissing = edge.kind === 'left' && edge.by === 'list';
  if (reading === 'early') return { at: isMissing ? (edge.notAfter ?? edge.at) : edge.at, kind: 'goes' };
  const { notBefore = edge.at } = edge;
  if (isMissing) return { at: notBefore, kind: 'is ejected' };
  const lingeredMs = edge.kind === 'flagged' || isConclusive(notBefore, room) ? 0 : LINGERING_MS;
  return { at: Math.min(edge.at, Math.max(seenAt, notBefore - lingeredMs)), kind: 'goes' };
}

/**
 * Who goes was there until then. When a session that was not there came, or came back, unseen: as early as when it was last seen, as late as the
 * end of the gap; of one never seen before, as early as its beginning. Undefined: nothing was missed, a webhook dates the leave back to before the join.
 */
function cameUnseenAt(
  edge: PresenceEdge,
  last: PresenceEdge | undefined,
  room: Meeting,
  reading: Reading,
): number | undefined {
  const { gap } = room;
  if (edge.kind === 'ejected' || gap === undefined || (last?.at ?? gap.until) > gap.until) return undefined;
  if (reading === 'early') return last?.at ?? unseenSince(room);
  return edge.by === 'webhook' ? undefined : gap.until;
}

/** Its arrival was not seen, by this or an earlier run of the service: a list names sessions that have lost the connection as well. */
function isUndated({ by, notBefore }: PresenceEdge & { readonly notBefore?: number | undefined }): boolean {
  return by === 'list' || (by === 'memory' && notBefore !== undefined);
}

/** What went at that moment had come by then. */
function cameNoLater(at: number, moves: Move[]): void {
  const last = moves.findLastIndex(({ kind }) => kind === 'comes');
  const came = moves[last];
  if (came !== undefined && came.at > at) moves[last] = { ...came, at };
}

/** Without a webhook's leave where the bus reports it with its own stamp. */
function withoutRepeatedLeaves({ presence }: Attendee): readonly PresenceEdge[] {
  if (!presence.some(({ kind, by }) => kind === 'left' && by === 'webhook')) return presence;
  const isRepeated = ({ at }: PresenceEdge): boolean =>
    presence.some(
      (edge) => edge.by === 'bus' && isGone(edge) && edge.at >= at && edge.at - at <= DATED_BACK_MS,
    );
  return presence.filter((edge) => edge.kind !== 'left' || edge.by !== 'webhook' || !isRepeated(edge));
}

/**
 * An arrival that only a webhook reported, as early as lists allow for that name the session: those that may have been made before it show that
 * it may have been there already, have left, and come back.
 */
function withEarlierSights(edge: Arriving, next: readonly PresenceEdge[]): Arriving {
  if (edge.kind !== 'seen' || edge.by !== 'webhook' || edge.notBefore === undefined) return edge;
  const arrival = edge.notBefore;
  let notBefore = arrival;
  for (const later of next) {
    if (later.kind !== 'seen' || later.by === 'bus') break;
    const mayShowEarlier = later.by !== 'webhook' && (later.madeAt ?? Number.NEGATIVE_INFINITY) < arrival;
    if (mayShowEarlier) notBefore = Math.min(notBefore, later.notBefore ?? later.at);
  }
  return { ...edge, notBefore };
}

/** What one session did. The absence of one that lost the connection began then: BBB removes it 10 to 20 s later. */
function movesOf(session: Session, reading: Reading): readonly Move[] {
  const unreported = unreportedSince(session);
  const moves: Move[] = [];
  let isOpen = false;
  let last: PresenceEdge | undefined;
  let seenAt = Number.NEGATIVE_INFINITY;
  const edges = withoutRepeatedLeaves(session.attendee);
  for (const [index, edge] of edges.entries()) {
    if (isArriving(edge)) {
      // It joins again only after it was gone, which nobody saw: as early as when it was last seen.
      if (isOpen && edge.kind === 'joined' && last !== undefined && reading === 'late') {
        moves.push({ at: last.at, kind: 'goes' });
        isOpen = false;
      }
      const sight = reading === 'early' ? withEarlierSights(edge, edges.slice(index + 1)) : edge;
      const at = cameAt(sight, last, { room: session.room, unreported }, reading);
      if (!isOpen) {
        moves.push({ at, kind: 'comes' });
        seenAt = isUndated(edge) ? Number.NEGATIVE_INFINITY : at;
      }
      isOpen = true;
    } else {
      const went = wentAs(edge, session.room, seenAt, reading);
      const unseenAt = isOpen ? undefined : cameUnseenAt(edge, last, session.room, reading);
      if (isOpen) cameNoLater(went.at, moves);
      else if (unseenAt !== undefined) moves.push({ at: Math.min(unseenAt, went.at), kind: 'comes' });
      // Being ejected gives the seat up, even after the connection was lost.
      else if (went.kind === 'is ejected') moves.push({ at: went.at, kind: 'comes' });
      if (isOpen || unseenAt !== undefined || went.kind === 'is ejected') moves.push(went);
      isOpen = false;
    }
    last = edge;
    if (!isUndated(edge)) seenAt = edge.at;
  }
  return moves;
}

/** When the seat was taken that is held at the end of all moves; undefined: none is. */
function seatAfter(moves: readonly Move[]): number | undefined {
  let seat: number | undefined;
  let open = 0;
  let awaySince = Number.NEGATIVE_INFINITY;
  for (const { at, kind } of moves.toSorted((a, b) => a.at - b.at || RANK[a.kind] - RANK[b.kind])) {
    if (kind === 'comes') {
      if (open === 0 && (seat === undefined || at - awaySince > SEAT_KEPT_MS)) seat = at;
      open += 1;
      continue;
    }
    open -= 1;
    if (open > 0) continue;
    awaySince = at;
    // Removed for good: the seat is free, coming back is arriving anew.
    if (kind === 'is ejected') seat = undefined;
  }
  return open > 0 ? seat : undefined;
}

function seatOf(sessions: readonly Session[], reading: Reading): number | undefined {
  return seatAfter(sessions.flatMap((session) => movesOf(session, reading)));
}

/** When the seat that these sessions hold together was taken; undefined when none of them is present. */
export function seatTakenAt(sessions: readonly Session[]): Arrival | undefined {
  const earliest = seatOf(sessions, 'early');
  const latest = seatOf(sessions, 'late');
  if (earliest === undefined || latest === undefined) return undefined;
  // Without evidence for the earlier arrival, the seat may be a later one.
  const proven = sessions.filter(({ room, attendee }) => isProven(attendee, room));
  const certain = proven.length === sessions.length ? latest : seatOf(proven, 'late');
  return {
    earliest,
    latest: Math.max(latest, certain ?? latest, ...sessions.map(({ room }) => seatsSince(room))),
  };
}
