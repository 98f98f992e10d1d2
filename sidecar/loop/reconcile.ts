/** One look at one meeting: settle what BBB has shown, decide, act, and say when to look again. */
import type { Action } from '../core/actions';
import { type Decision, decide } from '../core/decide';
import type { InternalMeetingId } from '../core/meeting';
import type { Act, Acts } from './acts';
import { createActs } from './acts';
import type { DecisionLog } from './decision-log';
import { completesAtOnce, type Execute } from './execute';
import type { Meetings } from './meetings';
import type { Notices } from './notices';
import type { TierBook } from './tier-book';

export interface ReconcileOptions {
  readonly meetings: Meetings;
  readonly tiers: TierBook;
  readonly notices: Notices;
  readonly decisions: DecisionLog;
  readonly execute: Execute;
  /** Epoch ms of BBB's clock. */
  readonly now: () => number;
  readonly noticesMs: () => readonly number[];
  readonly makeCode: () => string;
}

export interface Reconciler {
  /** Returns when to look again, epoch ms of BBB's clock; undefined: when something happens. */
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

/** Builds the loop body over state and executor. */
export function createReconciler(options: ReconcileOptions): Reconciler {
  const actsOf = new Map<InternalMeetingId, Acts>();

  function acts(id: InternalMeetingId): Acts {
    const known = actsOf.get(id) ?? createActs();
    actsOf.set(id, known);
    return known;
  }

  async function attempt(id: InternalMeetingId, action: Action): Promise<void> {
    // Read again: the action before this one took time, and the meeting may have changed meanwhile.
    const view = options.meetings.view(id);
    const assignment = view === undefined ? undefined : options.tiers.of(view);
    if (view === undefined || assignment === undefined || view.meeting.ended !== undefined) return;
    const now = options.now();
    const act = acts(id).attempt(action, now, options.makeCode);
    const stillWanted = (): boolean => wanted(id).actions.some(({ key }) => key === action.key);
    await options.execute({ act, view, assignment, now, stillWanted });
    if (settledNow(act)) acts(id).finish(action.key);
  }

  /** What the meeting needs in this moment. */
  function wanted(id: InternalMeetingId): Decision {
    const view = options.meetings.view(id);
    const assignment = view === undefined ? undefined : options.tiers.of(view);
    if (view === undefined || assignment === undefined) return { actions: [], recheckAt: undefined };
    const noticeSentAt = (key: string): number | undefined => options.notices.sentAt(id, key);
    const context = { now: options.now(), noticesMs: options.noticesMs(), noticeSentAt, doubts: [] };
    return decide(view, options.tiers.effective(assignment), context);
  }

  function settle(id: InternalMeetingId): void {
    const view = options.meetings.view(id);
    if (view === undefined) return;
    for (const { act, confirmation } of actsOf.get(id)?.settle(view) ?? []) {
      if (act.action.type !== 'refresh-meeting') options.decisions.outcome(act, confirmation, options.now());
    }
  }

  /** All that are due at once: the chat line of one must not keep another waiting. */
  async function attemptDue(id: InternalMeetingId, actions: readonly Action[]): Promise<void> {
    const mine = acts(id);
    const due = actions.filter((action) => mine.isDue(action, options.now()));
    const attempts = await Promise.allSettled(due.map((action) => attempt(id, action)));
    for (const each of attempts) if (each.status === 'rejected') throw each.reason;
  }

  return {
    async run(id) {
      settle(id);
      const { actions, recheckAt } = wanted(id);
      actsOf.get(id)?.keepOnly(new Set(actions.map((action) => action.key)));
      if (actions.length > 0) await attemptDue(id, actions);
      const mine = actsOf.get(id);
      // Of stray ids there may be any number; they must leave nothing behind.
      if (mine?.size === 0) actsOf.delete(id);
      return earliest(recheckAt, mine?.nextAt(actions));
    },
    forget: (id) => void actsOf.delete(id),
  };
}
