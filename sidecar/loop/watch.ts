/** The loop put together: state, lanes, tiers, acts and the level read, over ports. Listens to nothing by itself. */
import type { BbbInstant } from '../core/bbb-instant';
import type { Clock } from '../core/clock';
import type { Config } from '../core/config';
import { makeDecisionCode } from '../core/decision-code';
import { MINUTE_MS } from '../core/duration';
import { withoutLongGone } from '../core/long-gone';
import type { InternalMeetingId, Meeting } from '../core/meeting';
import type { StampedEvent } from '../core/stamped-event';
import type { ClaimResult, TierAssignment } from '../core/tier-resolution';
import { messageOf } from '../errors';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import { type BbbTime, createBbbTime } from './bbb-time';
import { createDecisionLog } from './decision-log';
import { createExecute } from './execute';
import { createIntake, type Intake } from './intake';
import { createLanes, type Lanes } from './lanes';
import { createMeetings, type Meetings } from './meetings';
import { createNotices } from './notices';
import type { DecisionOutcome, DecisionRecord, Effects, Journal, Reader, RoomOwners } from './ports';
import { createReconciler, type Reconciler } from './reconcile';
import { createRecordingInquiry, type RecordingInquiry } from './recording-inquiry';
import { createResync, type Resync, TIER_KNOWN_KEY } from './resync';
import { createRoundTrips, type RoundTrips } from './round-trips';
import { createSightings, type Sightings } from './sightings';
import { createTierAssignments, type TierAssignments } from './tier-assignments';

/** How long an ended meeting is remembered, so that late events do not revive it. */
const TOMBSTONE_MS = 10 * MINUTE_MS;

export interface WatchOptions {
  readonly clock: Clock;
  readonly config: () => Config;
  readonly effects: Effects;
  readonly reader: Reader;
  readonly journal: Journal;
  readonly roomOwners: RoomOwners | undefined;
  /** Has BBB report on the bus whether this meeting is recording now; without it, its lists show it later. */
  readonly askRecordingStatus?: (id: InternalMeetingId) => Promise<void>;
  readonly verifyClaim: (metadata: Readonly<Record<string, string>>) => ClaimResult;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly resyncMs: number;
  /** False: nothing is said before the end of a meeting. */
  readonly notices: boolean;
  readonly dryRun: boolean;
  /** Integers in `[0, below)`, for decision codes. */
  readonly randomInt: (below: number) => number;
  /** Has akka-apps answer on the bus with this number, for `answered`. Rejects when nobody receives it. */
  readonly askAkkaApps: (trip: number) => Promise<void>;
  /** BBB's meetings were listed in full. */
  readonly onResync?: (at: number, running: ReadonlySet<InternalMeetingId>) => void;
  /** For live views; called after the state is kept. */
  readonly onChange?: (before: Meeting | undefined, after: Meeting) => void;
  /** The tier of this meeting became known, unknown or another one. */
  readonly onTier?: (id: InternalMeetingId) => void;
  readonly onDecision?: (decision: DecisionRecord) => void;
  readonly onOutcome?: (outcome: DecisionOutcome) => void;
}

export interface Watch {
  readonly intake: Intake;
  /** An event of the bus, received just now. */
  readonly live: (event: StampedEvent) => void;
  /** An event of bbb-webhooks, received just now. */
  readonly delivered: (event: StampedEvent) => void;
  /** Another message of the bus with BBB's stamp on it, received just now. */
  readonly stamped: (at: BbbInstant) => void;
  /** akka-apps answered the question of this number, stamped `at`; everything it had sent before has been received. */
  readonly answered: (trip: number, at?: BbbInstant) => void;
  readonly trips: Pick<RoundTrips, 'sending' | 'missingSince'>;
  readonly meetings: Meetings;
  readonly tiers: TierAssignments;
  readonly resync: Resync;
  /** Our steady clock, epoch ms. */
  readonly now: () => number;
  readonly time: Pick<BbbTime, 'state'>;
  readonly lanes: Pick<Lanes<InternalMeetingId>, 'size' | 'active'>;
  /** The bus is away since `lastHeardAt` (undefined: nothing was ever received). */
  readonly busLost: (lastHeardAt: number | undefined) => void;
  /** The bus is back; what happened since `lastHeardAt` is unknown until BBB's lists are read. */
  readonly busBack: (lastHeardAt: number | undefined) => void;
  /** The configuration changed: every running meeting is looked at with it. */
  readonly reload: () => void;
  /** Greenlight has a new answer about the owner of this room. */
  readonly ownerKnown: (externalMeetingId: string) => void;
  readonly stop: () => Promise<void>;
}

