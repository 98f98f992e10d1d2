/** Reads all of BBB's meetings at intervals and at need, so that nothing depends on an event having arrived. Decides nothing. */
import type { Clock, Scheduled } from '../core/clock';
import { SECOND_MS } from '../core/duration';
import type { InternalMeetingId } from '../core/meeting';
import { faultOf, messageOf } from '../errors';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import type { Intake } from './intake';
import type { Meetings } from './meetings';
import type { Notices } from './notices';
import type { Journal, Reader, Recollection } from './ports';
import type { TierAssignments } from './tier-assignments';

/** Newer than this when the reading began, a meeting may be too young for BBB's lists. */
const TOO_YOUNG_MS = 5 * SECOND_MS;
/** Requests that come in a burst are one. */
const SOON_MS = 0.25 * SECOND_MS;
const FIRST_RETRY_MS = 2 * SECOND_MS;
/** A database that is away is tried so often, for running meetings wait for it. */
const LONGEST_RECALL_PAUSE_MS = 15 * SECOND_MS;
/** The notice under which it is kept since when a meeting's tier has been known. */
export const TIER_KNOWN_KEY = 'tier/known';

export interface Resync {
  /** The first reading, and from then on every `intervalMs`. */
  start(): Promise<void>;
  /** One more reading soon. */
  request(): void;
  /** Something is to be read from the journal soon. */
  requestRecall(): void;
  stop(): Promise<void>;
  /** When BBB last told all its meetings, undefined: never. */
  readonly lastAt: number | undefined;
  /** A reading is under way. */
  readonly reading: boolean;
}

export interface ResyncOptions {
  readonly reader: Reader;
  readonly journal: Journal;
  readonly meetings: Meetings;
  readonly tiers: TierAssignments;
  readonly notices: Notices;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly intervalMs: number;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly wake: (id: InternalMeetingId) => void;
  /** Since when the bus is heard without a break; undefined: it is not. */
  readonly heardSince: () => number | undefined;
  /** After each reading; `running` only when both of BBB's lists were read whole. */
  readonly onRead: (running: ReadonlySet<InternalMeetingId> | undefined) => void;
}

