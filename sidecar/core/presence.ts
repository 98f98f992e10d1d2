/** The record of one attendee's comings and goings: a set of edges in order, so that repeats and reordering change nothing. */
import { isArriving, isGone, SEAT_KEPT_MS } from './evidence';
import type { Attendee, InternalUserId, PresenceEdge, Role } from './meeting';

/** Bounds one attendee's memory. */
const MAX_EDGES = 64;

/** A phone caller's internal id, as FreeSWITCH's bridge names them. */
export function isDialInId(internalUserId: string): boolean {
  return internalUserId.startsWith('v_');
}

/** Somebody of whom nothing is known yet but the id. */
export function unknownAttendee(internalUserId: InternalUserId): Attendee {
  return {
    internalUserId,
    externalUserId: undefined,
    kind: isDialInId(internalUserId) ? 'dial-in' : 'web',
    bot: false,
    role: 'VIEWER',
    roleAt: Number.NEGATIVE_INFINITY,
    presence: [],
  };
}

/** Whose account is known now: what served to find it is not kept. */
export function identified(attendee: Attendee, externalUserId: string): Attendee {
  if (attendee.unmatched === undefined) return { ...attendee, externalUserId };
  return { ...attendee, externalUserId, unmatched: undefined };
}

/** Is it one and the same coming or going, reported twice? */
export function sameEdge(a: PresenceEdge, b: PresenceEdge): boolean {
  return a.kind === b.kind && a.at === b.at && a.by === b.by;
}

/** On one instant: arriving, then leaving, then being ejected. Somebody who did all three is out. */
function edgeRank(edge: PresenceEdge): number {
  return edge.kind === 'ejected' ? 2 : isArriving(edge) ? 0 : 1;
}

/** Where it belongs: by time, on one instant by rank, so that everybody agrees. */
function isBefore(a: PresenceEdge, b: PresenceEdge): boolean {
  if (a.at !== b.at) return a.at < b.at;
  if (edgeRank(a) !== edgeRank(b)) return edgeRank(a) < edgeRank(b);
  return a.kind === b.kind ? a.by < b.by : a.kind < b.kind;
}

/** Without what makes no difference to the seat: a short absence in between, else all that was before an absence which lost it. */
function shortened(presence: readonly PresenceEdge[]): readonly PresenceEdge[] {
  const absence = presence.findIndex((edge, index) => {
    const next = presence[index + 1];
    const isAbsent = edge.kind === 'left' || edge.kind === 'flagged';
    return isAbsent && next !== undefined && !isGone(next) && next.at - edge.at <= SEAT_KEPT_MS;
  });
  if (absence > 0) return presence.toSpliced(absence, 2);
  return presence.slice(Math.max(1, presence.findIndex(isGone) + 1));
}

/** Adds an edge in its place; the same one twice is one. Arrays are made in their final size: there is one for everybody present. */
export function withEdge(attendee: Attendee, edge: PresenceEdge): Attendee {
  const known = attendee.presence;
  if (known.length === 0) return { ...attendee, presence: [edge] };
  if (known.some((other) => sameEdge(other, edge))) return attendee;
  const place = known.filter((other) => isBefore(other, edge)).length;
  const presence = known.toSpliced(place, 0, edge);
  return { ...attendee, presence: presence.length > MAX_EDGES ? shortened(presence) : presence };
}

/**
 * Has BBB's own event, which has its stamp, reported this arrival? Repeated by a source that is late, with the moment at which that handled
 * it, it would bring back somebody who left, or was removed, in between.
 */
export function isReportedExactly(attendee: Attendee, notBefore: number): boolean {
  return attendee.presence.some(({ kind, at }) => kind === 'joined' && at >= notBefore);
}

/** The newest report of a role stands; on one instant the moderator, who may do more and is removed less. */
export function withRole(attendee: Attendee, role: Role, at: number): Attendee {
  const newer = at > attendee.roleAt || (at === attendee.roleAt && role === 'MODERATOR');
  return newer ? { ...attendee, role, roleAt: at } : attendee;
}
