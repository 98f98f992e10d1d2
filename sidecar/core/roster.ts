/** Reconciles the attendees with BBB's two lists: internal ids on one side, external ids on the other. */

import { SECOND_MS } from './duration';
import type { AnalyticsSnapshot, MeetingSnapshot } from './events';
import { isCertainlyPresent, isConclusive, isGone, isPresent, mayBeFull } from './evidence';
import type { AkkaList, Attendee, InternalUserId, Meeting, WebList } from './meeting';
import { identified, unknownAttendee, withEdge, withRole } from './presence';

/** Events overtake lists by this much at the most. */
const LIST_MARGIN_MS = 5 * SECOND_MS;
/** A disconnected user stays in akka-apps' list for up to 20 s (MeetingActorAudit); listed later than this, they are really back. */
const LISTED_AFTER_LEAVING_MS = 40 * SECOND_MS;
/** bbb-web lists people for 60 s after they left (`usersTimeout`), or a little longer. */
const LISTED_EXTERNALLY_MS = 60 * SECOND_MS;

type Attendees = Map<InternalUserId, Attendee>;

function lastEdgeAt(attendee: Attendee): number {
  return attendee.presence.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
}

/** Marks as gone whoever was there well before the list was made and is not in it. Errs towards fewer people, which punishes nobody. */
function dropUnlisted(
  attendees: Attendees,
  { at, until: notAfter }: AnalyticsSnapshot,
  isListed: (attendee: Attendee) => boolean,
): void {
  for (const attendee of attendees.values()) {
    const notBefore = lastEdgeAt(attendee);
    if (!isPresent(attendee) || isListed(attendee) || notBefore >= at - LIST_MARGIN_MS) continue;
    attendees.set(
      attendee.internalUserId,
      withEdge(attendee, { kind: 'left', at, by: 'list', notBefore, notAfter }),
    );
  }
}

/** Only webhooks reported them, and the list may have been made before the arrival that these reported. */
function mayShowEarlierStay({ presence }: Attendee, { at }: AnalyticsSnapshot): boolean {
  return presence.every(
    (edge) =>
      edge.kind === 'seen' && edge.by === 'webhook' && edge.notBefore !== undefined && at < edge.notBefore,
  );
}

/** Is it worth keeping that this list names the session? A list that only repeats what is known would be written down for everybody. */
function isNews(attendee: Attendee, list: AnalyticsSnapshot, meeting: Meeting): boolean {
  if (attendee.presence.length === 0) return true;
  if (!isPresent(attendee)) return lastEdgeAt(attendee) < list.at - LISTED_AFTER_LEAVING_MS;
  if (mayShowEarlierStay(attendee, list)) return true;
  return isConclusive(list.at, meeting) && !isCertainlyPresent(attendee, meeting);
}

/** Internal ids from akka-apps: adds sessions that no event reported, drops those it no longer has. */
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
      seen.kind === 'web' && seen.externalUserId === undefined && seen.unmatched === undefined;
    const named = isUnmatched ? { ...seen, unmatched: { name: user.fullName, accounts: [] } } : seen;
    // A list that repeats what is known is no news: it would be written down for everybody every 30 seconds.
    const updated = named.role === user.role ? named : withRole(named, user.role, list.at);
    if (updated !== known) attendees.set(user.internalUserId, updated);
  }
  const listed = new Set(list.users.map((user) => user.internalUserId));
  dropUnlisted(attendees, list, (attendee) => listed.has(attendee.internalUserId));
  return attendees;
}

type Listed = MeetingSnapshot['attendees'][number];

/** bbb-web's list has them, unless it is full. */
function hasToBeListed(attendee: Attendee, { at }: MeetingSnapshot): boolean {
  return isPresent(attendee) || lastEdgeAt(attendee) > at - LISTED_EXTERNALLY_MS;
}

/** A list that may leave others out may still have them: who is only missing from akka-apps' list may have left later than it shows. */
function mayBeListed({ presence }: Attendee, { at }: MeetingSnapshot): boolean {
  const last = presence.at(-1);
  if (last === undefined || !isGone(last)) return last !== undefined;
  return ((last.kind === 'left' ? last.notAfter : undefined) ?? last.at) > at - LISTED_EXTERNALLY_MS;
}