/** Builds the level read over BBB's lists and the journal. */
export function createResync(options: ResyncOptions): Resync {
  const { reader, journal, meetings, intake, clock, log, metrics } = options;
  const recalled = new Set<InternalMeetingId>();
  const met = new Set<InternalMeetingId>();
  let timer: Scheduled | undefined;
  let timerAt = Number.POSITIVE_INFINITY;
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  let failures = 0;
  let lastAt: number | undefined;
  let recallTimer: Scheduled | undefined;
  let recallFailures = 0;
  let recalling: Promise<void> | undefined;

  /** Before a meeting's first list: what happened before the bus was heard is not known, whatever was kept of it. */
  function meet(running: ReadonlySet<InternalMeetingId>): void {
    for (const internalMeetingId of running) {
      if (met.has(internalMeetingId)) continue;
      met.add(internalMeetingId);
      // Whose creation the bus reported was heard from the beginning on.
      const known = meetings.get(internalMeetingId);
      if (known !== undefined && known.gap === undefined) continue;
      intake({ type: 'bus-interrupted', internalMeetingId, at: 0, until: options.heardSince() });
    }
  }

  function restore(id: InternalMeetingId, kept: Recollection | undefined): void {
    if (kept !== undefined) {
      options.notices.remember(id, kept.notices);
      intake(kept.remembered);
    }
    options.tiers.restore(id, kept?.assignment, kept?.notices.get(TIER_KNOWN_KEY));
    recalled.add(id);
    options.wake(id);
    for (const room of meetings.breakoutsOf(id)) options.wake(room);
  }

  /** What was kept of running meetings that this process has not read yet. Tried again by itself until it can be read. */
  async function recall(listed: Iterable<InternalMeetingId>): Promise<void> {
    const wanted = [...listed].filter((id) => !recalled.has(id));
    if (wanted.length === 0 || stopped) return;
    try {
      const found = await journal.recall(wanted);
      for (const id of wanted) restore(id, found.get(id));
      recallFailures = 0;
    } catch (error) {
      if (recallFailures === 0)
        log.warn(
          { error: messageOf(error) },
          'cannot read what was kept of running meetings; their limits are only observed, retrying',
        );
      const pauseMs = Math.min(FIRST_RETRY_MS * 2 ** recallFailures, LONGEST_RECALL_PAUSE_MS);
      recallFailures += 1;
      armRecall(pauseMs);
    }
  }

  /** Those without a tier, of which nothing was read: lists may name others. */
  function unread(): readonly InternalMeetingId[] {
    const running = [...meetings.all()].filter(
      ({ ended, props }) => ended === undefined && props !== undefined,
    );
    return running
      .map(({ internalMeetingId }) => internalMeetingId)
      .filter((id) => !options.tiers.isRestored(id));
  }

  function armRecall(delayMs: number): void {
    const at = clock.now() + delayMs;
    options.tiers.journalDueAt(at);
    if (stopped || recallTimer !== undefined) return;
    recallTimer = clock.schedule(delayMs, () => {
      recallTimer = undefined;
      recalling = recall(unread()).finally(() => {
        recalling = undefined;
      });
    });
  }

  function missing(seen: ReadonlySet<InternalMeetingId>, startedAt: number): void {
    for (const meeting of [...meetings.all()]) {
      const { internalMeetingId } = meeting;
      if (
        seen.has(internalMeetingId) ||
        meeting.ended !== undefined ||
        meeting.seenAt >= startedAt - TOO_YOUNG_MS
      )
        continue;
      intake({ type: 'meeting-missing', internalMeetingId, at: startedAt });
    }
    for (const known of [recalled, met])
      for (const id of known) if (!seen.has(id) && meetings.get(id) === undefined) known.delete(id);
  }

  async function read(): Promise<void> {
    const result = await reader.readAll();
    meet(result.running);
    await recall(result.running);
    for (const event of result.events) intake(event);
    options.tiers.refreshRoles();
    if (result.complete) missing(result.running, result.startedAt);
    failures = 0;
    lastAt = clock.now();
    metrics.resyncs.inc({ result: result.complete ? 'complete' : 'partial' });
    options.onRead(result.complete ? result.running : undefined);
  }

  function arm(delayMs: number): void {
    const at = clock.now() + delayMs;
    if (stopped || at >= timerAt) return;
    timer?.cancel();
    timerAt = at;
    timer = clock.schedule(delayMs, () => {
      timerAt = Number.POSITIVE_INFINITY;
      void run();
    });
  }

  async function once(): Promise<void> {
    try {
      await read();
      arm(options.intervalMs);
    } catch (error) {
      metrics.resyncs.inc({ result: 'failed' });
      // Of BBB being away its reader has told; everything else is a fault of ours.
      const level = faultOf(error) === 'away' ? 'debug' : 'warn';
      log[level]({ error: messageOf(error) }, 'a reading of all meetings failed and is repeated');
      arm(Math.min(FIRST_RETRY_MS * 2 ** failures, options.intervalMs));
      failures += 1;
    }
  }

  async function run(): Promise<void> {
    if (running !== undefined) {
      again = true;
      return running;
    }
    running = once();
    await running;
    running = undefined;
    if (!again || stopped) return undefined;
    again = false;
    arm(SOON_MS);
    return undefined;
  }

  return {
    start: run,
    request: () => arm(SOON_MS),
    requestRecall: () => armRecall(SOON_MS),
    async stop() {
      stopped = true;
      timer?.cancel();
      recallTimer?.cancel();
      await running;
      await recalling;
    },
    get lastAt() {
      return lastAt;
    },
    get reading() {
      return running !== undefined || recalling !== undefined;
    },
  };
}
