/** Who is in a meeting as people, not sessions, and in which order they certainly came; decides nothing. */
import { isArriving, isCertainlyPresent, isPresent } from './evidence';
import type { Attendee, InternalMeetingId, InternalUserId, Meeting } from './meeting';
import { type Arrival, type Session, seatTakenAt } from './seat';

export interface Person {
  /** The external user id, or the internal one of a phone caller. */
  readonly identity: string;
  /** False when it is not known who this is: then neither counted against others nor ever removed. */
  readonly known: boolean;
  /** Of somebody unknown: who it may be; undefined: anybody. */
  readonly mayBe: ReadonlySet<string> | undefined;
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

/** Only BBB's own join event shows whether somebody is a bot; phone callers never are. */
function maybeBot({ kind, presence }: Attendee): boolean {
  return kind === 'web' && !presence.some((edge) => edge.kind === 'joined');
}

/** True when at least one person or session is known to be there. */
export function somebodyPresent(meeting: Meeting): boolean {
  for (const attendee of meeting.attendees.values()) if (isPresent(attendee)) return true;
  return (meeting.webList?.online ?? 0) > 0;
}

/** In a breakout room the external id is `<internal user id in the parent>-<sequence>` (BBB builds it so). */
function parentIdOf(externalUserId: string): InternalUserId {
  return externalUserId.replace(/-\d+$/, '') as InternalUserId;
}

/** The external ids that a session may have. */
function externalIdsOf({ externalUserId, unmatched }: Attendee): readonly string[] {
  return externalUserId === undefined ? (unmatched?.accounts ?? []) : [externalUserId];
}

/** The accounts that a session in a browser may belong to; undefined: anybody's, as far as is seen. */
function accountsOf({ room, attendee }: Session, parent: Meeting): ReadonlySet<string> | undefined {
  const accounts = new Set<string>();
  for (const id of externalIdsOf(attendee)) {
    const account = room === parent ? id : parent.attendees.get(parentIdOf(id))?.externalUserId;
    if (account === undefined) return undefined;
    accounts.add(account);
  }
  return accounts.size === 0 ? undefined : accounts;
}

/** Who a session belongs to. */
function identityOf(session: Session, parent: Meeting): { identity: string; known: boolean } {
  const { room, attendee } = session;
  if (attendee.kind === 'dial-in') return { identity: attendee.internalUserId, known: true };
  if (room === parent && attendee.externalUserId !== undefined)
    return { identity: attendee.externalUserId, known: true };
  const accounts = accountsOf(session, parent);
  const [account] = accounts ?? [];
  if (accounts?.size === 1 && account !== undefined) return { identity: account, known: true };
  const id = room === parent ? undefined : attendee.externalUserId;
  return { identity: `?${id === undefined ? attendee.internalUserId : parentIdOf(id)}`, known: false };
}

/** Who somebody unknown may be, by all of their sessions that are there. */
function mayBeOf(present: readonly Session[], parent: Meeting): ReadonlySet<string> | undefined {
  const accounts = new Set<string>();
  for (const session of present) {
    const some = accountsOf(session, parent);
    if (some === undefined) return undefined;
    for (const account of some) accounts.add(account);
  }
  return accounts;
}

/** The sessions of each person, ever seen in the meeting or a breakout room of it, one that ended for certain included, by identity in the order they were first seen. */
export function sessionsByPerson(
  meeting: Meeting,
  breakouts: readonly Meeting[],
): ReadonlyMap<string, { readonly known: boolean; readonly sessions: readonly Session[] }> {
  const groups = new Map<string, { known: boolean; sessions: Session[] }>();
  for (const room of [meeting, ...breakouts]) {
    // Of a room that ended for certain it remains who was there until then.
    if (room.ended?.certain === false) continue;
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

/** In the main room, or in a breakout room with that role in the main room: in a breakout room everybody is one. */
function isModerator({ room, attendee }: Session, meeting: Meeting): boolean {
  if (room === meeting) return attendee.role === 'MODERATOR';
  return externalIdsOf(attendee).some((id) => meeting.attendees.get(parentIdOf(id))?.role === 'MODERATOR');
}

/** The people of a meeting and its breakout rooms, each once, without bots; only those present, in the order they were first seen. */
export function presentPersons(meeting: Meeting, breakouts: readonly Meeting[]): readonly Person[] {
  const persons: Person[] = [];
  for (const [identity, { known, sessions: ever }] of sessionsByPerson(meeting, breakouts)) {
    const sessions = ever.filter(({ attendee }) => !attendee.bot);
    const arrival = seatTakenAt(sessions);
    if (arrival === undefined) continue;
    const present = sessions.filter(({ attendee }) => isPresent(attendee));
    const inBbb = sessions.filter(({ attendee }) => isInBbb(attendee));
    persons.push({
      identity,
      known,
      mayBe: known ? undefined : mayBeOf(present, meeting),
      certain: present.some(({ room, attendee }) => isCertainlyPresent(attendee, room)),
      arrival,
      order: persons.length,
      moderator: inBbb.some((session) => isModerator(session, meeting)),
      dialIn: present.every(({ attendee }) => attendee.kind === 'dial-in'),
      maybeBot: sessions.every(({ attendee }) => maybeBot(attendee)),
      sessions: inBbb.map(({ room, attendee }) => ({
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
