/** Parts of the server falling over and coming back with nothing in mind; nothing is announced. */
import { dropDue } from './due';
import type { Bbb } from './state';

/** akka-apps restarts: running meetings are gone without an Ended event; bbb-web goes on believing in them. */
export function restartAkkaApps(bbb: Bbb): void {
  for (const meeting of bbb.meetings.values()) {
    if (meeting.end === undefined) meeting.vanishedAt = bbb.now;
  }
  bbb.meetings.clear();
  bbb.analytics.clear();
  dropDue(bbb, (due) => due.kind === 'rap' || due.kind === 'keep-alive');
}

/** bbb-web restarts: it lists no meeting any more, while akka-apps lets the running ones go on. */
export function restartBbbWeb(bbb: Bbb): void {
  bbb.web.clear();
}
