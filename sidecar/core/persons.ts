/** Who is in a meeting as people, not sessions, and in which order they certainly came; decides nothing. */
import { SECOND_MS } from './duration';
import type { Attendee, InternalMeetingId, InternalUserId, Meeting, PresenceEdge } from './meeting';

/** Who was there this recently keeps the seat: browsers drop and come back. */
export const SEAT_KEPT_MS = 60 * SECOND_MS;

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
  readonly moderator: boolean;
  readonly dialIn: boolean;
  /** True when no join event told of any of the sessions: BBB's lists and webhooks do not say who is a bot. */
  readonly maybeBot: boolean;
  readonly arrival: Arrival;
  /** In which order people were first told of. */
  readonly order: number;
  /** The sessions present now, breakout rooms included. */
  readonly sessions: readonly {
    readonly internalMeetingId: InternalMeetingId;
    readonly internalUserId: InternalUserId;
  }[];
}

/** Present means the newest thing seen of them is not that they left. */
export function isPresent(attendee: Attendee): boolean {
  const last = attendee.presence.at(-1);
  return last?.kind === 'joined' || last?.kind === 'seen';
}

/** Only BBB's own join event says whether somebody is a bot; phone callers never are. */
function maybeBot({ kind, presence }: Attendee): boolean {
  return kind === 'web' && !presence.some((edge) => edge.kind === 'joined');
}

/** True when at least one person or session is known to be there. */
export function somebodyPresent(meeting: Meeting): boolean {
  for (const attendee of meeting.attendees.values()) if (isPresent(attendee)) return true;
  return (meeting.participantCount?.online ?? 0) > 0;
}

interface Session {
  readonly internalMeetingId: InternalMeetingId;
  readonly attendee: Attendee;
}

interface Chain {
  readonly open: Set<string>;
  arrival: Arrival | undefined;
  lastLeftAt: number;
  /** Ejected, and not seen since. */
  forfeited: boolean;
}

const UNSEEN: Arrival = { earliest: Number.NEGATIVE_INFINITY, latest: Number.POSITIVE_INFINITY };

/** With no session open: is this the old seat again, a new one, or is it not known which? */
function takeSeat(chain: Chain, edge: PresenceEdge & { kind: 'joined' | 'seen' }): Arrival {
  const earliest = edge.kind === 'seen' ? edge.notBefore : edge.at;
  if (chain.arrival === undefined) {
    // Who was ejected came back after that, whatever a list allows for.
    return { earliest: chain.forfeited ? Math.max(earliest, chain.lastLeftAt) : earliest, latest: edge.at };
  }
  if (edge.at - chain.lastLeftAt <= SEAT_KEPT_MS)
    return { ...chain.arrival, latest: Math.min(chain.arrival.latest, edge.at) };
  if (earliest - chain.lastLeftAt > SEAT_KEPT_MS) return { earliest, latest: edge.at };
  return { earliest: chain.arrival.earliest, latest: edge.at };
}

function enter(chain: Chain, session: string, edge: PresenceEdge & { kind: 'joined' | 'seen' }): void {
  if (chain.open.size === 0) chain.arrival = takeSeat(chain, edge);
  chain.open.add(session);
  chain.forfeited = false;
}