interface Parts {
  readonly meetings: Meetings;
  readonly tiers: TierAssignments;
  readonly reconciler: Reconciler;
  readonly notices: ReturnType<typeof createNotices>;
  readonly inquiry: RecordingInquiry;
  readonly sightings: Sightings;
}

/** Since when the bus is subscribed to. */
interface BusHearing {
  since: number | undefined;
}

function forget(id: InternalMeetingId, parts: Parts): void {
  parts.meetings.remove(id);
  parts.tiers.forget(id);
  parts.notices.forget(id);
  parts.reconciler.forget(id);
  parts.inquiry.forget(id);
}

function sweep(parts: Parts, now: number): void {
  for (const { internalMeetingId, ended, props, seenAt } of [...parts.meetings.all()]) {
    const isOver = ended !== undefined && ended.at < now - TOMBSTONE_MS;
    const isStray = props === undefined && ended === undefined && seenAt < now - TOMBSTONE_MS;
    if (isOver || isStray) forget(internalMeetingId, parts);
  }
  for (const { internalMeetingId } of [...parts.meetings.all()]) {
    const view = parts.meetings.view(internalMeetingId);
    // A room's people are looked at with the parent, who knows whose their sessions are.
    if (view === undefined || view.parent !== undefined) continue;
    for (const meeting of withoutLongGone(view.meeting, view.breakouts, now)) parts.meetings.set(meeting);
  }
}

/** What the ledger has to know of the run itself: that it records, or that its supposed end was none. */
function isNewsOfTheRun(before: Meeting | undefined, after: Meeting): boolean {
  if (before === undefined) return false;
  const isRevived = before.ended !== undefined && after.ended === undefined;
  return isRevived || after.recording !== before.recording || after.recordedAt !== before.recordedAt;
}

