/** How wall clocks are set in random histories. */
import fc from 'fast-check';
import { HOUR } from '../../support/builders';
import { SECOND } from './played-bbb';

/** By how much, or back to right; undefined: not at all. */
export type ClockSetting = { readonly by: number } | 'right' | undefined;

/** Forward, back, right again, and a little off as NTP does it. */
export const clockSetting: fc.Arbitrary<ClockSetting> = fc.oneof(
  fc.constant(undefined),
  fc.constant('right' as const),
  fc.integer({ min: -2 * HOUR, max: 2 * HOUR }).map((by) => ({ by })),
  fc.integer({ min: -1_900, max: 1_900 }).map((by) => ({ by })),
  fc.constantFrom(HOUR, -HOUR, 3 * SECOND, -3 * SECOND).map((by) => ({ by })),
);

/** How far a clock that was `offset` ahead is ahead then. */
export function setTo(offset: number, setting: ClockSetting): number {
  if (setting === undefined) return offset;
  return setting === 'right' ? 0 : offset + setting.by;
}
