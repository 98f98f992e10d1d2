/** Reconciles the attendees with BBB's two lists: internal ids on one side, external ids on the other. */

import { SECOND_MS } from './duration';
import type { AnalyticsSnapshot, MeetingSnapshot } from './events';
import { isCertainlyPresent, isConclusive, isPresent } from './evidence';
import type { AkkaList, Attendee, InternalUserId, Meeting, WebList } from './meeting';
import { unknownAttendee, withEdge, withRole } from './presence';

/** Events overtake lists by this much at the most. */
const LIST_MARGIN_MS = 5 * SECOND_MS;
/** A disconnected user stays in akka-apps' list for up to 20 s (MeetingActorAudit); listed later than this, they are really back. */
const LISTED_AFTER_LEAVING_MS = 40 * SECOND_MS;
/** bbb-web lists people up to 60 s after they left (usersTimeout); the rest is margin. */
const LISTED_EXTERNALLY_MS = 90 * SECOND_MS;

type Attendees = Map<InternalUserId, Attendee>;

function lastEdgeAt(attendee: Attendee): number {
  return attendee.presence.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
}

/** Marks as gone whoever was there well before the list was made and is not in it. Errs towards fewer people, which punishes nobody. */
function dropUnlisted(attendees: Attendees, at: number, isListed: (attendee: Attendee) => boolean): void {
  for (const attendee of attendees.values()) {
    const notBefore = lastEdgeAt(attendee);
    if (!isPresent(attendee) || isListed(attendee) || notBefore >= at - LIST_MARGIN_MS) continue;
    attendees.set(attendee.internalUserId, withEdge(attendee, { kind: 'left', at, by: 'list', notBefore }));
  }
}

/** Is it worth keeping that this list names the session? A list that only repeats what is known would be written down for everybody. */
function isNews(attendee: Attendee, list: AnalyticsSnapshot, meeting: Meeting): boolean {
  if (attendee.presence.length === 0) return true;
  if (!isPresent(attendee)) return lastEdgeAt(attendee) < list.at - LISTED_AFTER_LEAVING_MS;
  return isConclusive(list.at, meeting) && !isCertainlyPresent(attendee, meeting);
}

/** Internal ids from akka-apps: adds whom no event told of, drops whom it no longer has. */
export function withAnalytics(
  meeting: Meeting,
  list: AnalyticsSnapshot,
): ReadonlyMap<InternalUserId, Attendee> {
  const attendees: Attendees = new Map(meeting.attendees);
  const notBefore = Math.min(meeting.rosterAt ?? meeting.startedAt ?? 0, list.until - 1);
  const sight = { kind: 'seen', at: list.until, by: 'list', notBefore, madeAt: list.at } as const;
  for (const user of list.users) {
    const known = attendees.get(user.internalUserId);
    const before = known ?? unknownAttendee(user.internalUserId);
    const seen = isNews(before, list, meeting) ? withEdge(before, sight) : before;
    const isUnmatched =
      seen.kind === 'web' && seen.externalUserId === undefined && seen.unmatchedName === undefined;
    const named = isUnmatched ? { ...seen, unmatchedName: user.fullName } : seen;
    // A list that repeats what is known is no news: it would be written down for everybody every 30 seconds.
    const told = named.role === user.role ? named : withRole(named, user.role, list.at);
    if (told !== known) attendees.set(user.internalUserId, told);
  }
  const listed = new Set(list.users.map((user) => user.internalUserId));
  dropUnlisted(attendees, list.at, (attendee) => listed.has(attendee.internalUserId));
  return attendees;
}

type Listed = MeetingSnapshot['attendees'][number];

function personKey(fullName: string, role: string): string {
  return `${role}/${fullName}`;
}

/** What of BBB's list of accounts is not explained by the sessions already known, by name and role. */
function unexplained(attendees: Attendees, list: MeetingSnapshot): Map<string, string[]> {
  const explained = new Map<string, number>();
  for (const attendee of attendees.values()) {
    const recent = isPresent(attendee) || lastEdgeAt(attendee) > list.at - LISTED_EXTERNALLY_MS;
    if (attendee.externalUserId === undefined || !recent) continue;
    explained.set(attendee.externalUserId, (explained.get(attendee.externalUserId) ?? 0) + 1);
  }
  const rest = new Map<string, string[]>();
  const add = (entry: Listed): void => {
    const known = explained.get(entry.externalUserId) ?? 0;
    if (known > 0) explained.set(entry.externalUserId, known - 1);
    else
      rest.set(personKey(entry.fullName, entry.role), [
        ...(rest.get(personKey(entry.fullName, entry.role)) ?? []),
        entry.externalUserId,
      ]);
  };
  for (const entry of list.attendees) if (!entry.dialIn) add(entry);
  return rest;
}

/** Which of these attendees the list names. */
export function akkaListOf(
  attendees: ReadonlyMap<InternalUserId, Attendee>,
  { at, users }: AnalyticsSnapshot,
): AkkaList {
  const sessions = new Set<InternalUserId>();
  for (const { internalUserId } of users) {
    // The attendee's own id: a string cut out of the list would keep all of it in memory.
    const id = attendees.get(internalUserId)?.internalUserId;
    if (id !== undefined) sessions.add(id);
  }
  return { at, sessions };
}

/** Which of these attendees' accounts bbb-web's list names; it lists a phone caller under the internal id. */
export function webListOf(
  attendees: ReadonlyMap<InternalUserId, Attendee>,
  { at, online, attendees: listed }: MeetingSnapshot,
): WebList {
  const named = new Set(listed.map(({ externalUserId }) => externalUserId));
  const accounts = new Set<string>();
  for (const { kind, internalUserId, externalUserId } of attendees.values()) {
    const account = kind === 'dial-in' ? internalUserId : externalUserId;
    if (account !== undefined && named.has(account)) accounts.add(account);
  }
  return { at, online, accounts };
}

/**
 * External ids from bbb-web: names the sessions that only an internal list told of. Who is gone is for akka-apps to say: bbb-web drops
 * people who are there when its own map is full (`MeetingService.userJoined`), and whoever is dropped by mistake loses the place.
 */
export function withMeetingList(
  meeting: Meeting,
  list: MeetingSnapshot,
): ReadonlyMap<InternalUserId, Attendee> {
  const unmatched = [...meeting.attendees.values()].filter((each) => each.unmatchedName !== undefined);
  if (unmatched.length === 0) return meeting.attendees;
  const attendees: Attendees = new Map(meeting.attendees);
  const rest = unexplained(attendees, list);
  for (const attendee of unmatched) {
    const accounts = new Set(rest.get(personKey(attendee.unmatchedName ?? '', attendee.role)));
    const [account] = accounts;
    // Where name and role leave a choice, nobody is guessed.
    if (accounts.size !== 1 || account === undefined) continue;
    attendees.set(attendee.internalUserId, {
      ...attendee,
      externalUserId: account,
      unmatchedName: undefined,
    });
  }
  return attendees;
}
