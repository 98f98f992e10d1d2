/** What MeetingInfoAnalyticsServiceMsg means, however it was read; checks nothing. */
import { withoutLobby } from '../bbb-lobby';
import type { AnalyticsSnapshot } from '../core/events';
import type { InternalMeetingId } from '../core/meeting';

/** The list is gathered from the actor's state right before it is published. */
const ANALYTICS_AGE_MS = 1000;

/** `publishedAt`: epoch ms of BBB's clock. `audio`: the list's block of that name, as it came. */
export function listSnapshot(
  internalMeetingId: string,
  publishedAt: number,
  users: AnalyticsSnapshot['users'],
  audio: unknown,
  recordingActive: boolean,
): AnalyticsSnapshot {
  return {
    type: 'analytics-snapshot',
    internalMeetingId: internalMeetingId as InternalMeetingId,
    at: Math.max(0, publishedAt - ANALYTICS_AGE_MS),
    until: publishedAt,
    users: withoutLobby(users, audio),
    recordingActive,
  };
}
