/**
 * Who may be removed, in the plainest words and from nothing but what was received. Slow, keeps everything, and shares no code with the
 * service:
 *
 * - somebody counts against another if the bus reported them and has been whole since, or if akka-apps' list, made after the last gap, names
 *   them, and nothing newer reports that they left or are flagged. For 20 s after a gap that list may still name a tab closed in it.
 * - a person is removed only if they came last among certain arrivals and a list of BBB's from after their arrival names them; if BBB's lists
 *   cannot be had, a whole bus is enough after asking.
 * - only remembered, only by webhook, only in bbb-web's list, in the lobby, or of unknown account: counts against nobody.
 */
import type { UnknownOwnerRule } from '../../../../sidecar/core/config';
import type { MeetingEvent } from '../../../../sidecar/core/events';
import type { InternalMeetingId, InternalUserId, Role } from '../../../../sidecar/core/meeting';
import { MEETING } from '../../../support/builders';

const SECOND = 1_000;
const TAB_LINGERS_MS = 20 * SECOND;
const SEAT_KEPT_MS = 60 * SECOND;

/** Since when a person has the seat; not exact: nobody saw them come. */
interface Seat {
  readonly since: number;
  readonly isExact: boolean;
}

/** One statement about one session. */
interface Report {
  readonly meeting: InternalMeetingId;
  readonly session: InternalUserId;
  readonly at: number;
  readonly via: 'bus' | 'webhook';
  /** `back`: the connection returned, so the arrival was earlier. */
  readonly presence: 'joined' | 'back' | 'out' | 'ejected';
}

const isIn = ({ presence }: Report): boolean => presence === 'joined' || presence === 'back';

interface AkkaList {
  readonly meeting: InternalMeetingId;
  readonly at: number;
  readonly until: number;
  readonly users: ReadonlyMap<InternalUserId, { readonly fullName: string; readonly role: Role }>;
}

interface WebList {
  readonly meeting: InternalMeetingId;
  readonly at: number;
  readonly attendees: readonly { readonly externalUserId: string; readonly fullName: string }[];
}

interface Gap {
  readonly meeting: InternalMeetingId;
  readonly until: number;
}

/** A person who is certainly there, with what is certain of the arrival. */
export interface Present {
  readonly person: string;
  readonly sessions: readonly { readonly meeting: InternalMeetingId; readonly session: InternalUserId }[];
  /** They have the seat at latest since then. */
  readonly cameBy: number;
  /** They have it no longer than since then: when the bus reported the arrival, else a list without them. */
  readonly cameAt: number;
}

export interface Verdict {
  readonly person: string | undefined;
  readonly problems: readonly string[];
}

export interface Model {
  receive(event: MeetingEvent): void;
  /** The service starts anew: what it received is gone. */
  restart(): void;
  present(): readonly Present[];
  judge(
    sessions: readonly {
      readonly internalMeetingId: InternalMeetingId;
      readonly internalUserId: InternalUserId;
    }[],
  ): Verdict;
}

export interface ModelOptions {
  readonly max: number;
  readonly owner: string | undefined;
  /** Who keeps their seat while the owner is unknown. */
  readonly unknownOwner: UnknownOwnerRule;
}

