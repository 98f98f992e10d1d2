/** Reads all of BBB's meetings at intervals and at need, so that nothing depends on an event having arrived. Decides nothing. */
import { setImmediate } from 'node:timers/promises';
import type { Clock, Scheduled } from '../core/clock';
import type { Config } from '../core/config';
import { SECOND_MS } from '../core/duration';
import type { InternalMeetingId, MeetingProps } from '../core/meeting';
import { provesPresence, type Verdict } from '../core/running';
import { faultOf, messageOf } from '../errors';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import type { Intake } from './intake';
import type { Meetings } from './meetings';
import type { Notices } from './notices';
import type { Journal, Reader, Recollection } from './ports';
import type { Sightings } from './sightings';
import type { TierAssignments } from './tier-assignments';

/** Requests that come in a burst are one. */
const SOON_MS = 0.25 * SECOND_MS;
/** Of a reading. In between the bus has its turn: somebody may have to be removed while hundreds of meetings are taken in. */
const EVENTS_AT_ONCE = 10;
const FIRST_RETRY_MS = 2 * SECOND_MS;
/** A database that is away is tried so often, for running meetings wait for it. */
const LONGEST_RECALL_PAUSE_MS = 15 * SECOND_MS;
/** The notice under which it is kept since when a meeting's tier has been known. */
export const TIER_KNOWN_KEY = 'tier/known';
/** So many readings may be requested at once; from then on one every few seconds. */
const REQUESTS_AT_ONCE = 4;
const REQUEST_EVERY_MS = 5 * SECOND_MS;

export interface Resync {
  /** The first reading, and from then on every `intervalMs`. */
  start(): Promise<void>;
  /** One more reading soon; within what the request budget allows. Ignored while a reading is being taken in: it is that reading. */
  request(): void;
  /** Something is to be read from the journal soon. */
  requestRecall(): void;
  stop(): Promise<void>;
  /** When BBB's meetings were last listed in full, undefined: never. */
  readonly lastAt: number | undefined;
  /** A reading is under way. */
  readonly reading: boolean;
  /** Running meetings that akka-apps lists, that bbb-web does not, and of whose creation nothing is kept: no limit is held in them. */
  readonly unheld: number;
}

export interface ResyncOptions {
  readonly reader: Reader;
  readonly journal: Journal;
  readonly meetings: Meetings;
  readonly sightings: Pick<Sightings, 'read' | 'at'>;
  readonly tiers: TierAssignments;
  readonly notices: Notices;
  readonly intake: Intake;
  readonly clock: Clock;
  readonly config: () => Config;
  readonly intervalMs: number;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly wake: (id: InternalMeetingId) => void;
  /** Since when the bus is subscribed to without a break; undefined: it is not. */
  readonly heardSince: () => number | undefined;
  /** After each reading; `running`, what certainly runs, only when both of BBB's lists were read whole. */
  readonly onRead: (running: ReadonlySet<InternalMeetingId> | undefined) => void;
}

