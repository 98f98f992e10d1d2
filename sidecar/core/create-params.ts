/** What BBB is given at `create` so that it holds a tier's limits itself; the Greenlight overlay gives the very same. Sends nothing. */
import type { LimitSetting } from './limits/define-limit';
import { type AnyLimit, LIMITS } from './limits/index';
import type { TierLimits } from './tier';

/** By BBB's own names, in the texts that a query has. Whoever creates a meeting may ask for less than they say, but not for 0, which BBB takes for no limit. */
export type CreateParams = Readonly<Record<string, string>>;

function paramsOf(limits: TierLimits, isWanted: (setting: LimitSetting<unknown>) => boolean): CreateParams {
  const params = LIMITS.map((limit: AnyLimit): CreateParams => {
    const setting: LimitSetting<unknown> = limits[limit.name];
    return setting.max === 'unlimited' || !isWanted(setting) ? {} : limit.createParams(setting.max);
  });
  return Object.assign({}, ...params);
}

/** `soft` and `observe` let the meeting go on, which BBB would not: only hard limits become parameters. Without any: no parameter. */
export function createParams(limits: TierLimits): CreateParams {
  return paramsOf(limits, ({ enforce }) => enforce === 'hard');
}

/** The same of the limits that are `soft` or `observe`: what people are promised, and BBB does not hold. */
export function guideParams(limits: TierLimits): CreateParams {
  return paramsOf(limits, ({ enforce }) => enforce !== 'hard');
}
