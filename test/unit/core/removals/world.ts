/** Plays a history: BBB as it is, what of it arrives at the service, and the service's effects on BBB; every removal is judged. */
import type { EjectUser } from '../../../../sidecar/core/actions';
import type { MeetingEvent } from '../../../../sidecar/core/events';
import type { InternalMeetingId } from '../../../../sidecar/core/meeting';
import { anEffectiveTier, MEETING, someLimits, someProps, T0 } from '../../../support/builders';
import { agenda } from './agenda';
import { type Bbb, createBbb, type Happened } from './bbb';
import { createBus } from './bus';
import { between, chanceOf } from './chance';
import { act } from './deeds';
import { describeEvent, inSeconds } from './describe';
import { busEventOf } from './events';
import { createFaults } from './faults';
import type { History } from './history';
import { createJournal } from './journal';
import { createJudge, type Verdicts } from './judge';
import { createLists } from './lists';
import type { Interval } from './received';
import { createService, type Service } from './service';
import { createWebhooks } from './webhooks';

const SECOND = 1_000;
/** The first of akka-apps' lists after the creation (measured). */
const FIRST_REPORT_MS = 10 * SECOND;
const QUIET_END_MS = 40 * SECOND;
const LOOK_EVERY_MS = 2 * SECOND;
/** So long after a gap nobody has an unseen seat to come back to, and akka-apps has made a list. */
export const SETTLED_AFTER_MS = 60 * SECOND;

export interface Outcome extends Verdicts {
  readonly bbb: Bbb;
  /** In which the service did not receive the bus. */
  readonly gaps: readonly Interval[];
  readonly end: number;
  readonly log: readonly string[];
}

