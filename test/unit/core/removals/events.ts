/** What really happened as the events that BBB's bus and bbb-webhooks carry of it. */
import type { MeetingEvent } from '../../../../sidecar/core/events';
import type { InternalMeetingId } from '../../../../sidecar/core/meeting';
import { MEETING, someProps } from '../../../support/builders';
import type { Bbb, Happened } from './bbb';

const SECOND = 1_000;
/** Webhooks carry the moment at which they were made; the adapter dates joins and leaves for that (`webhooks/`). */
const JOIN_MAY_BE_OLDER_MS = 10 * SECOND;
const LEAVE_DATED_BACK_MS = 2 * SECOND;

export function propsOf(meeting: InternalMeetingId, bbb: Bbb): ReturnType<typeof someProps> {
  const room = bbb.rooms.find(({ id }) => id === meeting);
  if (room === undefined) return someProps({ maxUsers: bbb.maxUsers });
  return someProps({
    externalMeetingId: `${meeting}-external`,
    isBreakout: true,
    parentInternalMeetingId: MEETING,
    breakoutSequence: room.sequence,
  });
}

export function busEventOf(happened: Happened, bbb: Bbb): MeetingEvent | undefined {
  const { at, meeting, what, session } = happened;
  const base = { internalMeetingId: meeting, at, via: 'bus' as const };
  if (what === 'opened')
    return { ...base, type: 'meeting-created', startedAt: at, props: propsOf(meeting, bbb) };
  if (what === 'ended') return { ...base, type: 'meeting-ended', reason: 'BREAKOUT_ENDED_BY_MOD' };
  if (session === undefined) return undefined;
  const { id: internalUserId, externalUserId, role, bot } = session;
  switch (what) {
    case 'joined':
      if (session.kind === 'dial-in') return { ...base, type: 'dial-in-joined', internalUserId };
      return { ...base, type: 'user-joined', internalUserId, externalUserId, role, bot };
    case 'flagged':
    case 'back':
      return { ...base, type: 'user-left-flag-updated', internalUserId, left: what === 'flagged' };
    case 'role':
      return { ...base, type: 'user-role-changed', internalUserId, role };
    default:
      return { ...base, type: 'user-left', internalUserId, ejected: what === 'ejected' };
  }
}

/** No flags, no roles, no removals, and nobody is a bot. */
export function webhookOf(event: MeetingEvent, lagMs: number): MeetingEvent | undefined {
  const at = event.at + lagMs;
  switch (event.type) {
    case 'user-joined':
      return { ...event, via: 'webhook', at, notBefore: at - JOIN_MAY_BE_OLDER_MS, bot: false };
    case 'dial-in-joined':
      return { ...event, via: 'webhook', at, notBefore: at - JOIN_MAY_BE_OLDER_MS };
    case 'user-left':
      return { ...event, via: 'webhook', at: at - LEAVE_DATED_BACK_MS, ejected: false };
    default:
      return undefined;
  }
}
