/** How often an act that BBB has not shown yet is repeated; pure, keeps no state. */
import type { ActionType } from './actions';
import { MINUTE_MS, SECOND_MS } from './duration';

/** Reading again is cheap and soon right: BBB's own parts lag each other by milliseconds. */
const FIRST_REFRESH_MS = 20;
const LONGEST_REFRESH_MS = 10 * SECOND_MS;
const FIRST_REPEAT_MS = 2 * SECOND_MS;
const LONGEST_REPEAT_MS = MINUTE_MS;

/** Milliseconds to wait after the `attempts`-th attempt (from 1) before the next. */
export function repeatAfterMs(action: ActionType, attempts: number): number {
  const [first, longest] =
    action === 'refresh-meeting'
      ? [FIRST_REFRESH_MS, LONGEST_REFRESH_MS]
      : [FIRST_REPEAT_MS, LONGEST_REPEAT_MS];
  return Math.min(first * 2 ** Math.min(attempts - 1, 30), longest);
}
