/** What a limit is: one value in the tier, what BBB can be told at `create`, what to do when it is passed. Holds no limit itself. */
import type { z } from 'zod';
import type { Action } from '../actions';
import type { Meeting } from '../meeting';

/** `hard` is acted upon, `soft` is told to the meeting and recorded, `observe` only recorded. */
export const ENFORCEMENTS = ['hard', 'soft', 'observe'] as const;
export type Enforcement = (typeof ENFORCEMENTS)[number];

export type LimitName = 'meeting_duration' | 'participants' | 'recording';

/** A limit's value in a tier. */
export interface LimitSetting<Value> {
  readonly max: Value | 'unlimited';
  readonly enforce: Enforcement;
}

/** What a limit may look at besides its own value. Times are epoch ms of BBB's clock. */
export interface LimitContext {
  readonly meeting: Meeting;
  /** For a breakout room: its parent, undefined while unknown. */
  readonly parent: Meeting | undefined;
  /** The running breakout rooms of this meeting. */
  readonly breakouts: readonly Meeting[];
  readonly tierTitle: string;
  /** External user id of the room's owner (`gl-…`), undefined when nobody vouches for one. */
  readonly owner: string | undefined;
  readonly enforce: Enforcement;
  readonly now: number;
  /** How long before the end the chat is told, longest first. */
  readonly noticesMs: readonly number[];
  /** When the notice of that key was sent, undefined when it was not. */
  readonly noticeSentAt: (key: string) => number | undefined;
}

export interface Verdict {
  readonly actions: readonly Action[];
  /** Look again at this moment even if nothing happens. */
  readonly recheckAt?: number | undefined;
}

export interface Limit<Name extends LimitName, Value> {
  readonly name: Name;
  /** The value as operators write it, without `unlimited` and without the `{max, enforce}` form. */
  readonly schema: z.ZodType<Value>;
  /** True when `a` allows at least as much as `b`. */
  readonly allows: (a: Value, b: Value) => boolean;
  /** For a value that means "no limit" without saying `unlimited` (`recording: true`). */
  readonly isOpen: (value: Value) => boolean;
  /** Parameters of BBB's `create` that make BBB hold this limit itself. They only tighten: an open value gives none. */
  readonly createParams: (value: Value) => Readonly<Record<string, string>>;
  /** Level-triggered: emits its actions as long as the limit is passed. Called only with a value that is a limit. */
  readonly check: (value: Value, context: LimitContext) => Verdict;
}

/** Gives a limit its types; see `index.ts` for the list it must be entered in. */
export function defineLimit<const Name extends LimitName, Value>(
  limit: Limit<Name, Value>,
): Limit<Name, Value> {
  return limit;
}

export const ALLOW: Verdict = { actions: [] };
