/** A tier: what is sold. Derives its shape from the list of limits; compares tiers, decides nothing about meetings. */
import type { Enforcement, LimitName, LimitSetting } from './limits/define-limit';
import { ENFORCEMENTS } from './limits/define-limit';
import { type AnyLimit, LIMITS } from './limits/index';

type ValueOf<L> = L extends { schema: { _output: infer Value } } ? Value : never;
/** One setting per limit: `meeting_duration` in milliseconds, `participants` in people, `recording` as a yes or no. */
export type TierLimits = {
  readonly [L in (typeof LIMITS)[number] as L['name']]: LimitSetting<ValueOf<L>>;
};

export interface Tier {
  readonly code: string;
  readonly title: string;
  readonly server: 'shared' | 'dedicated';
  readonly branding: boolean;
  readonly accounts: number | 'unlimited';
  readonly roomsPerAccount: number | 'unlimited';
  readonly limits: TierLimits;
  readonly setupFee: number;
  readonly monthlyFee: number | 'on-request';
  /** How long published recordings are kept; undefined: for ever. */
  readonly recordingRetentionMs: number | undefined;
  /** How long recordings outlive a tier that would no longer allow them. */
  readonly recordingGraceMs: number | undefined;
}

function openness(enforce: Enforcement): number {
  return ENFORCEMENTS.indexOf(enforce);
}

function moreGenerous(
  limit: AnyLimit,
  a: LimitSetting<unknown>,
  b: LimitSetting<unknown>,
): LimitSetting<unknown> {
  const max =
    a.max === 'unlimited' || b.max === 'unlimited' ? 'unlimited' : limit.allows(a.max, b.max) ? a.max : b.max;
  return { max, enforce: openness(a.enforce) >= openness(b.enforce) ? a.enforce : b.enforce };
}

/** Per limit whichever allows more: a running meeting takes a higher limit at once and a lower one only at its next start. */
export function mostGenerous(a: TierLimits, b: TierLimits): TierLimits {
  const entries = LIMITS.map((limit) => {
    const name: LimitName = limit.name;
    return [name, moreGenerous(limit, a[name], b[name])];
  });
  return Object.fromEntries(entries) as TierLimits;
}

/** Limits that hold nothing: for a meeting whose tier is unknown. */
export const NO_LIMITS = Object.fromEntries(
  LIMITS.map(({ name }) => [name, { max: 'unlimited', enforce: 'observe' }]),
) as unknown as TierLimits;
