/** Who is in a meeting as people, not sessions, and in which order they certainly came; decides nothing. */
import {
  type Arriving,
  isArriving,
  isCertainlyPresent,
  isPresent,
  isVouched,
  SEAT_KEPT_MS,
  seatsSince,
  wholeSince,
} from './evidence';
import type { Attendee, InternalMeetingId, InternalUserId, Meeting, PresenceEdge } from './meeting';

/** When somebody took the seat: exactly then when both are equal, else some time in between. */
export interface Arrival {
  readonly earliest: number;
  readonly latest: number;
}

export interface Person {
  /** The external user id, or the internal one of a phone caller. */
  readonly identity: string;
  /** False when it is not known who this is: then neither counted against others nor ever removed. */
  readonly known: boolean;
  /** There beyond doubt. Who is not neither counts against others nor is ever removed. */
  readonly certain: boolean;
  /** In the main room: in a breakout room everybody is one (the links carry that password). */
  readonly moderator: boolean;
  readonly dialIn: boolean;
  /** True when no join event came for any of the sessions: BBB's lists and webhooks do not say who is a bot. */
  readonly maybeBot: boolean;
  readonly arrival: Arrival;
  /** In which order people were first seen. */
  readonly order: number;
  /** All that BBB may have of them now, breakout rooms and lost connections included. */
  readonly sessions: readonly {
    readonly internalMeetingId: InternalMeetingId;
    readonly internalUserId: InternalUserId;
  }[];
}

/** A session with the room that it is in. */
export interface Session {
  readonly room: Meeting;
  readonly attendee: Attendee;
}

/** Only BBB's own join event says whether somebody is a bot; phone callers never are. */
function maybeBot({ kind, presence }: Attendee): boolean {
  return kind === 'web' && !presence.some((edge) => edge.kind === 'joined');
}

/** True when at least one person or session is known to be there. */
export function somebodyPresent(meeting: Meeting): boolean {
  for (const attendee of meeting.attendees.values()) if (isPresent(attendee)) return true;
  return (meeting.webList?.online ?? 0) > 0;
}

/** An edge, and since when the bus would have reported this session's arrival if it had come later; undefined: it did. */
interface SessionEdge {
  readonly session: string;
  readonly edge: PresenceEdge;
  readonly unreportedSince: number | undefined;
}

interface Chain {
  /** By session, when it was last seen. */
  readonly open: Map<string, number>;
  arrival: Arrival | undefined;
  lastLeftAt: number;
  /** Ejected, and not seen since. */
  forfeited: boolean;
}

const UNSEEN: Arrival = { earliest: Number.NEGATIVE_INFINITY, latest: Number.POSITIVE_INFINITY };

/** When a session came: who was there before the gap's end was there by then, however late a list named them. */
function cameAt(edge: Arriving, unreportedSince: number | undefined): Arrival {
  const earliest = edge.kind === 'seen' ? edge.notBefore : edge.at;
  if (unreportedSince === undefined || earliest >= unreportedSince) return { earliest, latest: edge.at };
  return { earliest, latest: Math.min(edge.at, unreportedSince) };
}

/** With no session open: is this the old seat again, a new one, or is it not known which? */
function takeSeat(chain: Chain, { earliest, latest }: Arrival, at: number): Arrival {
  if (chain.arrival === undefined) {
    // Who was ejected came back after that, whatever a list allows for.
    return { earliest: chain.forfeited ? Math.max(earliest, chain.lastLeftAt) : earliest, latest };
  }
  if (at - chain.lastLeftAt <= SEAT_KEPT_MS)
    return { ...chain.arrival, latest: Math.min(chain.arrival.latest, latest) };
  if (earliest - chain.lastLeftAt > SEAT_KEPT_MS) return { earliest, latest };
  return { earliest: chain.arrival.earliest, latest };
}

