/** How often an act that BBB has not shown yet is repeated; pure, keeps no state. */
import type { ActionType } from './actions';
import { MINUTE_MS, SECOND_MS } from './duration';

/** Asked for in the instant of a join, bbb-web's list may lack the newcomer; after that akka-apps' own list comes every 30 s anyway. */
const REFRESH_PAUSES_MS: readonly number[] = [250, 750];
const CALM_REFRESH_MS = 10 * SECOND_MS;
const FIRST_REPEAT_MS = 2 * SECOND_MS;
const LONGEST_REPEAT_MS = MINUTE_MS;

/** Milliseconds to wait after the `attempts`-th attempt (from 1) before the next. */
export function repeatAfterMs(action: ActionType, attempts: number): number {
  if (action === 'refresh-meeting') return REFRESH_PAUSES_MS[attempts - 1] ?? CALM_REFRESH_MS;
  return Math.min(FIRST_REPEAT_MS * 2 ** Math.min(attempts - 1, 30), LONGEST_REPEAT_MS);
}
