/** What BBB is given at `create` so that it holds a tier's limits itself; the Greenlight overlay gives the very same. Sends nothing. */
import type { LimitSetting } from './limits/define-limit';
import { type AnyLimit, LIMITS } from './limits/index';
import type { TierLimits } from './tier';

/** By BBB's own names, in the texts that a query has. Whoever creates a meeting may ask for less than they say, but not for 0, which BBB takes for no limit. */
export type CreateParams = Readonly<Record<string, string>>;

/** `soft` and `observe` let the meeting go on, which BBB would not: it is told of hard limits alone. Without any: no parameter. */
export function createParams(limits: TierLimits): CreateParams {
  const params = LIMITS.map((limit: AnyLimit): CreateParams => {
    const { max, enforce }: LimitSetting<unknown> = limits[limit.name];
    return max === 'unlimited' || enforce !== 'hard' ? {} : limit.createParams(max);
  });
  return Object.assign({}, ...params);
}
