/** Which tier allows what was stopped, and how; promises nothing about other limits. */
import type { LimitName, LimitSetting } from '../core/limits/define-limit';
import { limitNamed } from '../core/limits/index';
import type { Tier } from '../core/tier';

/** What was passed, and by how much, as the limit counts. */
export interface Passed {
  readonly limit: LimitName;
  readonly value: number | null;
  readonly allowed: number | null;
}

/** How a tier allows it: by how many people or minutes, wholly, or because its limit is not held. */
export type Allowance = number | 'unlimited' | 'not-held';

/** How `tier` as it is now allows what was passed; undefined when it does not. */
export function allowanceOf({ limits }: Tier, { limit, value, allowed }: Passed): Allowance | undefined {
  const known = limitNamed(limit);
  if (known === undefined) return undefined;
  const { max, enforce }: LimitSetting<unknown> = limits[limit];
  if (max === 'unlimited' || known.isOpen(max)) return 'unlimited';
  const amount = known.amount(max);
  // A meeting is ended as it reaches its length: the same length again would not have allowed it.
  if (value !== null && amount >= value && (allowed === null || amount > allowed)) return amount;
  return enforce === 'hard' ? undefined : 'not-held';
}

/** On request comes after every price. */
function priceOf({ monthlyFee, setupFee }: Tier): readonly [number, number] {
  return [monthlyFee === 'on-request' ? Number.MAX_VALUE : monthlyFee, setupFee];
}

/** By monthly fee, then by set-up fee, then as in the file; undefined when none allows it. */
export function cheapestAllowing(tiers: Iterable<Tier>, passed: Passed): Tier | undefined {
  let best: Tier | undefined;
  for (const tier of tiers) {
    if (allowanceOf(tier, passed) === undefined) continue;
    const [month, setup] = priceOf(tier);
    const [bestMonth, bestSetup] = best === undefined ? [Infinity, Infinity] : priceOf(best);
    if (month < bestMonth || (month === bestMonth && setup < bestSetup)) best = tier;
  }
  return best;
}
