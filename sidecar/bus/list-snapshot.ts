/** What MeetingInfoAnalyticsServiceMsg means, however it was read; checks nothing. */
import { withoutLobby } from '../bbb-lobby';
import { type BbbInstant, bbbEarlier } from '../core/bbb-instant';
import type { AnalyticsSnapshot } from '../core/events';
import type { InternalMeetingId } from '../core/meeting';
import type { StampedEvent } from '../core/stamped-event';

/** The list is gathered from the actor's state right before it is published. */
const ANALYTICS_AGE_MS = 1000;

/** `audio`: the list's block of that name, as it came. */
export function listSnapshot(
  internalMeetingId: string,
  publishedAt: BbbInstant,
  users: AnalyticsSnapshot['users'],
  audio: unknown,
  recordingActive: boolean,
): StampedEvent {
  return {
    type: 'analytics-snapshot',
    internalMeetingId: internalMeetingId as InternalMeetingId,
    at: bbbEarlier(publishedAt, ANALYTICS_AGE_MS),
    until: publishedAt,
    users: withoutLobby(users, audio),
    recordingActive,
  };
}
