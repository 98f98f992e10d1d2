/** Plays a history: BBB as it is, what of it arrives at the service, and the service's effects on BBB; judges every removal. */
import type { MeetingEvent, UserLeft } from '../../../../sidecar/core/events';
import type { InternalMeetingId } from '../../../../sidecar/core/meeting';
import { anEffectiveTier, MEETING, someLimits, someProps, T0 } from '../../../support/builders';
import { agenda } from './agenda';
import { type Bbb, createBbb, type Happened, type Session } from './bbb';
import { type Chance, chanceOf } from './chance';
import type { Fault, Happening, History } from './history';
import { createJournal } from './journal';
import { createModel } from './model';
import { createService, type Service } from './service';

const SECOND = 1_000;
/** Nothing received is older than that while the bus is whole, and a cut of the bus is noticed within it. */
const UNDER_WAY_MS = 100;
const RESYNC_MS = 30 * SECOND;
const API_TIMEOUT_MS = 5 * SECOND;
/** As the readers of both lists date them. */
const BUS_LIST_AGE_MS = SECOND;
const HTTP_LIST_AGE_MS = 35 * SECOND;
const QUIET_END_MS = 40 * SECOND;

export interface Removal {
  readonly at: number;
  readonly person: string | undefined;
  readonly problems: readonly string[];
}

export interface Outcome {
  /** Decisions that named a removal, each with the rule and the truth. */
  readonly judged: number;
  readonly removals: readonly Removal[];
  /** `<when> <person>: <problem>`; empty is wanted. */
  readonly wrong: readonly string[];
  /** Somebody with an older seat went, and nothing received showed that seat. */
  readonly outOfTurn: number;
  readonly bbb: Bbb;
  readonly gaps: readonly { readonly from: number; readonly until: number }[];
  readonly end: number;
  readonly log: readonly string[];
}

function covers(faults: readonly Fault[], kinds: readonly Fault['kind'][], moment: number): boolean {
  return faults.some(
    ({ kind, at, ms }) => kinds.includes(kind) && moment >= T0 + at && moment < T0 + at + ms,
  );
}

function do1(bbb: Bbb, { deed, who, ms }: Happening): void {
  switch (deed) {
    case 'come':
      bbb.come(who);
      break;
    case 'second-tab':
      bbb.secondTab(who);
      break;
    case 'close':
      bbb.close(who);
      break;
    case 'reconnect':
      bbb.reconnect(who, ms);
      break;
    case 'return':
      bbb.comeBack(who);
      break;
    case 'enter-room':
      bbb.enterRoom(who, (ms % 2) + 1);
      break;
    case 'leave-room':
      bbb.leaveRoom(who);
      break;
    case 'close-main':
      bbb.closeMain(who);
      break;
    case 'thrown-out':
      bbb.throwOut(who);
      break;
    case 'change-role':
      bbb.changeRole(who);
      break;
    case 'call':
      bbb.call(who % 4, false);
      break;
    case 'call-and-wait':
      bbb.call(who % 4, true);
      break;
    case 'let-in':
      bbb.letIn(who % 4);
      break;
    case 'hang-up':
      bbb.hangUp(who % 4);
      break;
    case 'end-rooms':
      bbb.endRooms();
      break;
  }
}

/** The event that the bus carries for it. */
function eventOf(happened: Happened, bbb: Bbb): MeetingEvent | undefined {
  const { at, meeting, what, session } = happened;
  const base = { internalMeetingId: meeting, at, via: 'bus' as const };
  if (what === 'opened')
    return { ...base, type: 'meeting-created', startedAt: at, props: propsOf(meeting, bbb) };
  if (what === 'ended') return { ...base, type: 'meeting-ended', reason: 'BREAKOUT_ENDED_BY_MOD' };
  if (session === undefined) return undefined;
  const { id: internalUserId, externalUserId, role, bot } = session;
  switch (what) {
    case 'joined':
      if (session.kind === 'dial-in') return { ...base, type: 'dial-in-joined', internalUserId };
      return { ...base, type: 'user-joined', internalUserId, externalUserId, role, bot };
    case 'flagged':
    case 'back':
      return { ...base, type: 'user-left-flag-updated', internalUserId, left: what === 'flagged' };
    case 'role':
      return { ...base, type: 'user-role-changed', internalUserId, role };
    default:
      return { ...base, type: 'user-left', internalUserId, ejected: what === 'ejected' };
  }
}

function propsOf(meeting: InternalMeetingId, bbb: Bbb): ReturnType<typeof someProps> {
  const room = bbb.rooms.find(({ id }) => id === meeting);
  if (room === undefined) return someProps();
  return someProps({
    externalMeetingId: `${meeting}-external`,
    isBreakout: true,
    parentInternalMeetingId: MEETING,
    breakoutSequence: room.sequence,
  });
}

