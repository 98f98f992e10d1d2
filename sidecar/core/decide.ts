/** Walks the limits and says what a meeting needs now; level-triggered, so it repeats itself until BBB shows that it is done. */
import type { Action } from './actions';
import type { UnknownOwnerRule } from './config';
import { type Doubt, permittedUnder } from './doubt';
import type { LimitContext, LimitSetting } from './limits/define-limit';
import { type AnyLimit, LIMITS } from './limits/index';
import type { Meeting } from './meeting';
import type { TierLimits } from './tier';

/** A meeting with its family, as the loop has it in this moment. */
export interface MeetingView {
  readonly meeting: Meeting;
  readonly parent: Meeting | undefined;
  readonly breakouts: readonly Meeting[];
}

/** The tier as it holds for one meeting. */
export interface EffectiveTier {
  readonly title: string;
  readonly limits: TierLimits;
  /** External user id of the room's owner (`gl-…`). */
  readonly owner: string | undefined;
  /** Who keeps their seat while `owner` is undefined. */
  readonly unknownOwner: UnknownOwnerRule;
  /** When the tier became known, if that was after the meeting began: the end is announced in full from then on. Epoch ms. */
  readonly knownSince?: number | undefined;
}

export interface DecideContext {
  /** Epoch ms of our steady clock. */
  readonly now: number;
  readonly noticesMs: readonly number[];
  readonly noticeSentAt: (key: string) => number | undefined;
  /** While there is any, nothing is ended, removed, stopped or marked. Absent: none. */
  readonly doubts?: readonly Doubt[];
}

export interface Decision {
  readonly actions: readonly Action[];
  readonly recheckAt: number | undefined;
}

function isDone(action: Action, noticeSentAt: (key: string) => number | undefined): boolean {
  return action.type === 'record-breach' && noticeSentAt(action.key) !== undefined;
}

/** What to do now and when to look again without being woken. An ended or still unknown meeting needs nothing. */
export function decide(view: MeetingView, tier: EffectiveTier, context: DecideContext): Decision {
  const { meeting } = view;
  if (meeting.props === undefined || meeting.ended !== undefined)
    return { actions: [], recheckAt: undefined };
  const actions: Action[] = [];
  let recheckAt: number | undefined;
  for (const limit of LIMITS as readonly AnyLimit[]) {
    const setting = tier.limits[limit.name] as LimitSetting<unknown>;
    if (setting.max === 'unlimited' || limit.isOpen(setting.max)) continue;
    const limitContext: LimitContext = {
      ...view,
      ...context,
      enforce: setting.enforce,
      tierTitle: tier.title,
      owner: tier.owner,
      unknownOwner: tier.unknownOwner,
      tierKnownSince: tier.knownSince,
    };
    const verdict = limit.check(setting.max, limitContext);
    const wanted = verdict.actions.filter((action) => !isDone(action, context.noticeSentAt));
    actions.push(...permittedUnder(context.doubts ?? [], wanted));
    if (verdict.recheckAt !== undefined)
      recheckAt = Math.min(recheckAt ?? Number.POSITIVE_INFINITY, verdict.recheckAt);
    // A meeting that is over needs nobody removed from it.
    if (actions.some((action) => action.type === 'end-meeting')) break;
  }
  return { actions, recheckAt };
}

/**
 * While the tier is unknown: what each of the tiers that it may turn out to be would have done in the same words, and nothing that
 * cannot be undone. Without candidates it may be any tier: nothing.
 */
export function decideAmong(
  view: MeetingView,
  candidates: readonly EffectiveTier[],
  context: DecideContext,
): Decision {
  const title = [...new Set(candidates.map((tier) => tier.title))].join(' or ');
  const doubts: readonly Doubt[] = [...(context.doubts ?? []), 'tier'];
  const [first, ...others] = candidates.map((tier) =>
    decide(view, { ...tier, title }, { ...context, doubts }),
  );
  if (first === undefined) return { actions: [], recheckAt: undefined };
  const wording = (action: Action): string =>
    action.type === 'refresh-meeting'
      ? action.key
      : JSON.stringify([action.key, action.reason, 'text' in action ? action.text : undefined]);
  const actions = first.actions.filter((action) =>
    others.every((other) => other.actions.some((each) => wording(each) === wording(action))),
  );
  const recheckAt = Math.min(...[first, ...others].map((each) => each.recheckAt ?? Number.POSITIVE_INFINITY));
  return { actions, recheckAt: Number.isFinite(recheckAt) ? recheckAt : undefined };
}
