/** The record of one attendee's comings and goings: a set of edges in order, so that repeats and reordering change nothing. */
import type { Attendee, InternalUserId, PresenceEdge, Role } from './meeting';
import { edgeRank } from './persons';

/** Bounds one attendee's memory; the first edge stays, for it says since when. */
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

function sameEdge(a: PresenceEdge, b: PresenceEdge): boolean {
  return a.kind === b.kind && a.at === b.at;
}

/** Adds an edge in its place; the same one twice is one. */
export function withEdge(attendee: Attendee, edge: PresenceEdge): Attendee {
  if (attendee.presence.some((known) => sameEdge(known, edge))) return attendee;
  const presence = [...attendee.presence, edge].sort(
    (a, b) => a.at - b.at || edgeRank(a) - edgeRank(b) || (a.kind < b.kind ? -1 : 1),
  );
  if (presence.length > MAX_EDGES) presence.splice(1, presence.length - MAX_EDGES);
  return { ...attendee, presence };
}

/** The newest report of a role stands; on one instant the moderator, who may do more and is removed less. */
export function withRole(attendee: Attendee, role: Role, at: number): Attendee {
  const newer = at > attendee.roleAt || (at === attendee.roleAt && role === 'MODERATOR');
  return newer ? { ...attendee, role, roleAt: at } : attendee;
}