/** As the receiver of webhooks makes it: joins some time before, leaves dated back by 2 s, no flags, no roles, nobody a bot. */
function webhookOf(event: MeetingEvent, lagMs: number): MeetingEvent | undefined {
  const ts = event.at + lagMs;
  switch (event.type) {
    case 'user-joined':
      return { ...event, via: 'webhook', at: ts, notBefore: ts - 10 * SECOND, bot: false };
    case 'dial-in-joined':
      return { ...event, via: 'webhook', at: ts, notBefore: ts - 10 * SECOND };
    case 'user-left':
      return { ...event, via: 'webhook', at: ts - 2 * SECOND, ejected: false } satisfies UserLeft;
    default:
      return undefined;
  }
}

/** How it went; deterministic. */
export function play(history: History): Outcome {
  const chance: Chance = chanceOf(history.seed);
  const between = (low: number, high: number, ...name: (string | number)[]): number =>
    low + Math.floor(chance(...name) * (high - low + 1));
  const { faults, max } = history;
  const plan = agenda(T0);
  const owner = history.owner === 'known' ? 'gl-owner' : undefined;
  const unknownOwner = history.owner === 'known' ? 'protect-moderators' : history.owner;
  const tier = anEffectiveTier({
    owner,
    unknownOwner,
    limits: someLimits({ participants: { max, enforce: 'hard' } }),
  });
  const model = createModel({ max, owner, unknownOwner });
  const isDatabaseAway = (moment: number): boolean => covers(faults, ['database'], moment);
  const journal = createJournal((moment) => {
    const due = moment + between(0, SECOND, 'flush', moment);
    const away = faults.find(
      ({ kind, at, ms }) => kind === 'database' && due >= T0 + at && due < T0 + at + ms,
    );
    return away === undefined ? due : T0 + away.at + away.ms;
  }, isDatabaseAway);

  const log: string[] = [];
  const wrong: string[] = [];
  const removals: Removal[] = [];
  const removed = new Set<string>();
  let judged = 0;
  let outOfTurn = 0;
  const note = (text: string): void => void log.push(`${((plan.now - T0) / SECOND).toFixed(3)} ${text}`);

  // ---- The bus and the process -------------------------------------------------------------------------------------
  let process: Service | undefined;
  let processNumber = 0;
  let heardSince: number | undefined;
  let lastHeardAt = 0;
  let connection = 0;
  let met = new Set<InternalMeetingId>();
  let recalled = new Set<InternalMeetingId>();
  const gaps: { from: number; until: number }[] = [];
  let lastPublication = 0;
  let lastDelivery = 0;
  let sequence = 0;

  function receive(event: MeetingEvent): void {
    if (process === undefined) return;
    note(`< ${describe(event)}`);
    model.receive(event);
    if (event.type !== 'meeting-remembered' && event.type !== 'bus-interrupted')
      journal.write(event, plan.now);
    process.receive(event);
  }

  /** To the process that runs when it is sent, over the connection that stands then. */
  function overBus(event: MeetingEvent, delay: number): void {
    const number = sequence++;
    const sentOver = connection;
    if (sentOver === 0) return;
    const arrival = Math.max(lastDelivery, plan.now + delay);
    lastDelivery = arrival;
    const times = chance('twice', number) < 0.08 ? 2 : 1;
    for (let time = 0; time < times; time += 1) {
      plan.at(arrival + time * between(0, 60, 'again', number), () => {
        if (connection !== sentOver) return;
        lastHeardAt = Math.max(lastHeardAt, event.at);
        receive(event);
      });
    }
  }

  function published(event: MeetingEvent): void {
    const name = `${event.type}/${event.at}/${sequence}`;
    const delay = between(1, 30, 'bus', name);
    // On its way through akka-apps and Redis; who subscribes meanwhile receives it.
    lastPublication = Math.max(lastPublication, plan.now + Math.floor(delay / 2));
    plan.at(lastPublication, () => overBus(event, Math.ceil(delay / 2)));
  }

  function overWebhooks(event: MeetingEvent): void {
    const name = `${event.type}/${event.at}/${'internalUserId' in event ? event.internalUserId : ''}`;
    const lag = between(0, 23, 'ts', name);
    const delivered = webhookOf(event, lag);
    if (delivered === undefined) return;
    const outage = faults.find(
      ({ kind, at, ms }) => kind === 'webhooks' && event.at >= T0 + at && event.at < T0 + at + ms,
    );
    const isLeave = delivered.type === 'user-left';
    const back = outage === undefined ? 0 : T0 + outage.at + outage.ms;
    const due =
      outage === undefined
        ? event.at + lag + between(1, 10, 'hook', name)
        : isLeave
          ? back + 3 * SECOND + between(0, 7 * SECOND, 'hook', name)
          : back + between(0, 3 * SECOND, 'hook', name);
    const attempt = (retries: number): void => {
      if (process !== undefined) receive(delivered);
      else if (retries > 0) plan.at(plan.now + 5 * SECOND, () => attempt(retries - 1));
    };
    plan.at(due, () => attempt(chance('retried', name) < 0.5 ? 12 : 0));
  }

  function interrupt(at: number, until: number | undefined): void {
    for (const meeting of [...(process?.meetings.values() ?? [])])
      if (meeting.ended === undefined)
        receive({ type: 'bus-interrupted', internalMeetingId: meeting.internalMeetingId, at, until });
  }

  const isBusDown = (moment: number): boolean => covers(faults, ['bus'], moment);

  function connect(): void {
    if (process === undefined || connection !== 0 || isBusDown(plan.now)) return;
    connection = ++sequence;
    heardSince = plan.now + 2;
    const back = heardSince;
    const gap = gaps.at(-1);
    if (gap !== undefined) gap.until = back;
    note('bus connected');
    plan.at(back, () => {
      if (connection === 0) return;
      interrupt(lastHeardAt, back);
      requestResync();
    });
  }

  function cut(): void {
    if (connection === 0) return;
    connection = 0;
    note('bus cut');
    gaps.push({ from: plan.now, until: Number.POSITIVE_INFINITY });
    plan.at(plan.now + between(0, 30, 'noticed', plan.now), () => {
      if (connection !== 0) return;
      heardSince = undefined;
      interrupt(lastHeardAt, undefined);
    });
  }

  // ---- BBB's lists -------------------------------------------------------------------------------------------------
  const reported = new Map<InternalMeetingId, ReturnType<Bbb['akkaList']>>();

  function webLag(session: Session): number {
    return chance('slow', session.id) < 0.15
      ? between(0, 300, 'lag', session.id)
      : between(2, 15, 'lag', session.id);
  }

  function isWebAway(name: string): boolean {
    return covers(faults, ['bbb-web'], plan.now) || (faults.length > 0 && chance('web', name) < 0.03);
  }

  function webSnapshot(meeting: InternalMeetingId, at: number): MeetingEvent {
    const attendees = bbb.webList(meeting, webLag);
    return {
      type: 'meeting-snapshot',
      internalMeetingId: meeting,
      at,
      props: propsOf(meeting, bbb),
      online: attendees.length,
      attendees,
    };
  }

  function inProcess(run: () => void): () => void {
    const mine = processNumber;
    return () => {
      if (process !== undefined && mine === processNumber) run();
    };
  }

  function refresh(meeting: InternalMeetingId, onAnswered: () => void): void {
    const asked = plan.now;
    const name = `refresh/${asked}`;
    note(`> asks bbb-web for ${meeting === MEETING ? 'the meeting' : meeting}`);
    const finish = (event: MeetingEvent): void => {
      onAnswered();
      receive(event);
    };
    const unanswered = (): void =>
      finish({ type: 'meeting-unanswered', internalMeetingId: meeting, at: asked });
    if (isWebAway(name)) {
      plan.at(asked + (chance('refused', name) < 0.5 ? 3 : API_TIMEOUT_MS), inProcess(unanswered));
      return;
    }
    const slow = chance('slow', name) < 0.05 ? 800 : 0;
    plan.at(asked + between(1, 20, 'there', name), () => {
      const answer = bbb.isRunning(meeting) ? webSnapshot(meeting, asked) : undefined;
      plan.at(
        plan.now + between(1, 20, 'back', name) + slow,
        inProcess(() => (answer === undefined ? unanswered() : finish(answer))),
      );
    });
  }

  let resyncAt = Number.POSITIVE_INFINITY;

  function requestResync(inMs = 250): void {
    const due = plan.now + inMs;
    if (due >= resyncAt) return;
    resyncAt = due;
    plan.at(
      due,
      inProcess(() => {
        if (resyncAt === due) resync();
      }),
    );
  }

  function resync(): void {
    resyncAt = Number.POSITIVE_INFINITY;
    const asked = plan.now;
    const name = `resync/${asked}`;
    const isAnalyticsAway = covers(faults, ['analytics'], asked);
    const isWeb = !isWebAway(name);
    if (isAnalyticsAway && !isWeb) {
      requestResync(2 * SECOND);
      return;
    }
    const running = [MEETING, ...bbb.rooms.map(({ id }) => id)].filter(bbb.isRunning);
    const until = asked + between(1, 30, 'answered', name);
    const lists = isAnalyticsAway
      ? []
      : running.flatMap((internalMeetingId): MeetingEvent[] => {
          const users = reported.get(internalMeetingId);
          if (users === undefined) return [];
          const at = asked - HTTP_LIST_AGE_MS;
          return [
            { type: 'analytics-snapshot', internalMeetingId, at, until, users, recordingActive: false },
          ];
        });
    const web = isWeb ? running.map((id) => webSnapshot(id, asked)) : [];
    plan.at(
      until,
      inProcess(() => {
        const events = [...lists, ...web];
        const ids = new Set(events.map(({ internalMeetingId }) => internalMeetingId));
        for (const id of ids) {
          if (met.has(id)) continue;
          met.add(id);
          receive({ type: 'bus-interrupted', internalMeetingId: id, at: 0, until: heardSince });
        }
        for (const id of ids) {
          if (recalled.has(id) || isDatabaseAway(plan.now)) continue;
          recalled.add(id);
          const found = processNumber > 1 ? journal.recall(id, plan.now) : undefined;
          if (found !== undefined) receive(found);
        }
        for (const event of events) receive(event);
        if (!isAnalyticsAway && isWeb)
          for (const { internalMeetingId, ended, seenAt } of [...(process?.meetings.values() ?? [])])
            if (!running.includes(internalMeetingId) && ended === undefined && seenAt < asked - 5 * SECOND)
              receive({ type: 'meeting-missing', internalMeetingId, at: asked });
        requestResync(RESYNC_MS);
      }),
    );
  }

  function akkaReport(meeting: InternalMeetingId): void {
    if (!bbb.isRunning(meeting)) return;
    const users = bbb.akkaList(meeting);
    reported.set(meeting, users);
    const until = plan.now;
    published({
      type: 'analytics-snapshot',
      internalMeetingId: meeting,
      at: until - BUS_LIST_AGE_MS,
      until,
      users,
      recordingActive: false,
    });
    plan.at(plan.now + 30 * SECOND, () => akkaReport(meeting));
  }

  // ---- BBB itself --------------------------------------------------------------------------------------------------
  const bbb: Bbb = createBbb({
    now: () => plan.now,
    later: plan.at,
    maxUsers: history.bbbMaxUsers,
    namesakes: history.namesakes,
    onHappened(happened) {
      const event = eventOf(happened, bbb);
      if (event === undefined) return;
      note(`= ${describe(event)}`);
      published(event);
      if (history.webhooks) overWebhooks(event);
      if (happened.what === 'opened') plan.at(plan.now + 10 * SECOND, () => akkaReport(happened.meeting));
    },
  });

  // ---- The service -------------------------------------------------------------------------------------------------
  function startProcess(): void {
    processNumber += 1;
    met = new Set();
    recalled = new Set();
    heardSince = undefined;
    lastHeardAt = 0;
    resyncAt = Number.POSITIVE_INFINITY;
    model.restart();
    const name = `process/${processNumber}`;
    process = createService({
      now: () => plan.now,
      later: (moment, run) => plan.at(moment, inProcess(run)),
      tier,
      onDecided: (action) => judge(action.sessions),
      onEject(action, stillWanted) {
        const line = between(2, 30, 'line', plan.now);
        plan.at(
          plan.now + line,
          inProcess(() => {
            if (!stillWanted()) return;
            note(`> eject ${action.sessions.map(({ internalUserId }) => internalUserId).join(' ')}`);
            if (faults.length > 0 && chance('lost', plan.now) < 0.05) return;
            for (const { internalUserId } of action.sessions)
              plan.at(plan.now + between(2, 9, 'command', plan.now), () => bbb.eject(internalUserId));
          }),
        );
      },
      onRefresh: refresh,
      onUnknown: () => requestResync(),
    });
    note(`process ${processNumber} starts`);
    if (processNumber === 1) {
      // Long before the meeting.
      connection = ++sequence;
      heardSince = T0 - 60 * SECOND;
      requestResync(0);
      return;
    }
    plan.at(plan.now + between(0, 100, 'connects', name), inProcess(connect));
    requestResync(between(0, 200, 'first', name));
  }

  function endProcess(isKill: boolean): void {
    if (process === undefined) return;
    note(isKill ? 'killed' : 'stopped');
    process.stop();
    journal.end(plan.now, isKill);
    process = undefined;
    if (connection !== 0) gaps.push({ from: plan.now, until: Number.POSITIVE_INFINITY });
    connection = 0;
  }

  // ---- The judge ---------------------------------------------------------------------------------------------------
  function truthProblems(person: string | undefined): { problems: string[]; isOutOfTurn: boolean } {
    const moments = bbb.attendance.filter(
      (_, index) => (bbb.attendance[index + 1]?.at ?? Number.POSITIVE_INFINITY) >= plan.now - UNDER_WAY_MS,
    );
    const isFull = moments.some(({ persons }) => persons.size > max);
    const beyond = moments.some(({ persons }) => {
      const mine = person === undefined ? undefined : persons.get(person);
      if (mine === undefined) return false;
      return (
        [...persons].filter(([each, since]) => each !== person && (each === owner || since <= mine)).length >=
        max
      );
    });
    const problems = isFull ? [] : ['the meeting is not full'];
    if (person === owner) problems.push('it is the owner');
    if (person === 'bot') problems.push('it is a bot');
    return { problems, isOutOfTurn: isFull && !beyond };
  }

  function judge(sessions: Parameters<typeof model.judge>[0]): void {
    judged += 1;
    const verdict = model.judge(sessions);
    const known = bbb.sessions.filter(({ id }) =>
      sessions.some(({ internalUserId }) => internalUserId === id),
    );
    const persons = new Set(known.map(({ person }) => person));
    const person = known[0]?.person;
    const truth = truthProblems(person);
    const problems = [
      ...verdict.problems.map((problem) => `rule: ${problem}`),
      ...truth.problems.map((problem) => `truth: ${problem}`),
      ...(persons.size === 1 ? [] : ['truth: sessions of several people']),
    ];
    const key = sessions.map(({ internalUserId }) => internalUserId).join(' ');
    for (const problem of problems) {
      const text = `${((plan.now - T0) / SECOND).toFixed(3)} ${person} (${key}): ${problem}`;
      wrong.push(text);
      note(`! ${text}`);
    }
    if (removed.has(key)) return;
    removed.add(key);
    note(`> decides to remove ${person} (${key})`);
    if (truth.isOutOfTurn) {
      outOfTurn += 1;
      note(`? ${person} has an older seat than that`);
    }
    removals.push({ at: plan.now, person, problems });
  }

  // ---- The play ----------------------------------------------------------------------------------------------------
  startProcess();
  published({
    type: 'meeting-created',
    internalMeetingId: MEETING,
    at: T0,
    startedAt: T0,
    via: 'bus',
    props: someProps(),
  });
  plan.at(T0 + 10 * SECOND, () => akkaReport(MEETING));
  let moment = T0 + 200;
  for (const happening of history.happenings) {
    moment += happening.after;
    plan.at(moment, () => do1(bbb, happening));
  }
  for (const { kind, at, ms } of faults) {
    if (kind === 'bus') {
      plan.at(T0 + at, cut);
      plan.at(T0 + at + ms, connect);
    }
    if (kind === 'stop' || kind === 'kill') {
      plan.at(T0 + at, () => endProcess(kind === 'kill'));
      plan.at(T0 + at + ms, () => {
        if (process === undefined && !covers(faults, ['stop', 'kill'], plan.now)) startProcess();
      });
    }
  }
  const lastFault = Math.max(0, ...faults.map(({ at, ms }) => T0 + at + ms));
  const end = Math.max(moment, lastFault) + QUIET_END_MS;
  plan.runUntil(end);
  return { judged, removals, wrong, outOfTurn, bbb, gaps, end, log };
}

function describe(event: MeetingEvent): string {
  const { internalMeetingId, type, at, ...rest } = event as MeetingEvent & Record<string, unknown>;
  const where = internalMeetingId === MEETING ? '' : `[${internalMeetingId.slice(0, 6)}] `;
  const details = Object.entries(rest)
    .filter(([key]) => key !== 'props' && key !== 'recordingActive')
    .map(([key, value]) => `${key}=${shorten(key, value)}`);
  return `${where}${type}@${((at - T0) / SECOND).toFixed(3)} ${details.join(' ')}`;
}

function shorten(key: string, value: unknown): string {
  if (Array.isArray(value))
    return `[${value
      .map((each) =>
        Object.entries(each)
          .filter(([name]) => /UserId|joinedAt|leftAt/.test(name))
          .map(([name, one]) =>
            /At$/.test(name) && typeof one === 'number' ? ((one - T0) / SECOND).toFixed(1) : String(one),
          )
          .join(':'),
      )
      .join(' ')}]`;
  if ((key === 'until' || key === 'notBefore') && typeof value === 'number')
    return ((value - T0) / SECOND).toFixed(3);
  return String(value);
}
