/** What is uncertain about a meeting as a whole. While anything is, limits are only observed. */
import type { Action, ActionType } from './actions';

/** `clock`: a clock was set. `tier`: the tier cannot be read yet. */
export type Doubt = 'clock' | 'tier';

/** What cannot be undone for somebody in the meeting. Readings, notices and records pass. */
const INTERVENTIONS: ReadonlySet<ActionType> = new Set<ActionType>([
  'end-meeting',
  'eject-user',
  'stop-recording',
  'mark-recording',
]);

/** The actions that may be taken under these doubts; all of them when there is none. */
export function permittedUnder(doubts: readonly Doubt[], actions: readonly Action[]): readonly Action[] {
  return doubts.length === 0 ? actions : actions.filter(({ type }) => !INTERVENTIONS.has(type));
}
