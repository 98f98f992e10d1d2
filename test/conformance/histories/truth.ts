/** What truly happened in one meeting and its breakout rooms, from akka-apps' own events: judges each removal, and measures each excess. */

/** An event of the bus, as the driver heard it. Times are ms of one steady clock. */
export interface Event {
  readonly at: number;
  readonly name: string;
  readonly meetingId: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Removal {
  readonly person: string;
  readonly at: number;
  /** From the last join of this person to the removal. */
  readonly sinceJoinMs: number;
  /** From the moment in which at least `cap` others, all there before, were present beside this person. */
  readonly sinceExcessMs: number | undefined;
  /** Undefined: right. */
  readonly wrong: string | undefined;
}

export interface Excess {
  readonly person: string;
  readonly from: number;
  readonly to: number;
  readonly ended: 'removed' | 'place free' | 'still there';
  /** The longest that they were beyond even one place more, where somebody known from BBB's lists alone, who may be a bot, has that one. */
  readonly beyondOneMoreMs: number;
}

interface Session {
  readonly id: string;
  readonly person: string;
  /** Of a session in a room: the one in the meeting itself that it came from; else its own. */
  readonly mainId: string;
  flagged: boolean;
  joinedAt: number;
}

interface Stay {
  /** Order of arrival; a return within the minute keeps it. */
  order: number;
  /** Arrived while the service was down: the order among these cannot be known afterwards. */
  readonly unseen: boolean;
  joinedAt: number;
  leftAt: number | undefined;
  beyondSince: number | undefined;
  beyondOneMoreSince: number | undefined;
  beyondOneMoreMs: number;
  removedAt: number | undefined;
}

/** Who is back within a minute has the seat from before. */
const SEAT_KEPT_MS = 60_000;
/** A removal was decided at most so long before akka-apps carried it out. */
const DECIDED_WITHIN_MS = 500;
/** All sessions of a removed person go at once; akka-apps tells of them one by one. */
const SAME_REMOVAL_MS = 3_000;

function endBeyondOneMore(stay: Stay, at: number): void {
  if (stay.beyondOneMoreSince === undefined) return;
  stay.beyondOneMoreMs = Math.max(stay.beyondOneMoreMs, at - stay.beyondOneMoreSince);
  stay.beyondOneMoreSince = undefined;
}

export class Truth {
  readonly removals: Removal[] = [];
  readonly excesses: Excess[] = [];
  readonly log: string[] = [];
  private readonly sessions = new Map<string, Session>();
  private readonly stays = new Map<string, Stay>();
  /** Person by session id, for breakout accounts (`<session of the parent>-<sequence>`). */
  private readonly personOf = new Map<string, string>();
  /** Whose join the service received: no bots. */
  private readonly reported = new Set<string>();
  /** Sessions in the meeting itself with that role, those that are gone included. */
  private readonly moderators = new Set<string>();
  private readonly rightUntil = new Map<string, number>();
  private order = 0;
  peak = 0;
  private isServiceDown = false;

  readonly meetingId: string;
  readonly cap: number;
  private readonly rooms: () => ReadonlySet<string>;

  constructor(meetingId: string, cap: number, rooms: () => ReadonlySet<string>) {
    this.meetingId = meetingId;
    this.cap = cap;
    this.rooms = rooms;
  }

  hear(event: Event): void {
    const { meetingId, name } = event;
    if (meetingId !== this.meetingId && !this.rooms().has(meetingId)) return;
    const before = this.log.length;
    this.apply(event, name);
    if (this.log.length > before) this.look(event.at);
  }

  /** The service is killed, or receives the bus again. */
  serviceIsDown(isDown: boolean): void {
    this.isServiceDown = isDown;
  }

  /** Persons who are present, flagged sessions left out. */
  present(): string[] {
    const present = new Set<string>();
    for (const session of this.sessions.values()) if (!session.flagged) present.add(session.person);
    return [...present];
  }