/** The entries of bbb-web's list, one a session, for which there is no session of that account that is in it, by `isListed`. */
function unexplained(
  attendees: ReadonlyMap<InternalUserId, Attendee>,
  list: MeetingSnapshot,
  isListed: (attendee: Attendee, list: MeetingSnapshot) => boolean,
): readonly Listed[] {
  const explained = new Map<string, number>();
  for (const attendee of attendees.values()) {
    if (attendee.externalUserId === undefined || !isListed(attendee, list)) continue;
    explained.set(attendee.externalUserId, (explained.get(attendee.externalUserId) ?? 0) + 1);
  }
  return list.attendees.filter(({ externalUserId, dialIn }) => {
    const left = explained.get(externalUserId) ?? 0;
    if (dialIn || left === 0) return !dialIn;
    explained.set(externalUserId, left - 1);
    return false;
  });
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
  list: MeetingSnapshot,
  before: WebList | undefined,
): WebList {
  const named = new Set(list.attendees.map(({ externalUserId }) => externalUserId));
  // An entry with the name of a session of unknown account may be that one, and the known session not be listed.
  const unmatched = new Set([...attendees.values()].map((attendee) => attendee.unmatched?.name));
  const open = list.attendees.filter(({ fullName }) => unmatched.has(fullName));
  const more = new Set(
    [...unexplained(attendees, list, hasToBeListed), ...open].map(({ externalUserId }) => externalUserId),
  );
  const accounts = new Set<string>();
  const unseen = new Set<string>();
  for (const { kind, internalUserId, externalUserId } of attendees.values()) {
    const account = kind === 'dial-in' ? internalUserId : externalUserId;
    if (account === undefined) continue;
    if (named.has(account)) accounts.add(account);
    if (more.has(account) || (before?.unseen.has(account) && named.has(account))) unseen.add(account);
  }
  const isUnbroken = before?.accounts !== undefined && list.at - before.at < LISTED_EXTERNALLY_MS;
  const unbrokenSince = isUnbroken ? before.unbrokenSince : list.at;
  return { at: list.at, online: list.online, accounts, unseen, unbrokenSince };
}

/**
 * External ids from bbb-web: names the sessions that only an internal list reported. Who is gone is for akka-apps to show: bbb-web drops
 * people who are there when its own map is full (`MeetingService.userJoined`), and a person dropped by mistake would lose the place. For the same
 * reason no account is found by elimination: one is given only where all entries of that name and role have it, and those that are no known
 * session's are as many as the sessions of that name. Else somebody of that name is missing.
 */
export function withMeetingList(
  meeting: Meeting,
  list: MeetingSnapshot,
): ReadonlyMap<InternalUserId, Attendee> {
  const unmatched = [...meeting.attendees.values()].flatMap((attendee) =>
    attendee.unmatched !== undefined && hasToBeListed(attendee, list)
      ? [{ attendee, role: attendee.role, name: attendee.unmatched.name }]
      : [],
  );
  if (unmatched.length === 0) return meeting.attendees;
  const attendees: Attendees = new Map(meeting.attendees);
  const entries = unexplained(meeting.attendees, list, mayBeFull(meeting) ? mayBeListed : hasToBeListed);
  for (const { attendee, role, name } of unmatched) {
    const isSame = (entry: Listed): boolean =>
      !entry.dialIn && entry.role === role && entry.fullName === name;
    const namesakes = unmatched.filter((each) => each.role === role && each.name === name);
    if (entries.filter(isSame).length < namesakes.length) continue;
    const accounts = [...new Set(list.attendees.filter(isSame).map(({ externalUserId }) => externalUserId))];
    const [account] = accounts;
    const isOnlyOne = account !== undefined && accounts.length === 1;
    attendees.set(
      attendee.internalUserId,
      isOnlyOne ? identified(attendee, account) : { ...attendee, unmatched: { name, accounts } },
    );
  }
  return attendees;
}
