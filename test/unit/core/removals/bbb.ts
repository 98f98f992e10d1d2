/** A meeting as it really is, with its breakout rooms: who sits where and who waits. No service, no delivery and no limit is here. */
import type { InternalMeetingId, InternalUserId } from '../../../../sidecar/core/meeting';
import { MEETING, meetingId, T0, userId } from '../../../support/builders';
import { type Attendance, createAttendance } from './attendance';
import type { Room, Session, SessionState } from './session';

const SECOND = 1_000;
/** bbb-web keeps people in its map this long after they left (`usersTimeout`). */
const WEB_LINGER_MS = 60 * SECOND;

export interface Happened {
  readonly at: number;
  readonly meeting: InternalMeetingId;
  readonly what: 'opened' | 'joined' | 'flagged' | 'back' | 'left' | 'ejected' | 'role' | 'ended';
  readonly session: Session | undefined;
}

export interface BbbOptions {
  readonly now: () => number;
  readonly later: (moment: number, run: () => void) => void;
  readonly onHappened: (happened: Happened) => void;
  readonly maxUsers: number;
  readonly namesakes: boolean;
}

export type Bbb = ReturnType<typeof createBbb>;

const BOT = 9;
const GUEST = 8;

function personOf(who: number): string {
  return who === 0 ? 'gl-owner' : who === BOT ? 'bot' : `gl-${who}`;
}

function nameOf(who: number, namesakes: boolean): string {
  return namesakes && who >= 2 && who <= 5 ? 'Sam' : `Person ${who}`;
}

/** Audits are 5 s after creation and every 10 s; they remove whose flag is older than 10 s (measured, 10.5–20.0 s). */
function auditAfter(openedAt: number, flaggedAt: number): number {
  const due = flaggedAt + 10 * SECOND;
  const number = Math.max(0, Math.ceil((due - openedAt - 5 * SECOND + 1) / (10 * SECOND)));
  return openedAt + 5 * SECOND + number * 10 * SECOND;
}