  /** Whoever is beyond the cap now, as far as somebody who was away can know. */
  beyond(): string[] {
    return this.present().filter((person) => this.isKnowablyBeyond(person));
  }

  /** Whoever is beyond it even with one place more for somebody who may be a bot. */
  beyondOneMore(): string[] {
    return this.present().filter((person) => this.isBeyondOneMore(person));
  }

  /** The meeting is over: an excess that still stands is noted. */
  close(at: number): void {
    for (const [person, stay] of this.stays) this.endExcess(person, stay, at, 'still there');
  }

  private apply(event: Event, name: string): void {
    const { at, body, meetingId } = event;
    const id = String(body.intId ?? body.userId ?? '');
    switch (name) {
      case 'UserJoinedMeetingEvtMsg':
        this.joined(id, String(body.extId), body.role === 'MODERATOR', meetingId, at);
        break;
      case 'UserJoinedVoiceConfToClientEvtMsg':
        if (id.startsWith('v_')) this.joined(id, id, false, meetingId, at);
        break;
      case 'UserLeftFlagUpdatedEvtMsg': {
        const session = this.sessions.get(id);
        if (session === undefined) break;
        session.flagged = body.userLeftFlag === true;
        this.note(at, `${session.person} ${session.flagged ? 'flagged' : 'back'} (${id})`);
        if (session.flagged) this.maybeGone(session.person, at);
        else this.arrive(session.person, at);
        break;
      }
      case 'UserRoleChangedEvtMsg': {
        const session = this.sessions.get(id);
        if (session === undefined) break;
        if (body.role === 'MODERATOR') this.moderators.add(id);
        else this.moderators.delete(id);
        this.note(at, `${session.person} is ${String(body.role)}`);
        break;
      }
      case 'UserLeftMeetingEvtMsg':
        this.left(id, body, at);
        break;
      case 'UserLeftVoiceConfToClientEvtMsg':
        if (id.startsWith('v_')) this.left(id, {}, at);
        break;
      default:
    }
  }

  private joined(id: string, extId: string, moderator: boolean, meetingId: string, at: number): void {
    const main = meetingId === this.meetingId;
    const mainId = main ? id : extId.replace(/-\d+$/, '');
    const person = main ? extId : (this.personOf.get(mainId) ?? extId);
    if (main && moderator) this.moderators.add(id);
    this.personOf.set(id, person);
    if (!this.isServiceDown || id.startsWith('v_')) this.reported.add(person);
    this.sessions.set(id, { id, person, mainId, flagged: false, joinedAt: at });
    this.note(
      at,
      `${person} joined ${main ? '' : 'a room '}as ${moderator ? 'moderator' : 'viewer'} (${id})`,
    );
    this.arrive(person, at);
  }

  private arrive(person: string, at: number): void {
    const stay = this.stays.get(person);
    const keeps =
      stay !== undefined &&
      stay.removedAt === undefined &&
      (stay.leftAt === undefined || at - stay.leftAt < SEAT_KEPT_MS);
    if (keeps) {
      stay.leftAt = undefined;
      stay.joinedAt = at;
      return;
    }
    this.order += 1;
    this.stays.set(person, {
      order: this.order,
      unseen: this.isServiceDown,
      joinedAt: at,
      leftAt: undefined,
      beyondSince: undefined,
      beyondOneMoreSince: undefined,
      beyondOneMoreMs: 0,
      removedAt: undefined,
    });
  }

  private left(id: string, body: Readonly<Record<string, unknown>>, at: number): void {
    const session = this.sessions.get(id);
    if (session === undefined) return;
    const { person } = session;
    const byService = body.eject === true && body.reasonCode === 'system_requested_eject_reason';
    if (byService) this.judge(session, at);
    this.sessions.delete(id);
    this.note(at, `${person} ${byService ? 'REMOVED' : 'left'} (${id})`);
    const stay = this.stays.get(person);
    if (byService && stay !== undefined && !this.present().includes(person)) stay.removedAt = at;
    this.maybeGone(person, at);
  }

