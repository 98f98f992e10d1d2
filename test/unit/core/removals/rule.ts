/**
 * Who may be removed, as the rule is written, from nothing but what was received:
 *
 * - a person counts against another only if the bus reported them and has been whole since, or if akka-apps' list, made after the last gap,
 *   names them, and nothing newer reports that they left or are flagged;
 * - a person is removed only if they came last among certain arrivals and a list of BBB's from after their arrival names them; if BBB's
 *   lists cannot be had, a whole bus is enough after asking was tried;
 * - who is only remembered, only in webhooks, only in bbb-web's list, in the lobby, or of unknown account counts against nobody;
 * - the owner stays; where the owner is unknown, so does who may be the owner. Who goes, goes from every room.
 *
 * Shares no code with the service.
 */
import type { UnknownOwnerRule } from '../../../../sidecar/core/config';
import type { InternalUserId } from '../../../../sidecar/core/meeting';
import { MEETING } from '../../../support/builders';
import { identityOf, isUnknown, parentSessionOf, sessionsByPerson } from './identity';
import { presenceOf } from './presence';
import type { Received, SessionRecord } from './received';
import { type Person, personOf, SEAT_KEPT_MS } from './seat';

export interface RuleOptions {
  readonly max: number;
  readonly owner: string | undefined;
  /** Who keeps their seat while the owner is unknown. */
  readonly unknownOwner: UnknownOwnerRule;
}

export interface Rule {
  /** What speaks against removing these sessions; empty: nothing. */
  objections(sessions: readonly InternalUserId[], received: Received, now: number): readonly string[];
  /**
   * Who certainly has to go, with the seat, lists or not. Where somebody may be a bot, there is one more seat; while there is a session of an unknown account,
   * it may be an earlier one of theirs.
   */
  beyond(received: Received, now: number): readonly string[];
}

export function createRule({ max, owner, unknownOwner }: RuleOptions): Rule {
  function counted(received: Received, now: number): readonly Person[] {
    return [...sessionsByPerson(received)]
      .map(([id, sessions]) => personOf(id, sessions, received, now))
      .filter(({ present }) => present.length > 0);
  }

  function cameBefore(person: Person, persons: readonly Person[]): readonly Person[] {
    return persons.filter(
      (other) => other !== person && (other.id === owner || other.seat.latest <= person.seat.earliest),
    );
  }

  /** In rooms everybody is a moderator: the role in the parent meeting counts, of a lost connection too, which may return. */
  function isModerator({ sessions, present }: Person, received: Received): boolean {
    const lost = sessions.filter(({ bus, webhook }) => {
      const last = bus.at(-1);
      return last?.kind === 'flagged' && !webhook.some(({ kind, at }) => kind === 'left' && at > last.at);
    });
    return [...present, ...lost].some((session) => {
      const inParent = session.meeting === MEETING ? session : parentSessionOf(session, received);
      return inParent?.role.role === 'MODERATOR';
    });
  }

  function mayBeOwner(person: Person, persons: readonly Person[], received: Received): boolean {
    if (owner !== undefined) return person.id === owner;
    if (unknownOwner === 'protect-nobody' || !isModerator(person, received)) return false;
    if (unknownOwner === 'protect-moderators') return true;
    return !cameBefore(person, persons).some((other) => isModerator(other, received));
  }

  function isNamedByAkka({ sessions, seat }: Person, received: Received): boolean {
    return sessions.some(({ id, meeting }) =>
      received.akkaLists(meeting).some(({ at, users }) => at >= seat.latest && users.has(id)),
    );
  }

  function isNamedByWeb({ id, present, seat }: Person, received: Received): boolean {
    const lists = [MEETING, ...present.map(({ meeting }) => meeting)].flatMap(received.webLists);
    const names = new Set([id, ...present.map(({ account }) => account)]);
    return lists.some(
      ({ at, attendees }) =>
        at >= seat.latest && attendees?.some(({ externalUserId }) => names.has(externalUserId)) === true,
    );
  }

  function isRefused({ present, seat }: Person, received: Received): boolean {
    const isWhole = present.some(({ meeting }) =>
      received.gaps(meeting).every(({ to }) => to < seat.earliest),
    );
    const answers = received.webLists(MEETING);
    return isWhole && answers.some(({ at, attendees }) => at >= seat.earliest && attendees === undefined);
  }

  function objections(
    sessions: readonly InternalUserId[],
    received: Received,
    now: number,
  ): readonly string[] {
    const records = sessions.map(received.session).filter((record) => record !== undefined);
    const identities = new Set(records.map((record: SessionRecord) => identityOf(record, received)));
    const [id] = identities;
    if (records.length !== sessions.length || identities.size !== 1 || id === undefined)
      return ['the sessions are not those of one known person'];
    const persons = counted(received, now);
    const person = persons.find((each) => each.id === id);
    if (person === undefined) return ['not certainly there'];
    const found: string[] = [];
    if (mayBeOwner(person, persons, received)) found.push('the owner, or who may be');
    const before = cameBefore(person, persons).length;
    if (before < max) found.push(`only ${before} certainly came before`);
    const isNamed =
      isNamedByAkka(person, received) || isNamedByWeb(person, received) || isRefused(person, received);
    if (!isNamed) found.push('no list from after the arrival names them');
    for (const { id: session, account, webhook } of person.present) {
      const isPerhapsGone = webhook.some(({ kind }) => kind === 'left');
      if (account !== undefined && !sessions.includes(session) && !isPerhapsGone)
        found.push(`the session ${session} is left behind`);
    }
    return found;
  }

  function beyond(received: Received, now: number): readonly string[] {
    const persons = counted(received, now);
    if (persons.length <= max) return [];
    const unknown = received.sessions().filter((session) => isUnknown(session, received));
    const mayHaveBeenThere = ({ seat }: Person): boolean =>
      unknown.some((session) =>
        presenceOf(session, received, now).possible.some(({ to }) => to >= seat.earliest - SEAT_KEPT_MS),
      );
    const mayBeBot = ({ id, sessions }: Person): boolean =>
      !id.startsWith('v_') && !sessions.some(({ isJoinSeen }) => isJoinSeen);
    return persons
      .filter((person) => {
        const before = cameBefore(person, persons);
        const slack = [...before, person].some(mayBeBot) ? 1 : 0;
        return (
          before.length - slack >= max && !mayBeOwner(person, persons, received) && !mayHaveBeenThere(person)
        );
      })
      .map(({ id, seat }) => `${id}/${seat.earliest}`);
  }

  return { objections, beyond };
}
