/**
 * What is certain of who is there. BBB's bus proves what it reports for as long as it is received without a break; after a gap, akka-apps' own
 * list proves which sessions are there. What bbb-webhooks, bbb-web's list or an earlier run of the service report proves no presence.
 */
import { SECOND_MS } from './duration';
import type { Attendee, Gap, Meeting, PresenceEdge } from './meeting';

/** A person back this soon keeps the seat: browsers drop and come back. */
export const SEAT_KEPT_MS = 60 * SECOND_MS;
/** A closed tab stays in akka-apps' list for up to 20 s (MeetingActorAudit), and its left flag may have fallen into the gap. */
export const LINGERING_MS = 20 * SECOND_MS;

export type Arriving = PresenceEdge & { readonly kind: 'joined' | 'seen' };

export function isArriving(edge: PresenceEdge | undefined): edge is Arriving {
  return edge?.kind === 'joined' || edge?.kind === 'seen';
}

export function isGone(edge: PresenceEdge | undefined): boolean {
  return edge !== undefined && !isArriving(edge);
}

/** Present means the newest thing seen of them is not that they left. */
export function isPresent({ presence }: Attendee): boolean {
  return isArriving(presence.at(-1));
}

/** Since when the bus has been received without a break; Infinity while it is away. */
export function wholeSince({ gap }: Pick<Meeting, 'gap'>): number {
  return gap?.until ?? Number.NEGATIVE_INFINITY;
}

/** Was akka-apps' list made after the last gap, so that everybody in it is there? */
export function isConclusive(madeAt: number, meeting: Pick<Meeting, 'gap'>): boolean {
  return madeAt >= wholeSince(meeting) + LINGERING_MS;
}

/** Has akka-apps made a list since the last gap? */
export function isWhole(meeting: Pick<Meeting, 'gap' | 'rosterAt'>): boolean {
  return meeting.gap === undefined || (meeting.rosterAt ?? Number.NEGATIVE_INFINITY) > meeting.gap.until;
}

/** Up to then everybody who came was seen, by the bus or by a list since; undefined: up to now. */
export function missingSince(meeting: Pick<Meeting, 'gap' | 'rosterAt'>): number | undefined {
  return isWhole(meeting) ? undefined : meeting.gap?.from;
}

function isLong({ from, until }: Gap): boolean {
  return until - from > SEAT_KEPT_MS;
}

/** No seat is certainly older than this: in a gap this long somebody may have gone, lost the seat and come back with the same session. */
export function seatsSince({ gap, seatsSince: before }: Pick<Meeting, 'gap' | 'seatsSince'>): number {
  return gap !== undefined && isLong(gap) ? Math.max(before, gap.until) : before;
}

/** Was this seen since the last gap, by a source that can know it? */
function isProof(edge: PresenceEdge, meeting: Pick<Meeting, 'gap'>): boolean {
  if (edge.by === 'bus') return edge.at >= wholeSince(meeting);
  return edge.kind === 'seen' && edge.madeAt !== undefined && isConclusive(edge.madeAt, meeting);
}

/** Has a session been there since the last gap for certain? Then what was seen of it before the gap counts as well. */
export function isProven({ presence }: Attendee, meeting: Pick<Meeting, 'gap'>): boolean {
  return presence.some((edge) => isProof(edge, meeting));
}

/**
 * There beyond doubt: proven since the last gap, and nothing newer reports that they left or lost the connection. A flag that the bus reported last stands
 * for as long as it is whole: such a session is in akka-apps' lists, and a webhook of its join may be dated after the flag.
 */
export function isCertainlyPresent(attendee: Attendee, meeting: Pick<Meeting, 'gap'>): boolean {
  const { presence } = attendee;
  const last = presence.at(-1);
  if (!isArriving(last)) return false;
  const reported = presence.findLast(({ by, at }) => by === 'bus' && at >= wholeSince(meeting));
  if (reported?.kind === 'flagged') return false;
  if (last.by === 'bus') return last === reported;
  const proof = presence.findLast((edge) => isArriving(edge) && isProof(edge, meeting));
  if (proof === undefined) return false;
  const since = proof.kind === 'seen' && proof.madeAt !== undefined ? proof.madeAt : proof.at;
  return !presence.some((edge) => isGone(edge) && edge.at >= since);
}

/**
 * May bbb-web's list have been full when somebody came? Then it leaves them out for good (`MeetingService.userJoined`), and an entry of their account
 * is of an earlier session. It counts those who left in the last 60 s as well, so every session that is still kept here counts.
 */
export function mayBeFull({
  props,
  attendees,
  webList,
}: Pick<Meeting, 'props' | 'attendees' | 'webList'>): boolean {
  const maxUsers = props?.maxUsers;
  if (maxUsers === undefined) return true;
  return maxUsers > 0 && Math.max(attendees.size, webList?.online ?? 0) >= maxUsers;
}