  private maybeGone(person: string, at: number): void {
    const stay = this.stays.get(person);
    if (stay !== undefined && !this.present().includes(person)) stay.leftAt = at;
  }

  private judge(session: Session, at: number): void {
    const { person } = session;
    const stay = this.stays.get(person);
    const previous = this.removals.findLast((removal) => removal.person === person);
    if (previous !== undefined && at - previous.at < SAME_REMOVAL_MS) return;
    const lastRight = this.rightUntil.get(person) ?? Number.NEGATIVE_INFINITY;
    const right = this.isBeyond(person) || at - lastRight <= DECIDED_WITHIN_MS;
    const before = this.before(person).length;
    this.removals.push({
      person,
      at,
      sinceJoinMs: at - (stay?.joinedAt ?? at),
      sinceExcessMs: stay?.beyondSince === undefined ? undefined : at - stay.beyondSince,
      wrong: right
        ? undefined
        : `${person} removed with ${before} of ${this.cap} places held by others who came before` +
          (this.isProtected(person) ? ', a moderator' : ''),
    });
  }

  /** Others who are present and came before. */
  private before(person: string): string[] {
    const order = this.stays.get(person)?.order ?? 0;
    return this.present().filter(
      (other) => other !== person && (this.stays.get(other)?.order ?? Number.POSITIVE_INFINITY) < order,
    );
  }

  /**
   * With an unknown owner, moderators of the main meeting keep their seats (`unknown_owner: protect-moderators`), in a room too: there everybody
   * is a moderator, and the role in the meeting counts, even when the tab there is closed.
   */
  private isProtected(person: string): boolean {
    return [...this.sessions.values()].some(
      (each) => each.person === person && this.moderators.has(each.mainId),
    );
  }

  private isBeyond(person: string): boolean {
    return !this.isProtected(person) && this.before(person).length >= this.cap;
  }

  private isKnowablyBeyond(person: string): boolean {
    return !this.isProtected(person) && this.knowablyBefore(person).length >= this.cap;
  }

  /** BBB's lists do not distinguish bots from people: one of those known from them alone may have a place more. */
  private isBeyondOneMore(person: string): boolean {
    if (this.isProtected(person)) return false;
    const before = this.knowablyBefore(person);
    const more = [...before, person].some((each) => !this.reported.has(each)) ? 1 : 0;
    return before.length >= this.cap + more;
  }

  /** Without who came before within the same time without the service. */
  private knowablyBefore(person: string): string[] {
    const unseen = this.stays.get(person)?.unseen === true;
    return this.before(person).filter((other) => !unseen || this.stays.get(other)?.unseen !== true);
  }

  private look(at: number): void {
    const present = this.present();
    this.peak = Math.max(this.peak, present.length);
    for (const [person, stay] of this.stays) {
      const isPresent = present.includes(person);
      const beyond = isPresent && this.isBeyond(person);
      if (beyond) this.rightUntil.set(person, Number.POSITIVE_INFINITY);
      else if (this.rightUntil.get(person) === Number.POSITIVE_INFINITY) this.rightUntil.set(person, at);
      if (isPresent && this.isBeyondOneMore(person)) stay.beyondOneMoreSince ??= at;
      else endBeyondOneMore(stay, at);
      if (isPresent && this.isKnowablyBeyond(person)) stay.beyondSince ??= at;
      else this.endExcess(person, stay, at, stay.removedAt === at ? 'removed' : 'place free');
    }
  }

  private endExcess(person: string, stay: Stay, at: number, ended: Excess['ended']): void {
    endBeyondOneMore(stay, at);
    if (stay.beyondSince === undefined) return;
    const { beyondSince: from, beyondOneMoreMs } = stay;
    this.excesses.push({ person, from, to: at, ended, beyondOneMoreMs });
    stay.beyondSince = undefined;
    stay.beyondOneMoreMs = 0;
  }

  private note(at: number, what: string): void {
    this.log.push(`${at} ${what}`);
  }
}
