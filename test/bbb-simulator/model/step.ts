/** Lets time pass in the model: everything due up to `now` happens, in order of time; there is no other clockwork. */
import { logAnalytics, renewAnalytics } from './analytics';
import { audit, endTimedOutBreakouts } from './audit';
import { tellDashboard } from './dashboard';
import { type Due, takeDue } from './due';
import { destroyMeeting } from './end';
import { enter } from './join';
import { keepAlive } from './keep-alive';
import { runRapStep } from './rap';
import type { Bbb, Meeting } from './state';

/** Brings the server to `now` (epoch ms). */
export function passTime(bbb: Bbb, now: number): void {
  for (let due = takeDue(bbb, now); due !== undefined; due = takeDue(bbb, now)) {
    bbb.now = Math.max(bbb.now, due.at);
    runDue(bbb, due);
  }
  bbb.now = Math.max(bbb.now, now);
}

const OF_MEETINGS: Record<
  Exclude<Due['kind'], 'rap' | 'keep-alive'>,
  (bbb: Bbb, meeting: Meeting, detail: string) => unknown
> = {
  audit,
  tasks: endTimedOutBreakouts,
  'analytics-log': logAnalytics,
  analytics: renewAnalytics,
  dashboard: tellDashboard,
  destroy: destroyMeeting,
  'client-join': enter,
};

function runDue(bbb: Bbb, due: Due): void {
  if (due.kind === 'rap') {
    runRapStep(bbb, due.id, due.detail);
    return;
  }
  if (due.kind === 'keep-alive') {
    keepAlive(bbb);
    return;
  }
  const meeting = bbb.meetings.get(due.id);
  if (meeting !== undefined) OF_MEETINGS[due.kind](bbb, meeting, due.detail);
}