function enter(chain: Chain, { session, unreportedSince }: SessionEdge, edge: Arriving): void {
  const seenAt = chain.open.get(session);
  if (chain.open.size === 0) chain.arrival = takeSeat(chain, cameAt(edge, unreportedSince), edge.at);
  // A session joins again only after it was gone: nobody saw it go, and if it was long ago the seat may be a new one.
  else if (edge.kind === 'joined' && chain.open.size === 1 && edge.at - (seenAt ?? edge.at) > SEAT_KEPT_MS)
    chain.arrival = { earliest: chain.arrival?.earliest ?? edge.at, latest: edge.at };
  chain.open.set(session, edge.at);
  chain.forfeited = false;
}

function exit(chain: Chain, session: string, edge: PresenceEdge): void {
  const wasOpen = chain.open.delete(session);
  // The absence began when the session was lost. BBB removes a flagged one 10 to 20 s later, and a webhook's leave may be dated before its own join.
  if (!wasOpen && edge.kind !== 'ejected' && chain.arrival !== undefined) return;
  if (edge.kind === 'ejected' && chain.open.size === 0) {
    // Removed for good: the seat is free, coming back is arriving anew.
    chain.arrival = undefined;
    chain.forfeited = true;
  } else if (chain.arrival === undefined && !chain.forfeited) {
    // Who leaves was there before, though nobody saw them come.
    chain.arrival = UNSEEN;
  }
  chain.lastLeftAt = edge.at;
}

function seatOf(edges: readonly SessionEdge[]): Arrival | undefined {
  const chain: Chain = {
    open: new Map(),
    arrival: undefined,
    lastLeftAt: Number.NEGATIVE_INFINITY,
    forfeited: false,
  };
  const inOrder = edges.toSorted((a, b) => a.edge.at - b.edge.at || edgeRank(a.edge) - edgeRank(b.edge));
  for (const each of inOrder) {
    const { session, edge } = each;
    if (isArriving(edge)) enter(chain, each, edge);
    else exit(chain, session, edge);
  }
  return chain.open.size > 0 ? chain.arrival : undefined;
}

/** Only missing from a list, somebody may have been removed, as early as can be: then coming back was arriving anew. */
function atWorst({ edge, ...rest }: SessionEdge): SessionEdge {
  if (edge.kind !== 'left' || edge.notBefore === undefined) return { edge, ...rest };
  return { edge: { kind: 'ejected', at: edge.notBefore, by: edge.by }, ...rest };
}

/** The earliest and the latest of both. */
function spanned(a: Arrival, b: Arrival): Arrival {
  return { earliest: Math.min(a.earliest, b.earliest), latest: Math.max(a.latest, b.latest) };
}

function seatAllowingForWorst(edges: readonly SessionEdge[]): Arrival | undefined {
  const seat = seatOf(edges);
  const isDoubtful = edges.some(({ edge }) => edge.kind === 'left' && edge.notBefore !== undefined);
  if (seat === undefined || !isDoubtful) return seat;
  return spanned(seat, seatOf(edges.map(atWorst)) ?? seat);
}

function edgesOf({ room, attendee }: Session): readonly SessionEdge[] {
  const since = wholeSince(room);
  const isReported = attendee.presence.some(
    ({ kind, by, at }) => kind === 'joined' && by === 'bus' && at > since,
  );
  const unreportedSince = isReported || !Number.isFinite(since) ? undefined : since;
  const session = `${room.internalMeetingId}/${attendee.internalUserId}`;
  return attendee.presence.map((edge) => ({ session, edge, unreportedSince }));
}

/**
 * When the seat that these sessions hold together was taken; undefined when none of them is present. As early as anything seen allows for,
 * and as late as what is certain does.
 */
export function seatTakenAt(sessions: readonly Session[]): Arrival | undefined {
  const seat = seatAllowingForWorst(sessions.flatMap(edgesOf));
  if (seat === undefined) return undefined;
  const vouched = sessions.filter(({ room, attendee }) => isVouched(attendee, room));
  const certain = vouched.length === sessions.length ? seat : seatAllowingForWorst(vouched.flatMap(edgesOf));
  const { earliest, latest } = spanned(seat, certain ?? seat);
  return { earliest, latest: Math.max(latest, ...sessions.map(({ room }) => seatsSince(room))) };
}

