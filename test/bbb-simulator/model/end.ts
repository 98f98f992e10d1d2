/**
 * The end of a meeting: Ending, Ended, and 2.5 s later Destroyed; why it ends is decided elsewhere. A parent and its rooms end side by side: which one
 * speaks first, and which rooms the parent still speaks of, is free and drawn from the seed (of 20 ends of a real akka-apps 2.6.14 the parent came first in 17).
 */
import { dropDue, putDue } from './due';
import { type Bbb, draw, type Meeting, nextOrder, tell } from './state';

export const DESTROY_AFTER_MS = 2_500;
const PARENT_FIRST = 0.85;
/** The parent's own ending overtakes what it would have said of a room. */
const ROOM_UNMENTIONED = 0.45;

/** `HandlerHelpers.sendEndMeetingDueToExpiry`. Nobody who is present gets a UserLeftMeetingEvtMsg. */
export function endMeeting(bbb: Bbb, meeting: Meeting, reason: string, by: string): void {
  if (meeting.end !== undefined) return;
  const isFirst = draw(bbb) < PARENT_FIRST;
  if (!isFirst) endBreakouts(bbb, meeting, reason);
  endAlone(bbb, meeting, reason, by);
  if (isFirst) endBreakouts(bbb, meeting, reason);
}

function endAlone(bbb: Bbb, meeting: Meeting, reason: string, by: string): void {
  const meetingId = meeting.intId;
  meeting.end = { order: nextOrder(bbb), at: bbb.now, reason, by };
  tell(bbb, 'MeetingEndingEvtMsg', { meetingId, userId: by }, { meetingId, reason });
  tell(bbb, 'MeetingEndedEvtMsg', { meetingId }, { meetingId });
  tellParent(bbb, meeting);
  tell(bbb, 'EjectAllFromVoiceConfMsg', { meetingId }, { voiceConf: meeting.props.voiceProp.voiceConf });
  bbb.analytics.delete(meetingId);
  // The 30 s report goes on until the destruction and brings the meeting back into `/analytics`, where it stays (`analytics-after-end`).
  dropDue(bbb, (due) => due.id !== meetingId || due.kind === 'rap' || due.kind === 'analytics');
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
  if (parent.end !== undefined && draw(bbb) < ROOM_UNMENTIONED) return;
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
  dropDue(bbb, (due) => due.id !== meetingId || due.kind === 'rap');
  bbb.meetings.delete(meetingId);
}