export function createBbb(options: BbbOptions) {
  const { now, later, onHappened } = options;
  const sessions: Session[] = [];
  const rooms: Room[] = [];
  const attendance = createAttendance(T0);
  let count = 0;

  function here(person: string, meeting?: InternalMeetingId): Session[] {
    return sessions.filter(
      (each) =>
        each.person === person &&
        each.state === 'here' &&
        (meeting === undefined || each.meeting === meeting),
    );
  }

  function openedAt(meeting: InternalMeetingId): number {
    return rooms.find(({ id }) => id === meeting)?.openedAt ?? T0;
  }

  function isRunning(meeting: InternalMeetingId): boolean {
    return meeting === MEETING || rooms.some(({ id, endedAt }) => id === meeting && endedAt === undefined);
  }

  function happen(what: Happened['what'], meeting: InternalMeetingId, session?: Session): void {
    attendance.update(sessions, now());
    if (what === 'ejected' && session !== undefined) attendance.removed(session, now());
    onHappened({ at: now(), meeting, what, session });
  }

  function webCount(): number {
    const listed = sessions.filter(({ meeting, inWeb, state, leftAt }) => {
      return meeting === MEETING && inWeb && (state !== 'gone' || now() - leftAt < WEB_LINGER_MS);
    });
    return new Set(listed.map(({ externalUserId }) => externalUserId)).size;
  }

  function join(session: Session): void {
    const { maxUsers } = options;
    session.inWeb =
      session.meeting !== MEETING || session.kind === 'dial-in' || maxUsers === 0 || webCount() < maxUsers;
    session.state = 'here';
    session.joinedAt = now();
    happen('joined', session.meeting, session);
  }

  function enter(
    session: Pick<
      Session,
      'id' | 'meeting' | 'person' | 'externalUserId' | 'fullName' | 'kind' | 'bot' | 'role'
    >,
  ): Session {
    const entered: Session = {
      ...session,
      state: 'waiting',
      ejected: false,
      flaggedAt: 0,
      joinedAt: 0,
      leftAt: 0,
      inWeb: false,
    };
    sessions.push(entered);
    return entered;
  }

  function flag(session: Session): void {
    if (session.state !== 'here') return;
    session.state = 'flagged';
    session.flaggedAt = now();
    const { flaggedAt } = session;
    happen('flagged', session.meeting, session);
    later(auditAfter(openedAt(session.meeting), flaggedAt), () => {
      if (session.state !== 'flagged' || session.flaggedAt !== flaggedAt) return;
      session.state = 'gone';
      session.leftAt = now();
      if (isRunning(session.meeting)) happen('left', session.meeting, session);
    });
  }

  function eject(id: InternalUserId): void {
    const session = sessions.find((each) => each.id === id);
    if (session === undefined || session.state === 'gone') return;
    const wasSeen = session.state !== 'waiting';
    session.state = 'gone';
    session.ejected = true;
    session.leftAt = now();
    if (wasSeen) happen('ejected', session.meeting, session);
  }

  function openSession(who: number): void {
    count += 1;
    const id = userId(`w_${who}t${count}`);
    const person = who === GUEST ? id : personOf(who);
    const isModerator = who !== GUEST && who !== BOT && who % 3 === 0;
    join(
      enter({
        id,
        meeting: MEETING,
        person,
        externalUserId: person,
        fullName: nameOf(who, options.namesakes),
        kind: 'web',
        bot: who === BOT,
        role: isModerator ? 'MODERATOR' : 'VIEWER',
      }),
    );
  }

  /** Whom that number stands for now; a guest is somebody new with each session. */
  function personsOf(who: number): string[] {
    if (who !== GUEST) return [personOf(who)];
    const last = sessions.findLast(({ id }) => id.startsWith(`w_${GUEST}t`));
    return last === undefined ? [] : [last.person];
  }

  function room(sequence: number): Room {
    const open = rooms.find((each) => each.sequence === sequence && each.endedAt === undefined);
    if (open !== undefined) return open;
    const opened: Room = {
      id: meetingId(`room-${rooms.length + 1}-${now()}`),
      sequence,
      openedAt: now(),
      endedAt: undefined,
    };
    rooms.push(opened);
    happen('opened', opened.id);
    return opened;
  }

  function enterRoom(person: string, sequence: number): void {
    const [main] = here(person, MEETING);
    if (main === undefined || main.bot || main.kind === 'dial-in') return;
    const target = room(sequence);
    if (here(person, target.id).length > 0) return;
    count += 1;
    join(
      enter({
        id: userId(`w_r${target.sequence}t${count}`),
        meeting: target.id,
        person,
        externalUserId: `${main.id}-${target.sequence}`,
        fullName: main.fullName,
        kind: 'web',
        bot: false,
        // The links of rooms carry the moderators' password.
        role: 'MODERATOR',
      }),
    );
  }

  function endRooms(): void {
    for (const each of rooms) {
      if (each.endedAt !== undefined) continue;
      each.endedAt = now();
      for (const session of sessions)
        if (session.meeting === each.id && session.state !== 'gone')
          Object.assign(session, { state: 'gone', leftAt: now() });
      happen('ended', each.id);
    }
  }

  function call(who: number, waits: boolean): void {
    count += 1;
    const id = userId(`v_${who}t${count}`);
    const fullName = `+49 30 ${who}`;
    const session = enter({
      id,
      meeting: MEETING,
      person: id,
      externalUserId: id,
      fullName,
      kind: 'dial-in',
      bot: false,
      role: 'VIEWER',
    });
    if (!waits) join(session);
  }

  function caller(who: number, states: readonly SessionState[]): Session | undefined {
    return sessions.find(({ id, state }) => id.startsWith(`v_${who}t`) && states.includes(state));
  }

  function hangUp(session: Session | undefined): void {
    if (session === undefined) return;
    const wasHere = session.state === 'here';
    session.state = 'gone';
    session.leftAt = now();
    if (wasHere) happen('left', MEETING, session);
  }

  return {
    maxUsers: options.maxUsers,
    sessions: sessions as readonly Session[],
    rooms: rooms as readonly Room[],
    attendance: attendance as Omit<Attendance, 'update' | 'removed'>,
    isRunning,
    openedAt,
    eject,
    come: (who: number) =>
      personsOf(who).some((person) => here(person, MEETING).length > 0) ? undefined : openSession(who),
    secondTab: (who: number) => (who === GUEST ? undefined : openSession(who)),
    close(who: number) {
      for (const person of personsOf(who)) {
        const last = here(person).at(-1);
        if (last !== undefined) flag(last);
      }
    },
    closeMain(who: number) {
      for (const person of personsOf(who)) for (const each of here(person, MEETING)) flag(each);
    },
    reconnect(who: number, ms: number) {
      for (const person of personsOf(who)) {
        const last = here(person).at(-1);
        if (last === undefined) continue;
        flag(last);
        later(now() + ms, () => {
          if (last.state !== 'flagged' || !isRunning(last.meeting)) return;
          last.state = 'here';
          happen('back', last.meeting, last);
        });
      }
    },
    /** With its old token a closed session comes back as the same one. */
    comeBack(who: number) {
      for (const person of personsOf(who)) {
        const last = sessions.findLast(
          (each) =>
            each.person === person && each.meeting === MEETING && each.state === 'gone' && !each.ejected,
        );
        if (last !== undefined && last.kind === 'web') join(last);
      }
    },
    enterRoom: (who: number, sequence: number) => {
      for (const person of personsOf(who)) enterRoom(person, sequence);
    },
    leaveRoom(who: number) {
      for (const person of personsOf(who))
        for (const each of here(person)) if (each.meeting !== MEETING) flag(each);
    },
    throwOut(who: number) {
      if (who === 0) return;
      for (const person of personsOf(who)) for (const each of here(person)) eject(each.id);
    },
    changeRole(who: number) {
      for (const person of personsOf(who))
        for (const each of here(person, MEETING)) {
          each.role = each.role === 'MODERATOR' ? 'VIEWER' : 'MODERATOR';
          happen('role', MEETING, each);
        }
    },
    call,
    letIn(who: number) {
      const waiting = caller(who, ['waiting']);
      if (waiting !== undefined) join(waiting);
    },
    hangUp: (who: number) => hangUp(caller(who, ['waiting', 'here'])),
    endRooms,
    /** akka-apps' list: a closed tab lingers, bots look like people; who waits is in no `audio` block and was left out while parsing. */
    akkaList: (meeting: InternalMeetingId) =>
      sessions
        .filter((each) => each.meeting === meeting && (each.state === 'here' || each.state === 'flagged'))
        .map(({ id, fullName, role }) => ({ internalUserId: id, fullName, role })),
    /** bbb-web's list, drawn from the same events some time after them; `lagMs` of each session. */
    webList: (meeting: InternalMeetingId, lagMs: (session: Session) => number) =>
      sessions
        .filter((each) => {
          if (each.meeting !== meeting || !each.inWeb || each.state === 'waiting') return false;
          if (now() < each.joinedAt + lagMs(each)) return false;
          return each.state !== 'gone' || now() < each.leftAt + lagMs(each) + WEB_LINGER_MS;
        })
        .map(({ externalUserId, fullName, role, kind }) => ({
          externalUserId,
          fullName,
          role,
          dialIn: kind === 'dial-in',
        })),
  };
}