/** On one instant: arriving, then leaving, then being ejected. Somebody who did all three is out. */
export function edgeRank(edge: PresenceEdge): number {
  return edge.kind === 'ejected' ? 2 : isArriving(edge) ? 0 : 1;
}

/** Who a session belongs to. In a breakout room the external id is `<internal user id in the parent>-<sequence>` (BBB builds it so). */
function identityOf({ room, attendee }: Session, parent: Meeting): { identity: string; known: boolean } {
  if (attendee.kind === 'dial-in') return { identity: attendee.internalUserId, known: true };
  if (attendee.externalUserId === undefined) return { identity: `?${attendee.internalUserId}`, known: false };
  if (room === parent) return { identity: attendee.externalUserId, known: true };
  const inParent = attendee.externalUserId.replace(/-\d+$/, '') as InternalUserId;
  const external = parent.attendees.get(inParent)?.externalUserId;
  return external === undefined
    ? { identity: `?${inParent}`, known: false }
    : { identity: external, known: true };
}

/** The sessions of each person, ever seen in the meeting or a running breakout room of it, by identity in the order they were first seen. */
export function sessionsByPerson(
  meeting: Meeting,
  breakouts: readonly Meeting[],
): ReadonlyMap<string, { readonly known: boolean; readonly sessions: readonly Session[] }> {
  const groups = new Map<string, { known: boolean; sessions: Session[] }>();
  for (const room of [meeting, ...breakouts]) {
    if (room.ended !== undefined) continue;
    for (const attendee of room.attendees.values()) {
      const session = { room, attendee };
      const { identity, known } = identityOf(session, meeting);
      const group = groups.get(identity);
      if (group === undefined) groups.set(identity, { known, sessions: [session] });
      else group.sessions.push(session);
    }
  }
  return groups;
}

/** In BBB, present or with a left flag that it has not acted upon yet. */
function isInBbb({ presence }: Attendee): boolean {
  const last = presence.at(-1);
  return isArriving(last) || last?.kind === 'flagged';
}

function isModerator({ room, attendee }: Session, meeting: Meeting): boolean {
  return room === meeting && attendee.role === 'MODERATOR';
}

/** The people of a meeting and its breakout rooms, each once, without bots; only those present, in the order they were first seen. */
export function presentPersons(meeting: Meeting, breakouts: readonly Meeting[]): readonly Person[] {
  const persons: Person[] = [];
  for (const [identity, { known, sessions: ever }] of sessionsByPerson(meeting, breakouts)) {
    const sessions = ever.filter(({ attendee }) => !attendee.bot);
    const arrival = seatTakenAt(sessions);
    if (arrival === undefined) continue;
    const present = sessions.filter(({ attendee }) => isPresent(attendee));
    persons.push({
      identity,
      known,
      certain: present.some(({ room, attendee }) => isCertainlyPresent(attendee, room)),
      arrival,
      order: persons.length,
      moderator: sessions.some((session) => isModerator(session, meeting)),
      dialIn: present.every(({ attendee }) => attendee.kind === 'dial-in'),
      maybeBot: sessions.every(({ attendee }) => maybeBot(attendee)),
      sessions: sessions
        .filter(({ attendee }) => isInBbb(attendee))
        .map(({ room, attendee }) => ({
          internalMeetingId: room.internalMeetingId,
          internalUserId: attendee.internalUserId,
        })),
    });
  }
  return persons;
}

/**
 * Did `a` certainly take the seat before `b`? BBB's stamps are whole milliseconds: of two on the same one, who was seen first came first,
 * which is the order of `presentPersons`.
 */
export function cameBefore(a: Person, b: Person): boolean {
  if (a.arrival.latest !== b.arrival.earliest) return a.arrival.latest < b.arrival.earliest;
  const exact = a.arrival.earliest === a.arrival.latest && b.arrival.earliest === b.arrival.latest;
  return !exact || a.order < b.order;
}
