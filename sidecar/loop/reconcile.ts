/** One look at one meeting: settle what BBB has shown, decide, act, and say when to look again. */
import type { Action } from '../core/actions';
import type { Clock } from '../core/clock';
import { type Decision, decide, decideAmong } from '../core/decide';
import type { Doubt } from '../core/doubt';
import { SECOND_MS } from '../core/duration';
import { isLine } from '../core/lines';
import type { InternalMeetingId } from '../core/meeting';
import type { TierResolution } from '../core/tier-resolution';
import type { Act, Acts } from './acts';
import { createActs } from './acts';
import type { DecisionLog } from './decision-log';
import { completesAtOnce, type Execute } from './execute';
import type { Meetings } from './meetings';
import type { Notices } from './notices';
import type { RoundTrips } from './round-trips';
import type { TierAssignments } from './tier-assignments';

/** A chat line comes first, but a slow chat does not keep the decision waiting. */
const LINE_WITHIN_MS = 1.5 * SECOND_MS;
/** akka-apps answers within milliseconds; what got no answer in that time is asked again. */
const ASK_AGAIN_MS = SECOND_MS;

export interface ReconcileOptions {
  readonly meetings: Meetings;
  /** When the meeting was last certain to run. */
  readonly sightedAt: (id: InternalMeetingId) => number | undefined;
  readonly tiers: TierAssignments;
  readonly notices: Notices;
  readonly decisions: DecisionLog;
  readonly execute: Execute;
  readonly clock: Pick<Clock, 'schedule'>;
  readonly trips: Pick<RoundTrips, 'begin' | 'isBack'>;
  /** Runs that meeting again: a line failed after its run had ended. */
  readonly wake: (id: InternalMeetingId) => void;
  /** Epoch ms of our steady clock. */
  readonly now: () => number;
  readonly noticesMs: () => readonly number[];
  /** What is uncertain right now: then the limits are only observed. */
  readonly doubts: () => readonly Doubt[];
  readonly makeCode: () => string;
}

export interface Reconciler {
  /** Returns when to look again, epoch ms of our steady clock; undefined: when something happens. */
  run(id: InternalMeetingId): Promise<number | undefined>;
  forget(id: InternalMeetingId): void;
}

function settledNow(act: Act): boolean {
  return completesAtOnce(act.action) && act.recorded !== 'failed' && act.recorded !== undefined;
}

function earliest(...moments: readonly (number | undefined)[]): number | undefined {
  const known = moments.filter((moment) => moment !== undefined && Number.isFinite(moment)) as number[];
  return known.length === 0 ? undefined : Math.min(...known);
}

/** Resolves after `promise` or after `ms`, whichever is first. */
async function within(clock: Pick<Clock, 'schedule'>, ms: number, promise: Promise<unknown>): Promise<void> {
  let cancel = (): void => undefined;
  const limit = new Promise<void>((resolve) => {
    const scheduled = clock.schedule(ms, resolve);
    cancel = () => scheduled.cancel();
  });
  try {
    await Promise.race([promise, limit]);
  } finally {
    cancel();
  }
}

/** What a removal waits for, and since when. */
interface Wait {
  readonly trip: number;
  readonly askedAt: number;
}