/** How it went; deterministic. */
export function play(history: History): Outcome {
  const { max } = history;
  const chance = chanceOf(history.seed);
  const faults = createFaults(history.faults);
  const plan = agenda(T0);
  const log: string[] = [];
  const note = (text: string): void => void log.push(`${inSeconds(plan.now)} ${text}`);
  const owner = history.owner === 'known' ? 'gl-owner' : undefined;
  const unknownOwner = history.owner === 'known' ? 'protect-moderators' : history.owner;
  const limits = someLimits({ participants: { max, enforce: 'hard' } });
  const tier = anEffectiveTier({ owner, unknownOwner, limits });

  let process: Service | undefined;
  let processNumber = 0;
  /** What the process has met in BBB's lists, and what it has read in the database. */
  let met = new Set<InternalMeetingId>();
  let recalled = new Set<InternalMeetingId>();

  const judge = createJudge({ max, owner, unknownOwner, now: () => plan.now, note, bbb: () => bbb });
  const journal = createJournal(
    (moment) => {
      const due = moment + between(chance, 0, SECOND, 'flush', moment);
      return faults.backAt('database', due) ?? due;
    },
    (moment) => faults.isAway('database', moment),
  );

  function receive(event: MeetingEvent, madeAt?: number): void {
    if (process === undefined) return;
    note(`< ${describeEvent(event)}`);
    judge.take(event, madeAt);
    process.receive(event);
  }

  function inProcess(run: () => void): () => void {
    const mine = processNumber;
    return () => {
      if (process !== undefined && mine === processNumber) run();
    };
  }

  const bus = createBus({
    plan,
    chance,
    receive,
    isDown: (moment) => faults.isAway('bus', moment),
    onInterrupted(at, until) {
      note(until === undefined ? 'bus cut' : 'bus connected');
      for (const { internalMeetingId, ended } of [...(process?.meetings.values() ?? [])])
        if (ended === undefined) receive({ type: 'bus-interrupted', internalMeetingId, at, until });
      if (until !== undefined) lists.resyncIn(250);
    },
  });

  const webhooks = createWebhooks({
    plan,
    chance,
    faults,
    receive(event) {
      receive(event);
      return process !== undefined;
    },
  });

  const lists = createLists({
    plan,
    chance,
    faults,
    bbb: () => bbb,
    publish: bus.publish,
    receive,
    inProcess,
    onRead(meetings) {
      for (const internalMeetingId of meetings) {
        if (met.has(internalMeetingId)) continue;
        met.add(internalMeetingId);
        receive({ type: 'bus-interrupted', internalMeetingId, at: 0, until: bus.receivedSince });
      }
      for (const meeting of meetings) {
        if (recalled.has(meeting) || faults.isAway('database', plan.now)) continue;
        recalled.add(meeting);
        const remembered = processNumber > 1 ? journal.recall(meeting, plan.now) : undefined;
        if (remembered !== undefined) receive(remembered);
      }
    },
    onMissing(running, askedAt) {
      for (const { internalMeetingId, ended, seenAt } of [...(process?.meetings.values() ?? [])])
        if (!running.includes(internalMeetingId) && ended === undefined && seenAt < askedAt - 5 * SECOND)
          receive({ type: 'meeting-missing', internalMeetingId, at: askedAt });
    },
  });

  function happened(what: Happened): void {
    const event = busEventOf(what, bbb);
    if (event === undefined) return;
    note(`= ${describeEvent(event)}`);
    bus.publish(event);
    if (history.webhooks) webhooks.send(event);
    if (what.what === 'opened') plan.at(plan.now + FIRST_REPORT_MS, () => lists.report(what.meeting));
  }

  const bbb: Bbb = createBbb({
    now: () => plan.now,
    later: plan.at,
    maxUsers: history.bbbMaxUsers,
    namesakes: history.namesakes,
    onHappened: happened,
  });

  /** The chat line goes first; some commands are lost. */
  function eject({ sessions }: EjectUser, isStillWanted: () => boolean): void {
    const send = (): void => {
      if (!isStillWanted()) return;
      note(`> eject ${sessions.map(({ internalUserId }) => internalUserId).join(' ')}`);
      if (!faults.isQuiet && chance('lost', plan.now) < 0.05) return;
      for (const { internalUserId } of sessions)
        plan.at(plan.now + between(chance, 2, 9, 'command', plan.now), () => bbb.eject(internalUserId));
    };
    plan.at(plan.now + between(chance, 2, 30, 'line', plan.now), inProcess(send));
  }

  function startProcess(): void {
    processNumber += 1;
    met = new Set();
    recalled = new Set();
    bus.forget();
    lists.forget();
    judge.restart();
    process = createService({
      now: () => plan.now,
      later: (moment, run) => plan.at(moment, inProcess(run)),
      tier,
      onChange: (before, after) => journal.write(before, after, plan.now),
      onDecided: ({ sessions }) => judge.decided(sessions.map(({ internalUserId }) => internalUserId)),
      onEject: eject,
      onRefresh: (meeting, onAnswered) => {
        note('> reads bbb-web');
        lists.refresh(meeting, onAnswered);
      },
      onUnknown: () => lists.resyncIn(250),
    });
    note(`process ${processNumber} starts`);
    if (processNumber === 1) {
      bus.connectedSince(T0 - 60 * SECOND);
      lists.resyncIn(0);
      return;
    }
    const name = `process/${processNumber}`;
    plan.at(plan.now + between(chance, 0, 100, 'connects', name), inProcess(bus.connect));
    lists.resyncIn(between(chance, 0, 200, 'first', name));
  }

  function endProcess(isKill: boolean): void {
    if (process === undefined) return;
    note(isKill ? 'killed' : 'stopped');
    process.stop();
    journal.end(plan.now, isKill);
    process = undefined;
    bus.forget();
  }

  function arrangeFaults(): void {
    for (const { kind, from, to } of faults.all) {
      if (kind === 'bus') {
        plan.at(from, bus.cut);
        plan.at(to, () => {
          if (process !== undefined) bus.connect();
        });
      }
      if (kind === 'stop' || kind === 'kill') {
        plan.at(from, () => endProcess(kind === 'kill'));
        plan.at(to, () => {
          const isDown = faults.isAway('stop', plan.now) || faults.isAway('kill', plan.now);
          if (process === undefined && !isDown) startProcess();
        });
      }
    }
  }

  function lookAgain(): void {
    const wholeSince = bus.gaps.at(-1)?.to ?? T0 - SETTLED_AFTER_MS;
    judge.look(process !== undefined && plan.now - wholeSince > SETTLED_AFTER_MS);
    plan.at(plan.now + LOOK_EVERY_MS, lookAgain);
  }

  startProcess();
  const base = { internalMeetingId: MEETING, at: T0, via: 'bus' } as const;
  bus.publish({ ...base, type: 'meeting-created', startedAt: T0, props: someProps() });
  plan.at(T0 + FIRST_REPORT_MS, () => lists.report(MEETING));
  let moment = T0 + 200;
  for (const happening of history.happenings) {
    moment += happening.after;
    plan.at(moment, () => act(bbb, happening));
  }
  arrangeFaults();
  plan.at(T0 + SECOND, lookAgain);
  const end = Math.max(moment, ...faults.all.map(({ to }) => to)) + QUIET_END_MS;
  plan.runUntil(end);
  return { ...judge.verdicts, bbb, gaps: bus.gaps, end, log };
}
