/** Writes a limit's setting for people, in the words of the file; judges nothing. */
import { formatDuration } from '../core/duration';
import type { LimitSetting } from '../core/limits/define-limit';
import type { AnyLimit } from '../core/limits/index';
import { isDurationSchema } from './expected';

/** The value as it would be written in tiers.yml: `3h`, `20`, `unlimited`, `true`. Durations lose only their spelling (`60m` is `1h`). */
export function settingValue(limit: AnyLimit, setting: LimitSetting<unknown>): string | number | boolean {
  const { max } = setting;
  if (typeof max === 'number') return isDurationSchema(limit.schema) ? formatDuration(max) : max;
  return typeof max === 'boolean' ? max : String(max);
}

/** `3h`, `20 (soft)`, `yes`. */
export function settingText(limit: AnyLimit, setting: LimitSetting<unknown>): string {
  const value = settingValue(limit, setting);
  const text = typeof value === 'boolean' ? yesOrNo(value) : String(value);
  return setting.enforce === 'hard' ? text : `${text} (${setting.enforce})`;
}

export function yesOrNo(value: boolean): string {
  return value ? 'yes' : 'no';
}