/** Builds the level read over BBB's lists and the journal. */
export function createResync(options: ResyncOptions): Resync {
  const { reader, journal, meetings, intake, clock, log, metrics } = options;
  const recalled = new Set<InternalMeetingId>();
  const met = new Set<InternalMeetingId>();
  /** What running meetings were created with, as an earlier run of the service kept it. */
  const creations = new Map<InternalMeetingId, MeetingProps>();
  let timer: Scheduled | undefined;
  let timerAt = Number.POSITIVE_INFINITY;
  let running: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  let failures = 0;
  let lastAt: number | undefined;
  let unheld = 0;
  let recallTimer: Scheduled | undefined;
  let recallFailures = 0;
  let recalling: Promise<void> | undefined;
  let takingIn = false;
  let requests = REQUESTS_AT_ONCE;
  let refilledAt = Number.NEGATIVE_INFINITY;

  /** Before a meeting's first list: mark everything before our subscription to the bus as unknown. */
  function meet(running: ReadonlySet<InternalMeetingId>): void {
    for (const internalMeetingId of running) {
      if (met.has(internalMeetingId)) continue;
      met.add(internalMeetingId);
      // A meeting whose creation the bus reported was seen from its beginning.
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
    if (kept?.props !== undefined) {
      const host = options.config().tenants.get(kept.assignment?.tenant ?? '')?.host;
      const metadata = host === undefined ? {} : { 'bbb-origin-server-name': host };
      creations.set(id, { ...kept.props, metadata });
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
          'cannot read the stored state of running meetings from the database; their limits are only observed, retrying',
        );
      const pauseMs = Math.min(FIRST_RETRY_MS * 2 ** recallFailures, LONGEST_RECALL_PAUSE_MS);
      recallFailures += 1;
      armRecall(pauseMs);
    }
  }

  /** bbb-web was restarted, too, and lists the running meeting no more: what was kept of its creation takes the place of its entry. */
  function recreate(followed: ReadonlySet<InternalMeetingId>): void {
    const at = clock.now();
    for (const [internalMeetingId, props] of creations) {
      if (followed.has(internalMeetingId) && meetings.get(internalMeetingId)?.props === undefined)
        intake({
          type: 'meeting-created',
          internalMeetingId,
          at,
          // The bus did not report it: what came before our subscription stays unknown.
          via: 'webhook',
          startedAt: undefined,
          props,
        });
      creations.delete(internalMeetingId);
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

  /** Closes what does not run, at its last sight. */
  function close(verdicts: ReadonlyMap<InternalMeetingId, Verdict>, at: number): void {
    for (const [internalMeetingId, verdict] of verdicts) {
      const meeting = meetings.get(internalMeetingId);
      if (verdict !== 'gone' || meeting === undefined || meeting.ended !== undefined) continue;
      const seenAt = Number.isFinite(meeting.seenAt) ? meeting.seenAt : at;
      const lastSeenAt = options.sightings.at(internalMeetingId) ?? seenAt;
      intake({ type: 'meeting-missing', internalMeetingId, at, lastSeenAt: Math.min(lastSeenAt, at) });
    }
    for (const known of [recalled, met])
      for (const id of known) if (!verdicts.has(id) && meetings.get(id) === undefined) known.delete(id);
  }

  /** While nothing is certain, what is kept is kept up to date; nothing is met, and nothing revived. */
  function isFollowed(id: InternalMeetingId, verdict: Verdict | undefined): boolean {
    if (verdict !== 'unclear') return verdict === 'runs';
    const meeting = meetings.get(id);
    return meeting !== undefined && meeting.ended === undefined;
  }

  /** What BBB's lists bring asks for no further reading of them. */
  function takeIn(run: () => void): void {
    takingIn = true;
    try {
      run();
    } finally {
      takingIn = false;
    }
  }

  async function read(): Promise<void> {
    const reading = await reader.readAll();
    const verdicts = options.sightings.read(reading);
    const isComplete = reading.akka.isComplete && reading.web.isComplete;
    const followed = new Set([...verdicts.keys()].filter((id) => isFollowed(id, verdicts.get(id))));
    const listed = new Set(
      [...reading.akka.entries.keys(), ...reading.web.entries.keys()].filter((id) => followed.has(id)),
    );
    meet(listed);
    await recall(listed);
    const events = reading.events.filter(
      ({ internalMeetingId: id, type }) =>
        followed.has(id) && (type !== 'analytics-snapshot' || provesPresence(verdicts.get(id))),
    );
    for (let from = 0; from < events.length; from += EVENTS_AT_ONCE) {
      if (from > 0) await setImmediate();
      takeIn(() => events.slice(from, from + EVENTS_AT_ONCE).forEach(intake));
    }
    takeIn(() => {
      if (reading.web.isComplete) {
        recreate(followed);
        unheld = [...listed].filter((id) => meetings.get(id)?.props === undefined).length;
      }
      options.tiers.refreshRoles();
      close(verdicts, reading.startedAt);
    });
    failures = 0;
    lastAt = clock.now();
    metrics.resyncs.inc({ result: isComplete ? 'complete' : 'partial' });
    const running = new Set([...verdicts].filter(([, verdict]) => verdict === 'runs').map(([id]) => id));
    options.onRead(isComplete ? running : undefined);
  }

  /** Anybody can put ids onto the bus that BBB never lists; each wants a reading. */
  function request(): void {
    if (takingIn) return;
    const now = clock.now();
    if (timerAt <= now + SOON_MS) return;
    const gained = Math.floor((now - refilledAt) / REQUEST_EVERY_MS);
    if (gained > 0) {
      requests = Math.min(REQUESTS_AT_ONCE, requests + gained);
      refilledAt = now;
    }
    const hasBudget = requests > 0;
    if (hasBudget) requests -= 1;
    arm(hasBudget ? SOON_MS : REQUEST_EVERY_MS);
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
      // The reader logs BBB's outages; everything else is a fault of ours.
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
    request,
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
    get unheld() {
      return unheld;
    },
    get reading() {
      return running !== undefined || recalling !== undefined;
    },
  };
}
