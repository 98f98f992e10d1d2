/** Chat lines that explain a decision: sent before an ejection or a stop, after a soft breach. */
import type { Action, Reason, SendNotice } from './actions';
import { MINUTE_MS } from './duration';

/** After this, a line about something that is over confuses more than it explains. */
const CURRENT_MS = MINUTE_MS;

/** The line about `decision`; it carries the decision's code. */
export function lineAbout(decision: Action, key: string, text: string): SendNotice {
  return { type: 'send-notice', key, reason: decision.reason, text, explains: decision.key };
}

/** True for a line that carries the code of another decision. */
export function isLine(action: Action): action is SendNotice & { readonly explains: string } {
  return action.type === 'send-notice' && action.explains !== undefined;
}

/** A breach that is only recorded; under `soft` with a line, until that was sent. */
export function breach(
  key: string,
  reason: Reason,
  text: string,
  noticeSentAt: (key: string) => number | undefined,
): readonly Action[] {
  const record: Action = { type: 'record-breach', key, reason };
  const lineKey = `${key}/line`;
  const isSilent = reason.enforce === 'observe' || noticeSentAt(lineKey) !== undefined;
  return isSilent ? [record] : [record, lineAbout(record, lineKey, text)];
}

/** Is a line that its limit no longer asks for worth another attempt? Only shortly after what it explains was carried out. */
export function outlastsDecision(carriedOutAt: number | undefined, now: number): boolean {
  return carriedOutAt !== undefined && now - carriedOutAt < CURRENT_MS;
}
