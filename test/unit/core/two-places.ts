/** A meeting with two places, told in seconds from its creation: who came, and what BBB's two lists say. */
import type { AnalyticsSnapshot, MeetingEvent, UserJoined } from '../../../sidecar/core/events';
import { anEffectiveTier, joined, MEETING, someLimits, someProps, T0, userId } from '../../support/builders';

export const SECOND = 1_000;
export const two = anEffectiveTier({ limits: someLimits({ participants: { max: 2, enforce: 'hard' } }) });

export function came(who: string, second: number): UserJoined {
  return joined(who, T0 + second * SECOND);
}

/** akka-apps' list, gathered in that second, and bbb-web's, which gives them their accounts. */
export function listed(second: number, ...who: string[]): MeetingEvent[] {
  const at = T0 + second * SECOND;
  const internal: AnalyticsSnapshot = {
    type: 'analytics-snapshot',
    internalMeetingId: MEETING,
    at,
    until: at,
    users: who.map((name) => ({ internalUserId: userId(`w_${name}`), fullName: name, role: 'VIEWER' })),
    recordingActive: false,
  };
  return [internal, accounts(second, ...who)];
}
/** bbb-web's list alone. */
export function accounts(second: number, ...who: string[]): MeetingEvent {
  return {
    type: 'meeting-snapshot',
    internalMeetingId: MEETING,
    at: T0 + second * SECOND,
    props: someProps(),
    online: who.length,
    attendees: who.map((name) => ({
      externalUserId: name,
      fullName: name,
      role: 'VIEWER' as const,
      dialIn: false,
    })),
  };
}