/** Builds the loop; `resync.start()` sets it going. */
export function createWatch(options: WatchOptions): Watch {
  const { clock, journal, metrics, log } = options;
  const now = (): number => clock.now();
  const makeCode = (): string => makeDecisionCode(options.randomInt);
  const meetings = createMeetings();
  const notices = createNotices(journal);
  const decisions = createDecisionLog({ ...options, configVersion: () => options.config().version });
  const tiers = createTierAssignments({
    ...options,
    now,
    onAssigned(view, assignment: TierAssignment) {
      journal.write({ type: 'meeting', meeting: view.meeting, assignment, at: now() });
      options.onTier?.(view.meeting.internalMeetingId);
    },
    onUnknown(view, waitsFor, tenant) {
      const { internalMeetingId } = view.meeting;
      log.info(
        { internalMeetingId, tenant, waitsFor },
        'tier of a meeting is unknown; its limits are only observed',
      );
      journal.write({ type: 'meeting', meeting: view.meeting, assignment: { tenant }, at: now() });
      if (waitsFor === 'database') resync?.requestRecall();
      options.onTier?.(internalMeetingId);
    },
    onKnownSince: (id, at) => notices.enter(id, TIER_KNOWN_KEY, at, true),
    onClaimRefused: (view, reason) => decisions.claimRefused(view, reason, makeCode(), now()),
  });
  // Intake, executor and lanes need each other: the lanes are bound last.
  let lanes: Lanes<InternalMeetingId> | undefined;
  let resync: Resync | undefined;
  const wake = (id: InternalMeetingId): void => lanes?.wake(id);
  const intake = createIntake({
    ...options,
    meetings,
    wake,
    requestReading: () => resync?.request(),
    onChange(before, after) {
      const tier = tiers.latest(after.internalMeetingId);
      if (tier !== undefined && tier.state !== 'none' && isNewsOfTheRun(before, after)) {
        const assignment = tier.state === 'known' ? tier.assignment : { tenant: tier.tenant };
        journal.write({ type: 'meeting', meeting: after, assignment, at: now() });
      }
      options.onChange?.(before, after);
    },
  });
  const execute = createExecute({ ...options, meetings, decisions, notices, intake });
  const hearing: BusHearing = { since: undefined };
  const sightings = createSightings({ meetings, busSince: () => hearing.since });
  const trips = createRoundTrips({ clock, ask: options.askAkkaApps, log });
  const reconciler = createReconciler({
    meetings,
    trips,
    sightedAt: sightings.at,
    tiers,
    notices,
    decisions,
    execute,
    clock,
    wake,
    now,
    doubts: () => (time.isCertain() ? [] : ['clock']),
    noticesMs: () => (options.notices ? options.config().tiers.noticesMs : []),
    makeCode,
  });
  const time = createBbbTime({
    clock,
    resyncMs: options.resyncMs,
    ask: () => void trips.begin(),
    meetings,
    intake,
    onStep: () => resync?.request(),
    onSettled: () => {
      for (const { internalMeetingId } of [...meetings.all()]) wake(internalMeetingId);
    },
    log,
  });
  const { askRecordingStatus = async () => undefined } = options;
  const inquiry = createRecordingInquiry({ meetings, ask: askRecordingStatus, log });
  const parts: Parts = { meetings, tiers, reconciler, notices, inquiry, sightings };
  lanes = createLanes<InternalMeetingId>({
    clock,
    run: (id) => reconciler.run(id),
    onError(internalMeetingId, error) {
      metrics.laneErrors.inc();
      log.error({ internalMeetingId, error: messageOf(error) }, 'cannot evaluate a meeting; retrying');
    },
  });
  resync = createResync({
    ...options,
    meetings,
    sightings,
    tiers,
    notices,
    intake,
    wake,
    intervalMs: options.resyncMs,
    heardSince: () => hearing.since,
    onRead(running) {
      sweep(parts, now());
      inquiry.run();
      time.look();
      if (trips.missingSince !== undefined) trips.begin();
      if (running !== undefined) options.onResync?.(now(), running);
    },
  });
  return assemble({ ...parts, intake, resync, time, trips, now, lanes, hearing });
}

function assemble(
  built: Parts & {
    intake: Intake;
    resync: Resync;
    time: BbbTime;
    trips: RoundTrips;
    now: () => number;
    lanes: Lanes<InternalMeetingId>;
    hearing: BusHearing;
  },
): Watch {
  const { intake, meetings, tiers, resync, time, trips, now, lanes, hearing, sightings } = built;

  function interrupt(lastHeardAt: number | undefined, until: number | undefined): void {
    for (const { internalMeetingId, ended } of [...meetings.all()]) {
      if (ended === undefined)
        intake({ type: 'bus-interrupted', internalMeetingId, at: lastHeardAt ?? 0, until });
    }
  }

  return {
    intake,
    live(event) {
      if (event.type === 'meeting-created') tiers.begun(event.internalMeetingId);
      sightings.reported(event.internalMeetingId, now());
      trips.received();
      intake(time.fromBus(event, hearing.since));
    },
    delivered: (event) => intake(time.fromWebhook(event)),
    stamped(at) {
      trips.received();
      time.stamped(at);
    },
    answered(trip, at) {
      if (at !== undefined) time.stamped(at);
      trips.answered(trip, at === undefined ? undefined : time.ageMs(at));
    },
    trips,
    meetings,
    tiers,
    resync,
    now,
    time,
    lanes,
    busLost(lastHeardAt) {
      hearing.since = undefined;
      interrupt(lastHeardAt, undefined);
    },
    busBack(lastHeardAt) {
      hearing.since = now();
      time.ask();
      interrupt(lastHeardAt, hearing.since);
      resync.request();
    },
    reload() {
      tiers.reload();
      for (const meeting of [...meetings.all()]) lanes.wake(meeting.internalMeetingId);
    },
    ownerKnown(externalMeetingId) {
      for (const { internalMeetingId, props } of [...meetings.all()]) {
        if (props?.externalMeetingId !== externalMeetingId) continue;
        tiers.forgetReading(internalMeetingId);
        lanes.wake(internalMeetingId);
      }
    },
    async stop() {
      time.stop();
      await resync.stop();
      await lanes.stop();
    },
  };
}
