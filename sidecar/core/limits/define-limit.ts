/** What a limit is: one value in the tier, its `create` parameters, what to do when it is passed, and the words for that. */
import type { z } from 'zod';
import type { Action, ActionType } from '../actions';
import type { UnknownOwnerRule } from '../config';
import type { Meeting } from '../meeting';
import type { LIMITS } from './index';

/** `hard` is acted upon, `soft` is announced in the meeting and recorded, `observe` only recorded. */
export const ENFORCEMENTS = ['hard', 'soft', 'observe'] as const;
export type Enforcement = (typeof ENFORCEMENTS)[number];

/** Follows the list. That is why each limit is annotated: its inferred type would hang on `check`, whose reasons hang on this one. */
export type LimitName = (typeof LIMITS)[number]['name'];

/** A limit's value in a tier. */
export interface LimitSetting<Value> {
  readonly max: Value | 'unlimited';
  readonly enforce: Enforcement;
}

/** What a limit may look at besides its own value. Times are epoch ms of our steady clock. */
export interface LimitContext {
  readonly meeting: Meeting;
  /** For a breakout room: its parent, undefined while unknown. */
  readonly parent: Meeting | undefined;
  /** The breakout rooms of this meeting: those that run, and those whose end BBB announced, with who was there until then. */
  readonly breakouts: readonly Meeting[];
  readonly tierTitle: string;
  /** External user id of the room's owner (`gl-…`), undefined when no claim and no role look-up names one. */
  readonly owner: string | undefined;
  /** Who keeps their seat while `owner` is undefined. */
  readonly unknownOwner: UnknownOwnerRule;
  /** When the tier became known, if that was after the meeting began; epoch ms. */
  readonly tierKnownSince: number | undefined;
  readonly enforce: Enforcement;
  readonly now: number;
  /** How long before the end a chat notice is sent, longest first. */
  readonly noticesMs: readonly number[];
  /** When the notice of that key was sent, undefined when it was not. */
  readonly noticeSentAt: (key: string) => number | undefined;
}

export interface Verdict {
  readonly actions: readonly Action[];
  /** Look again at this moment even if nothing happens. */
  readonly recheckAt?: number | undefined;
}

/** What of a decision a limit needs to say why it was taken. */
export interface Occasion {
  readonly action: ActionType;
  /** What was seen and what the tier allowed, as `amount` counts. Infinite or NaN where that is not known any more. */
  readonly value: number;
  readonly allowed: number;
}

export interface Limit<Name extends string, Value> {
  /** The key in tiers.yml, in the API and in the decision log; the file's own name with `_`. */
  readonly name: Name;
  /** The head of its column where a table has to be narrow. */
  readonly heading: string;
  /** The value as operators write it, without `unlimited` and without the `{max, enforce}` form. */
  readonly schema: z.ZodType<Value>;
  /** The value in JSON, which is what `schema` makes of it. */
  readonly valueSchema: z.ZodType<Value>;
  /** True when `a` allows at least as much as `b`. */
  readonly allows: (a: Value, b: Value) => boolean;
  /** For a value that means "no limit" without saying `unlimited` (`recording: true`). */
  readonly isOpen: (value: Value) => boolean;
  /** Parameters of BBB's `create` that make BBB hold this limit itself; none where it cannot. They only tighten: an open value gives none. */
  readonly createParams: (value: Value) => Readonly<Record<string, string>>;
  /** The value in the unit of a decision's `value` and `allowed`: minutes, people, 1 for a yes. More allows more. */
  readonly amount: (value: Value) => number;
  /** Why something was done, in plain English after what was done. `tier`: "the tier 'free'" or "its tier". */
  readonly because: (occasion: Occasion, tier: string) => string;
  /** Level-triggered: emits its actions as long as the limit is passed. Called only with a value that is a limit. */
  readonly check: (value: Value, context: LimitContext) => Verdict;
}

export const ALLOW: Verdict = { actions: [] };
