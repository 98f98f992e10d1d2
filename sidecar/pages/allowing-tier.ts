/** Which tier allows what was stopped, and how; promises nothing about other limits. */
import type { LimitName } from '../core/limits/define-limit';
import type { Tier } from '../core/tier';

/** What was passed, and by how much: minutes, people; for a recording neither matters. */
export interface Passed {
  readonly limit: LimitName;
  readonly value: number | null;
  readonly allowed: number | null;
}

const MINUTE_MS = 60_000;

/** How a tier allows it: by how many people or minutes, without end, or because its limit is not held. */
export type Allowance = number | 'unlimited' | 'not-held';

/** How `tier` as it is now allows what was passed; undefined when it does not. */
export function allowanceOf({ limits }: Tier, { limit, value, allowed }: Passed): Allowance | undefined {
  const { max: setting, enforce } = limits[limit];
  if (setting === 'unlimited' || setting === true) return 'unlimited';
  const max = limit === 'meeting_duration' ? Number(setting) / MINUTE_MS : Number(setting);
  const isEnough = limit !== 'recording' && value !== null && max >= value;
  // A meeting is ended as it reaches its length: the same length again would not have allowed it.
  if (isEnough && (allowed === null || max > allowed)) return max;
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
