/** What falls due when, as data: the model has no clock and no timer, it is told the time. */
import type { Bbb } from './state';

/** `audit`, `tasks`, `analytics`…: MeetingActor's schedules. `destroy`: 2.5 s after an end. `rap`: the recording scripts. */
export type DueKind =
  | 'audit'
  | 'tasks'
  | 'analytics-log'
  | 'analytics'
  | 'dashboard'
  | 'destroy'
  | 'rap'
  | 'client-join'
  | 'keep-alive';

export interface Due {
  readonly at: number;
  readonly kind: DueKind;
  /** The meeting (internal id) or recording concerned. */
  readonly id: string;
  /** For `client-join` the internal user id, for `rap` the step. */
  readonly detail: string;
}

/** Keeps the list in order of time; what was put in first stays first. */
export function putDue(bbb: Bbb, due: Due): void {
  let low = 0;
  let high = bbb.due.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = bbb.due[middle];
    if (other !== undefined && other.at <= due.at) low = middle + 1;
    else high = middle;
  }
  bbb.due.splice(low, 0, due);
}

export function nextDueAt(bbb: Bbb): number | undefined {
  return bbb.due[0]?.at;
}

/** Takes the earliest that is due at `now`, if any. */
export function takeDue(bbb: Bbb, now: number): Due | undefined {
  const first = bbb.due[0];
  if (first === undefined || first.at > now) return undefined;
  bbb.due.shift();
  return first;
}

/** Forgets what was to happen to `id`. */
export function dropDue(bbb: Bbb, keep: (due: Due) => boolean): void {
  const kept = bbb.due.filter(keep);
  bbb.due.splice(0, bbb.due.length, ...kept);
}
