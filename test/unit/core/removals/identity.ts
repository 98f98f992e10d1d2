/** Whose a session is, by what was received. */
import type { InternalUserId } from '../../../../sidecar/core/meeting';
import { MEETING } from '../../../support/builders';
import type { Received, SessionRecord } from './received';

/** The list has no more entries of the account than sessions of it were reported by then that had not left: none of them is another one's. */
function isExplained(account: string, entries: number, at: number, received: Received): boolean {
  const own = received.sessions().filter((session) => {
    const last = session.bus.findLast((report) => report.at <= at);
    return session.account === account && last !== undefined && !['left', 'ejected'].includes(last.kind);
  });
  return entries <= own.length;
}

/** The only account that one of bbb-web's lists has for that name and role; the newest list first. The list may lack others of that name. */
function accountByName({ id, meeting, role }: SessionRecord, received: Received): string | undefined {
  const names = new Set(received.akkaLists(meeting).map(({ users }) => users.get(id)?.fullName));
  for (const { at, attendees } of received.webLists(meeting).toReversed()) {
    const entries =
      attendees?.filter((listed) => names.has(listed.fullName) && listed.role === role.role) ?? [];
    const [account, ...others] = new Set(entries.map(({ externalUserId }) => externalUserId));
    if (account !== undefined && others.length === 0 && !isExplained(account, entries.length, at, received))
      return account;
  }
  return undefined;
}

/** In a room the external user id is `<session in the parent>-<number of the room>`. */
export function parentSessionOf(record: SessionRecord, received: Received): SessionRecord | undefined {
  const external = record.account ?? accountByName(record, received);
  return external === undefined
    ? undefined
    : received.session(external.replace(/-\d+$/, '') as InternalUserId);
}

/** The account, or the session itself of somebody who calls; undefined: not known. */
export function identityOf(record: SessionRecord, received: Received): string | undefined {
  if (record.id.startsWith('v_')) return record.id;
  if (record.meeting === MEETING) return record.account ?? accountByName(record, received);
  const inParent = parentSessionOf(record, received);
  return inParent === undefined ? undefined : identityOf(inParent, received);
}

/** It may be anybody's. */
export function isUnknown(record: SessionRecord, received: Received): boolean {
  return !record.bot && identityOf(record, received) === undefined;
}

/** The sessions of the meeting and its rooms by person, without bots. */
export function sessionsByPerson(received: Received): ReadonlyMap<string, readonly SessionRecord[]> {
  const people = new Map<string, SessionRecord[]>();
  for (const record of received.sessions()) {
    if (record.bot) continue;
    const person = identityOf(record, received);
    if (person !== undefined) people.set(person, [...(people.get(person) ?? []), record]);
  }
  return people;
}