/** Builds the loop body over state and executor. */
export function createReconciler(options: ReconcileOptions): Reconciler {
  const actsOf = new Map<InternalMeetingId, Acts>();
  /** By the removal's key. */
  const waitsOf = new Map<InternalMeetingId, Map<string, Wait>>();

  function acts(id: InternalMeetingId): Acts {
    const known = actsOf.get(id) ?? createActs();
    actsOf.set(id, known);
    return known;
  }

  /** One attempt at a line, which is waited for only so long. What it has become by then or later is in its act. */
  async function sendLine(id: InternalMeetingId, line: Action): Promise<void> {
    await within(options.clock, LINE_WITHIN_MS, attempt(id, line, undefined));
  }

  /** `line`: explains this decision and is sent first. */
  async function attempt(id: InternalMeetingId, action: Action, line: Action | undefined): Promise<void> {
    // Read again: the action before this one took time, and the meeting may have changed meanwhile.
    const view = options.meetings.view(id);
    if (view === undefined || view.meeting.ended !== undefined) return;
    const tier = options.tiers.of(view);
    if (tier.state === 'none') return;
    const assignment =
      tier.state === 'known' ? tier.assignment : { tenant: tier.tenant, tierCode: undefined };
    const now = options.now();
    const mine = acts(id);
    const act = mine.attempt(action, now, options.makeCode);
    const stillWanted = (): boolean => wanted(id).actions.some(({ key }) => key === action.key);
    act.underWay = true;
    try {
      await options.execute({
        act,
        view,
        assignment,
        now,
        sendLine: async () => (line === undefined ? undefined : sendLine(id, line)),
        stillWanted,
      });
    } finally {
      act.underWay = false;
    }
    if (act.sent !== undefined) mine.carriedOut(action.key, options.now());
    if (settledNow(act)) mine.finish(action.key);
    else if (isLine(action)) options.wake(id);
  }

  /** What the meeting needs in this moment. */
  function wanted(id: InternalMeetingId): Decision {
    const view = options.meetings.view(id);
    const tier: TierResolution = view === undefined ? { state: 'none' } : options.tiers.of(view);
    if (view === undefined || tier.state === 'none') return { actions: [], recheckAt: undefined };
    const now = options.now();
    const noticeSentAt = (key: string): number | undefined => options.notices.sentAt(id, key);
    const context = { now, noticesMs: options.noticesMs(), noticeSentAt, doubts: options.doubts() };
    if (tier.state === 'known') return decide(view, options.tiers.effective(id, tier.assignment), context);
    const candidates = tier.candidates.map((candidate) => options.tiers.effective(id, candidate));
    const { actions, recheckAt } = decideAmong(view, candidates, context);
    return { actions, recheckAt: earliest(recheckAt, tier.until > now ? tier.until : undefined) };
  }

  function settle(id: InternalMeetingId): void {
    const view = options.meetings.view(id);
    if (view === undefined) return;
    for (const { act, confirmation } of actsOf.get(id)?.settle(view) ?? [])
      options.decisions.outcome(act, confirmation, options.now());
  }

  /** All that are due at once: the chat line of one must not keep another waiting. Only a decision's first attempt waits for its line. */
  async function attemptDue(id: InternalMeetingId, actions: readonly Action[]): Promise<void> {
    const mine = acts(id);
    const due = actions.filter((action) => mine.isDue(action, options.now(), options.sightedAt(id)));
    const lines = due.filter(isLine);
    const decisions = due.filter((action) => !isLine(action));
    const begun = new Set(decisions.map(({ key }) => key).filter((key) => !mine.has(key)));
    const attempts = await Promise.allSettled([
      ...decisions.map((action) => {
        const line = begun.has(action.key)
          ? lines.find(({ explains }) => explains === action.key)
          : undefined;
        return attempt(id, action, line);
      }),
      ...lines.filter(({ explains }) => !begun.has(explains)).map((line) => sendLine(id, line)),
    ]);
    for (const each of attempts) if (each.status === 'rejected') throw each.reason;
  }

  /**
   * Nobody is removed while something about the meeting may be on its way: before each attempt akka-apps has answered a question, and the
   * removal was wanted from the question to the answer. Returns the keys of those that wait.
   */
  function waiting(id: InternalMeetingId, actions: readonly Action[]): ReadonlySet<string> {
    const now = options.now();
    const before = waitsOf.get(id);
    const due = actions.filter(
      (action) => action.type === 'eject-user' && acts(id).isDue(action, now, options.sightedAt(id)),
    );
    let begun: number | undefined;
    const ask = (): number => {
      begun ??= options.trips.begin(() => options.wake(id));
      return begun;
    };
    const waits = new Map<string, Wait>();
    for (const { key } of due) {
      const { trip, askedAt } = before?.get(key) ?? { trip: ask(), askedAt: now };
      if (options.trips.isBack(trip)) continue;
      const isAskedAgain = now - askedAt >= ASK_AGAIN_MS;
      if (isAskedAgain) ask();
      waits.set(key, { trip, askedAt: isAskedAgain ? now : askedAt });
    }
    if (waits.size === 0) waitsOf.delete(id);
    else waitsOf.set(id, waits);
    return new Set(waits.keys());
  }

  return {
    async run(id) {
      settle(id);
      const decision = wanted(id);
      const keys = new Set(decision.actions.map((action) => action.key));
      actsOf.get(id)?.keepOnly(keys, options.now());
      const waits = waiting(id, decision.actions);
      const actions = [...decision.actions, ...(actsOf.get(id)?.lingering(keys) ?? [])].filter(
        (action) => !waits.has(isLine(action) ? action.explains : action.key),
      );
      if (actions.length > 0) await attemptDue(id, actions);
      const mine = actsOf.get(id);
      // Of stray ids there may be any number; they must leave nothing behind.
      if (mine?.size === 0) actsOf.delete(id);
      // A line that failed while this run waited for its decision may be wanted no more than by its own act.
      const open = [...actions, ...(mine?.lingering(keys) ?? [])];
      const askAgainAt = waits.size === 0 ? undefined : options.now() + ASK_AGAIN_MS;
      return earliest(decision.recheckAt, mine?.nextAt(open, options.sightedAt(id)), askAgainAt);
    },
    forget(id) {
      actsOf.delete(id);
      waitsOf.delete(id);
    },
  };
}