export function createModel({ max, owner, unknownOwner }: ModelOptions): Model {
  let reports: Report[] = [];
  let akkaLists: AkkaList[] = [];
  let webLists: WebList[] = [];
  let unanswered: { readonly meeting: InternalMeetingId; readonly at: number }[] = [];
  let gaps: Gap[] = [];
  let remembered: {
    readonly session: InternalUserId;
    readonly joinedAt: number;
    readonly leftAt: number | undefined;
    readonly ejected: boolean;
    /** The bus reported the arrival; else it was only found. */
    readonly isExact: boolean;
    readonly notBefore: number;
  }[] = [];
  let externalIds = new Map<InternalUserId, string>();
  let bots = new Set<InternalUserId>();
  let roles = new Map<InternalUserId, { readonly role: Role; readonly at: number }>();
  let ended = new Set<InternalMeetingId>();

  function restart(): void {
    reports = [];
    akkaLists = [];
    webLists = [];
    unanswered = [];
    gaps = [];
    remembered = [];
    externalIds = new Map();
    bots = new Set();
    roles = new Map();
    ended = new Set();
  }

  function setRole(session: InternalUserId, role: Role, at: number): void {
    if ((roles.get(session)?.at ?? Number.NEGATIVE_INFINITY) <= at) roles.set(session, { role, at });
  }

  function receive(event: MeetingEvent): void {
    const { internalMeetingId: meeting, at } = event;
    const report = (session: InternalUserId, via: 'bus' | 'webhook', presence: Report['presence']): void =>
      void reports.push({ meeting, session, at, via, presence });
    switch (event.type) {
      case 'user-joined':
        externalIds.set(event.internalUserId, event.externalUserId);
        if (event.bot) bots.add(event.internalUserId);
        setRole(event.internalUserId, event.role, at);
        report(event.internalUserId, event.via, 'joined');
        break;
      case 'dial-in-joined':
        report(event.internalUserId, event.via, 'joined');
        break;
      case 'user-left':
        report(event.internalUserId, event.via, event.ejected ? 'ejected' : 'out');
        break;
      case 'user-left-flag-updated':
        report(event.internalUserId, event.via, event.left ? 'out' : 'back');
        break;
      case 'user-role-changed':
        setRole(event.internalUserId, event.role, at);
        break;
      case 'analytics-snapshot': {
        const users = new Map(event.users.map((user) => [user.internalUserId, user]));
        akkaLists.push({ meeting, at, until: event.until, users });
        for (const user of event.users) setRole(user.internalUserId, user.role, at);
        break;
      }
      case 'meeting-snapshot':
        webLists.push({ meeting, at, attendees: event.attendees });
        break;
      case 'meeting-unanswered':
        unanswered.push({ meeting, at });
        break;
      case 'bus-interrupted':
        // A later word on the same interruption, its end, replaces the first.
        gaps = gaps.filter((gap) => gap.meeting !== meeting || Number.isFinite(gap.until));
        gaps.push({ meeting, until: event.until ?? Number.POSITIVE_INFINITY });
        break;
      case 'meeting-remembered':
        for (const row of event.attendees) {
          if (row.externalUserId !== undefined && !externalIds.has(row.internalUserId))
            externalIds.set(row.internalUserId, row.externalUserId);
          if (row.bot) bots.add(row.internalUserId);
          setRole(row.internalUserId, row.role, row.joinedAt);
          remembered.push({
            session: row.internalUserId,
            joinedAt: row.joinedAt,
            leftAt: row.leftAt,
            ejected: row.ejected,
            isExact: row.notBefore === undefined,
            notBefore: row.notBefore ?? row.joinedAt,
          });
        }
        break;
      case 'meeting-ended':
      case 'meeting-missing':
        ended.add(meeting);
        break;
      default:
    }
  }

  /** Nothing before this moment was certainly received. */
  function gapEnd(meeting: InternalMeetingId): number {
    return Math.max(
      Number.NEGATIVE_INFINITY,
      ...gaps.filter((gap) => gap.meeting === meeting).map(({ until }) => until),
    );
  }

  /** The account that one of bbb-web's lists gives to that name, if it has but one. */
  function accountByName(session: InternalUserId, meeting: InternalMeetingId): string | undefined {
    const names = new Set(
      akkaLists.flatMap((list) =>
        list.meeting === meeting ? (list.users.get(session)?.fullName ?? []) : [],
      ),
    );
    for (const { meeting: where, attendees } of webLists.toReversed()) {
      if (where !== meeting) continue;
      const accounts = new Set(
        attendees.filter(({ fullName }) => names.has(fullName)).map(({ externalUserId }) => externalUserId),
      );
      if (accounts.size === 1) return [...accounts][0];
    }
    return undefined;
  }

  /** The session in the parent that a room's session belongs to, `<session>-<number of the room>`. */
  function parentSessionOf(session: InternalUserId, meeting: InternalMeetingId): InternalUserId | undefined {
    const external = externalIds.get(session) ?? accountByName(session, meeting);
    return external?.replace(/-\d+$/, '') as InternalUserId | undefined;
  }

  function personOf(session: InternalUserId, meeting: InternalMeetingId): string | undefined {
    if (session.startsWith('v_')) return session;
    if (meeting === MEETING) return externalIds.get(session) ?? accountByName(session, MEETING);
    const parentSession = parentSessionOf(session, meeting);
    return parentSession === undefined ? undefined : personOf(parentSession, MEETING);
  }

  function sessionsOf(meeting: InternalMeetingId): Set<InternalUserId> {
    return new Set([
      ...reports.filter((each) => each.meeting === meeting).map(({ session }) => session),
      ...akkaLists.filter((each) => each.meeting === meeting).flatMap(({ users }) => [...users.keys()]),
    ]);
  }

  /** By the bus alone, in the order in which it came; equal moments keep that order. */
  function busReports(session: InternalUserId, since: number): readonly Report[] {
    return reports
      .filter((each) => each.session === session && each.via === 'bus' && each.at > since)
      .toSorted((a, b) => a.at - b.at);
  }

  function isCertainlyThere(session: InternalUserId, meeting: InternalMeetingId): boolean {
    const gap = gapEnd(meeting);
    const last = busReports(session, gap).at(-1);
    const leftByWebhook = reports.filter(
      (each) => each.session === session && each.via === 'webhook' && !isIn(each),
    );
    if (last !== undefined && !isIn(last)) return false;
    const listedAt = akkaLists
      .filter((each) => each.meeting === meeting && each.users.has(session))
      .map(({ at }) => at)
      .filter((at) => at >= gap + TAB_LINGERS_MS);
    const positive = Math.max(last?.at ?? Number.NEGATIVE_INFINITY, ...listedAt);
    return Number.isFinite(positive) && !leftByWebhook.some(({ at }) => at > positive);
  }

  /** When the person of these sessions took the seat, by arrivals that the bus reported, before the gap or a restart too. */
  function seatSince(sessions: ReadonlySet<InternalUserId>, gap: number): Seat | undefined {
    type Edge = Pick<Report, 'at' | 'session' | 'presence'>;
    const rows = remembered
      .filter((row) => sessions.has(row.session) && row.isExact)
      .flatMap(({ session, joinedAt, leftAt, ejected }): Edge[] => [
        { at: joinedAt, session, presence: 'joined' },
        ...(leftAt === undefined
          ? []
          : [{ at: leftAt, session, presence: ejected ? ('ejected' as const) : ('out' as const) }]),
      ]);
    const reported = reports.filter((each) => sessions.has(each.session) && each.via === 'bus');
    const older = [...sessions]
      .filter((session) => isOlderThanGap(session, gap))
      .map((session): Edge => ({ at: firstSightOf([session], gap), session, presence: 'back' }));
    const edges: Edge[] = [...rows, ...reported, ...older]
      .map((each, order) => ({ ...each, order }))
      .sort((x, y) => x.at - y.at || x.order - y.order);
    const open = new Set<InternalUserId>();
    let since: number | undefined;
    let isExact = false;
    let absentSince: number | undefined;
    for (const { at, session, presence } of edges) {
      if (presence === 'joined' || presence === 'back') {
        const isLost = absentSince !== undefined && at - absentSince > SEAT_KEPT_MS;
        if (open.size === 0 && (since === undefined || isLost)) {
          since = at;
          isExact = presence === 'joined';
        }
        open.add(session);
        absentSince = undefined;
      } else {
        open.delete(session);
        if (open.size > 0) continue;
        // The minute counts from the last report: a flag, then the leave 10 to 20 s later.
        absentSince = at;
        if (presence === 'ejected') since = undefined;
      }
    }
    return since === undefined ? undefined : { since, isExact };
  }

  /** The bus reported no arrival of that session since the gap: they were there before. */
  function isOlderThanGap(session: InternalUserId, gap: number): boolean {
    const first = busReports(session, gap)[0];
    if (first !== undefined) return first.presence !== 'joined';
    return akkaLists.some(({ at, users }) => users.has(session) && at >= gap + TAB_LINGERS_MS);
  }

  function meetingsHere(): InternalMeetingId[] {
    const all = new Set<InternalMeetingId>([
      MEETING,
      ...reports.map((each) => each.meeting),
      ...akkaLists.map((each) => each.meeting),
    ]);
    return [...all].filter((meeting) => !ended.has(meeting));
  }

  function present(): readonly Present[] {
    const people = new Map<
      string,
      { readonly meeting: InternalMeetingId; readonly session: InternalUserId }[]
    >();
    const everybody = new Map<string, Set<InternalUserId>>();
    for (const meeting of meetingsHere()) {
      for (const session of sessionsOf(meeting)) {
        if (bots.has(session)) continue;
        const person = personOf(session, meeting);
        if (person === undefined) continue;
        everybody.set(person, (everybody.get(person) ?? new Set()).add(session));
        if (isCertainlyThere(session, meeting))
          people.set(person, [...(people.get(person) ?? []), { meeting, session }]);
      }
    }
    for (const { session } of remembered) {
      const person = personOf(session, MEETING);
      if (person !== undefined) everybody.set(person, (everybody.get(person) ?? new Set()).add(session));
    }
    const gap = Math.max(...meetingsHere().map(gapEnd));
    return [...people].map(([person, sessions]) => {
      const all = everybody.get(person) ?? new Set<InternalUserId>();
      const seat = seatSince(all, gap);
      const ids = sessions.map(({ session }) => session);
      return {
        person,
        sessions,
        cameBy: seat?.since ?? Number.POSITIVE_INFINITY,
        cameAt: seat?.isExact === true ? seat.since : listedAfter(ids),
      };
    });
  }

  /** Who was there and not reported came before the gap's end; without a gap, before the first list that names them. */
  function firstSightOf(sessions: readonly InternalUserId[], gap: number): number {
    if (Number.isFinite(gap)) return gap;
    const lists = akkaLists.filter(({ users }) => sessions.some((session) => users.has(session)));
    return Math.min(Number.POSITIVE_INFINITY, ...lists.map(({ until }) => until));
  }

  /** Nobody saw them come, but akka-apps' lists up to this moment did not have them. */
  function listedAfter(sessions: readonly InternalUserId[]): number {
    const without = akkaLists
      .filter(({ meeting }) => meeting === MEETING)
      .filter(({ users }) => !sessions.some((session) => users.has(session)))
      .map(({ at }) => at);
    const rows = remembered.filter(({ session }) => sessions.includes(session));
    return Math.max(Number.NEGATIVE_INFINITY, ...without, ...rows.map(({ notBefore }) => notBefore));
  }

  function isNamedAfterwards(candidate: Present, cameAt: number): boolean {
    const ids = new Set(candidate.sessions.map(({ session }) => session));
    const byAkka = akkaLists.some(
      (list) => list.until >= cameAt && [...ids].some((id) => list.users.has(id)),
    );
    const names = new Set([candidate.person, ...[...ids].map((id) => externalIds.get(id) ?? id)]);
    const byWeb = webLists.some(
      ({ at, attendees }) =>
        at >= cameAt && attendees.some(({ externalUserId }) => names.has(externalUserId)),
    );
    const wasRefused = unanswered.some(({ at }) => at >= cameAt);
    const isWhole = meetingsHere().every((meeting) => gapEnd(meeting) < cameAt);
    return byAkka || byWeb || (wasRefused && isWhole);
  }

  function judge(
    sessions: readonly {
      readonly internalMeetingId: InternalMeetingId;
      readonly internalUserId: InternalUserId;
    }[],
  ): Verdict {
    const problems: string[] = [];
    const persons = new Set(sessions.map((each) => personOf(each.internalUserId, each.internalMeetingId)));
    const [person] = persons;
    if (persons.size !== 1 || person === undefined)
      return { person, problems: ['the sessions are not those of one known person'] };
    if (person === owner) problems.push('the owner');
    const all = present();
    const candidate = all.find((each) => each.person === person);
    if (candidate === undefined) return { person, problems: [...problems, 'not certainly there'] };
    if (owner === undefined && mayBeOwner(candidate, all)) problems.push('may be the owner, who is unknown');
    const { cameAt } = candidate;
    const before = all.filter(
      (each) =>
        each.person !== person && (each.person === owner || each.cameBy < cameAt || each.cameAt === cameAt),
    );
    if (before.length < max) problems.push(`only ${before.length} certainly came before`);
    if (!isNamedAfterwards(candidate, cameAt)) problems.push('no list from after the arrival names them');
    for (const { meeting, session } of candidate.sessions) {
      if (!sessions.some((each) => each.internalUserId === session && each.internalMeetingId === meeting))
        problems.push(`the session ${session} is left behind`);
    }
    return { person, problems };
  }

  function mayBeOwner(candidate: Present, all: readonly Present[]): boolean {
    if (unknownOwner === 'protect-nobody' || !isModerator(candidate)) return false;
    if (unknownOwner === 'protect-moderators') return true;
    const { cameAt } = candidate;
    return !all.some((each) => each !== candidate && isModerator(each) && each.cameBy <= cameAt);
  }

  /** In rooms everybody is a moderator: the role in the parent meeting counts. */
  function isModerator(candidate: Present): boolean {
    return candidate.sessions.some(({ meeting, session }) => {
      const inParent = meeting === MEETING ? session : parentSessionOf(session, meeting);
      return inParent !== undefined && roles.get(inParent)?.role === 'MODERATOR';
    });
  }

  return { receive, restart, present, judge };
}
