/** Small journal entries for tests of the database; what is not said is ordinary. */
import type { Attendee, InternalMeetingId, Meeting, PresenceEdge } from '../../../sidecar/core/meeting';
import { unknownMeeting } from '../../../sidecar/core/reduce';
import type { TierAssignment } from '../../../sidecar/core/tier-resolution';
import type { DecisionOutcome, DecisionRecord, JournalEntry } from '../../../sidecar/loop/ports';
import { meetingId, someLimits, someProps, T0, userId } from '../../support/builders';

export const ROOM = meetingId(`room1-${T0}`);

export function anAssignment(change: Partial<TierAssignment> = {}): TierAssignment {
  return {
    tierCode: 'free',
    tierTitle: 'Free',
    source: 'host',
    tenant: 'demo',
    owner: 'gl-owner',
    limits: someLimits(),
    configVersion: 'v1',
    ...change,
  };
}

export function aMeeting(id: InternalMeetingId = ROOM, change: Partial<Meeting> = {}): Meeting {
  return {
    ...unknownMeeting(id),
    props: someProps({ externalMeetingId: `ext-${id}` }),
    seenAt: T0,
    ...change,
  };
}

export function meeting(
  id = ROOM,
  change: Partial<Meeting> = {},
  assignment: Partial<TierAssignment> = {},
): JournalEntry {
  return { type: 'meeting', meeting: aMeeting(id, change), assignment: anAssignment(assignment), at: T0 };
}

export function ended(id = ROOM, at = T0, certain = true): JournalEntry {
  return {
    type: 'meeting-ended',
    internalMeetingId: id,
    at,
    reason: certain ? 'ENDED_FROM_API' : 'missing',
    certain,
  };
}

export function anAttendee(
  who: string,
  presence: readonly PresenceEdge[],
  change: Partial<Attendee> = {},
): Attendee {
  return {
    internalUserId: userId(`w_${who}`),
    externalUserId: `gl-${who}`,
    kind: 'web',
    bot: false,
    role: 'VIEWER',
    roleAt: T0,
    presence,
    ...change,
  };
}

export function present(
  who: string,
  presence: readonly PresenceEdge[],
  id = ROOM,
  change: Partial<Attendee> = {},
): JournalEntry {
  return { type: 'attendance', internalMeetingId: id, attendee: anAttendee(who, presence, change) };
}

export function notice(key: string, id = ROOM, at = T0): JournalEntry {
  return { type: 'notice', internalMeetingId: id, key, at };
}

export function decision(code: string, change: Partial<DecisionRecord> = {}): JournalEntry {
  return {
    type: 'decision',
    decision: {
      code,
      at: T0,
      internalMeetingId: ROOM,
      externalMeetingId: 'ext-room1',
      key: 'meeting_duration/end',
      action: 'end-meeting',
      reason: { limit: 'meeting_duration', enforce: 'hard', value: 61, allowed: 60 },
      tenant: 'demo',
      tier: 'free',
      configVersion: 'v1',
      subject: undefined,
      dryRun: false,
      detail: undefined,
      ...change,
    },
  };
}

export function outcome(code: string, change: Partial<DecisionOutcome> = {}): JournalEntry {
  return {
    type: 'outcome',
    outcome: { code, at: T0 + 5, outcome: 'confirmed', attempts: 1, sent: 'end', latencyMs: 5, ...change },
  };
}