function exit(chain: Chain, session: string, edge: PresenceEdge): void {
  chain.open.delete(session);
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

type SessionEdge = { readonly session: string; readonly edge: PresenceEdge };

function seatOf(edges: readonly SessionEdge[]): Arrival | undefined {
  const chain: Chain = {
    open: new Set(),
    arrival: undefined,
    lastLeftAt: Number.NEGATIVE_INFINITY,
    forfeited: false,
  };
  const inOrder = edges.toSorted((a, b) => a.edge.at - b.edge.at || edgeRank(a.edge) - edgeRank(b.edge));
  for (const { session, edge } of inOrder) {
    if (edge.kind === 'joined' || edge.kind === 'seen') enter(chain, session, edge);
    else exit(chain, session, edge);
  }
  return chain.open.size > 0 ? chain.arrival : undefined;
}

/** Who was only found missing may have been removed, as early as can be: then coming back was arriving anew. */
function atWorst({ session, edge }: SessionEdge): SessionEdge {
  if (edge.kind !== 'left' || edge.notBefore === undefined) return { session, edge };
  return { session, edge: { kind: 'ejected', at: edge.notBefore } };
}

/** When the seat that these sessions hold together was taken; undefined when none of them is present. */
export function seatTakenAt(sessions: readonly Session[]): Arrival | undefined {
  const edges = sessions.flatMap(({ internalMeetingId, attendee }) =>
    attendee.presence.map((edge) => ({ session: `${internalMeetingId}/${attendee.internalUserId}`, edge })),
  );
  const seat = seatOf(edges);
  if (seat === undefined || !edges.some(({ edge }) => edge.kind === 'left' && edge.notBefore !== undefined))
    return seat;
  const worst = seatOf(edges.map(atWorst)) ?? seat;
  return {
    earliest: Math.min(seat.earliest, worst.earliest),
    latest: Math.max(seat.latest, worst.latest),
  };
}

/** On one instant: arriving, then leaving, then being ejected. Somebody who did all three is out. */
export function edgeRank(edge: PresenceEdge): number {
  return edge.kind === 'ejected' ? 2 : edge.kind === 'left' ? 1 : 0;
}

/** Who a session belongs to. In a breakout room the external id is `<internal user id in the parent>-<sequence>` (BBB builds it so). */
function identityOf(session: Session, parent: Meeting): { identity: string; known: boolean } {
  const { attendee, internalMeetingId } = session;
  if (attendee.kind === 'dial-in') return { identity: attendee.internalUserId, known: true };
  if (attendee.externalUserId === undefined) return { identity: `?${attendee.internalUserId}`, known: false };
  if (internalMeetingId === parent.internalMeetingId)
    return { identity: attendee.externalUserId, known: true };
  const inParent = attendee.externalUserId.replace(/-\d+$/, '') as InternalUserId;
  const external = parent.attendees.get(inParent)?.externalUserId;
  return external === undefined
    ? { identity: `?${inParent}`, known: false }
    : { identity: external, known: true };
}

/** The people of a meeting and its breakout rooms, each once, without bots; only those present, in the order they were first told of. */
export function presentPersons(meeting: Meeting, breakouts: readonly Meeting[]): readonly Person[] {
  const groups = new Map<string, { known: boolean; sessions: Session[] }>();
  for (const room of [meeting, ...breakouts]) {
    if (room.ended !== undefined) continue;
    for (const attendee of room.attendees.values()) {
      if (attendee.bot) continue;
      const session = { internalMeetingId: room.internalMeetingId, attendee };
      const { identity, known } = identityOf(session, meeting);
      const group = groups.get(identity);
      if (group === undefined) groups.set(identity, { known, sessions: [session] });
      else group.sessions.push(session);
    }
  }
  const persons: Person[] = [];
  for (const [identity, { known, sessions }] of groups) {
    const arrival = seatTakenAt(sessions);
    if (arrival === undefined) continue;
    const present = sessions.filter(({ attendee }) => isPresent(attendee));
    persons.push({
      identity,
      known,
      arrival,
      order: persons.length,
      moderator: present.some(({ attendee }) => attendee.role === 'MODERATOR'),
      dialIn: present.every(({ attendee }) => attendee.kind === 'dial-in'),
      maybeBot: sessions.every(({ attendee }) => maybeBot(attendee)),
      sessions: present.map(({ internalMeetingId, attendee }) => ({
        internalMeetingId,
        internalUserId: attendee.internalUserId,
      })),
    });
  }
  return persons;
}

/**
 * Did `a` certainly take the seat before `b`? BBB's stamps are whole milliseconds: of two on the same one, who was told of first came
 * first, which is the order of `presentPersons`.
 */
export function cameBefore(a: Person, b: Person): boolean {
  if (a.arrival.latest !== b.arrival.earliest) return a.arrival.latest < b.arrival.earliest;
  const exact = a.arrival.earliest === a.arrival.latest && b.arrival.earliest === b.arrival.latest;
  return !exact || a.order < b.order;
}
