/** What is uncertain about a meeting as a whole. While anything is, limits are only observed. */
import type { Action, ActionType } from './actions';
import { isLine } from './lines';

/** `clock`: a clock was set. `tier`: the tier cannot be read yet. */
export type Doubt = 'clock' | 'tier';

/** What cannot be undone for somebody in the meeting. Readings, notices and records pass; a line about something dropped does not. */
const INTERVENTIONS: ReadonlySet<ActionType> = new Set<ActionType>([
  'end-meeting',
  'eject-user',
  'stop-recording',
  'mark-recording',
]);

/** The actions that may be taken under these doubts; all of them when there is none. */
export function permittedUnder(doubts: readonly Doubt[], actions: readonly Action[]): readonly Action[] {
  if (doubts.length === 0) return actions;
  const dropped = new Set(actions.filter(({ type }) => INTERVENTIONS.has(type)).map(({ key }) => key));
  return actions.filter((action) => !dropped.has(isLine(action) ? action.explains : action.key));
}
