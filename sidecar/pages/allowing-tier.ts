/** The cheapest tier that would have allowed what was stopped; promises nothing about other limits. */
import type { LimitName } from '../core/limits/define-limit';
import type { Tier } from '../core/tier';

/** What was passed, and by how much: minutes, people; for a recording neither matters. */
export interface Passed {
  readonly limit: LimitName;
  readonly value: number | null;
  readonly allowed: number | null;
}

const MINUTE_MS = 60_000;

function allows({ limits }: Tier, { limit, value, allowed }: Passed): boolean {
  const setting = limits[limit];
  if (setting.enforce !== 'hard' || setting.max === 'unlimited' || setting.max === true) return true;
  if (limit === 'recording' || value === null) return false;
  const max = limit === 'meeting_duration' ? Number(setting.max) / MINUTE_MS : Number(setting.max);
  // A meeting is ended as it reaches its length: the same length again would not have allowed it.
  return max >= value && (allowed === null || max > allowed);
}

/** On request comes after every price. */
function priceOf({ monthlyFee, setupFee }: Tier): readonly [number, number] {
  return [monthlyFee === 'on-request' ? Number.MAX_VALUE : monthlyFee, setupFee];
}

/** By monthly fee, then by set-up fee, then as in the file; undefined when none allows it. */
export function cheapestAllowing(tiers: Iterable<Tier>, passed: Passed): Tier | undefined {
  let best: Tier | undefined;
  for (const tier of tiers) {
    if (!allows(tier, passed)) continue;
    const [month, setup] = priceOf(tier);
    const [bestMonth, bestSetup] = best === undefined ? [Infinity, Infinity] : priceOf(best);
    if (month < bestMonth || (month === bestMonth && setup < bestSetup)) best = tier;
  }
  return best;
}
