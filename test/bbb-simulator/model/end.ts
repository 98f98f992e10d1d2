/** The end of a meeting: breakouts first, then Ending, Ended, and 2.5 s later Destroyed; why it ends is decided elsewhere. */
import { dropDue, putDue } from './due';
import { type Bbb, type Meeting, nextOrder, tell } from './state';

export const DESTROY_AFTER_MS = 2_500;

/** `HandlerHelpers.sendEndMeetingDueToExpiry`. Nobody who is present gets a UserLeftMeetingEvtMsg. */
export function endMeeting(bbb: Bbb, meeting: Meeting, reason: string, by: string): void {
  if (meeting.end !== undefined) return;
  endBreakouts(bbb, meeting, reason);
  const meetingId = meeting.intId;
  meeting.end = { order: nextOrder(bbb), at: bbb.now, reason, by };
  tell(bbb, 'MeetingEndingEvtMsg', { meetingId, userId: by }, { meetingId, reason });
  tell(bbb, 'MeetingEndedEvtMsg', { meetingId }, { meetingId });
  tellParent(bbb, meeting);
  tell(bbb, 'EjectAllFromVoiceConfMsg', { meetingId }, { voiceConf: meeting.props.voiceProp.voiceConf });
  bbb.analytics.delete(meetingId);
  dropDue(bbb, (due) => due.id !== meetingId || due.kind === 'rap');
  putDue(bbb, { at: bbb.now + DESTROY_AFTER_MS, kind: 'destroy', id: meetingId, detail: '' });
}

export function endBreakouts(bbb: Bbb, parent: Meeting, reason: string): void {
  const rooms = parent.breakouts?.rooms ?? [];
  for (const room of [...rooms]) {
    const breakout = bbb.meetings.get(room.intId);
    if (breakout !== undefined) endMeeting(bbb, breakout, reason, 'system');
  }
  parent.breakouts = undefined;
}

function tellParent(bbb: Bbb, breakout: Meeting): void {
  const { isBreakout } = breakout.props.meetingProp;
  const { parentId } = breakout.props.breakoutProps;
  const parent = isBreakout ? bbb.meetings.get(parentId) : undefined;
  if (parent === undefined) return;
  if (parent.breakouts !== undefined) {
    parent.breakouts.rooms = parent.breakouts.rooms.filter((room) => room.intId !== breakout.intId);
  }
  tell(
    bbb,
    'BreakoutRoomEndedEvtMsg',
    { meetingId: parentId, userId: 'not-used' },
    { parentId, breakoutId: breakout.intId },
  );
}

/** The last word on a meeting; bbb-webhooks calls it `meeting-ended`. */
export function destroyMeeting(bbb: Bbb, meeting: Meeting): void {
  const meetingId = meeting.intId;
  tell(bbb, 'DisconnectAllClientsSysMsg', { meetingId }, { meetingId, reason: 'meeting-destroyed' });
  tell(bbb, 'MeetingDestroyedEvtMsg', { meetingId }, { meetingId });
  meeting.destroyedAt = bbb.now;
  bbb.meetings.delete(meetingId);
}
