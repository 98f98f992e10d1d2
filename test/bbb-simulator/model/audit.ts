/** What akka-apps looks at by itself: people who stayed away, meetings over their time, breakouts over theirs; nobody asks for it. */
import { putDue } from './due';
import { endBreakouts, endMeeting } from './end';
import { activeModerators, assignPresenterAutomatically, numUsers } from './people';
import { autoStopRecording } from './recording';
import { type Bbb, type Meeting, tell } from './state';

export const FIRST_AUDIT_MS = 5_000;
export const AUDIT_EVERY_MS = 10_000;
export const TASKS_EVERY_MS = 5_000;
/** A left flag must be older than this to cost the place. */
export const LEFT_FLAG_MS = 10_000;

const MINUTE_MS = 60_000;

/** `MeetingActor.handleMonitorNumberOfUsers`, first 5 s after creation, then every 10 s. */
export function audit(bbb: Bbb, meeting: Meeting): void {
  putDue(bbb, { at: bbb.now + AUDIT_EVERY_MS, kind: 'audit', id: meeting.intId, detail: '' });
  removeExpiredLeftFlags(bbb, meeting);
  autoStopRecording(bbb, meeting);
  if (meeting.userHasJoined && numUsers(meeting) === 0) meeting.lastUserLeftAt ??= bbb.now;
  if (meeting.props.meetingProp.isBreakout) return;
  const reason = expiry(bbb, meeting) ?? noModerator(bbb, meeting);
  if (reason !== undefined) endMeeting(bbb, meeting, reason, 'system');
}

function removeExpiredLeftFlags(bbb: Bbb, meeting: Meeting): void {
  const atOnce = meeting.props.durationProps.meetingExpireWhenLastUserLeftInMinutes === 0;
  for (const user of [...meeting.users.values()]) {
    if (user.leftFlagAt === undefined) continue;
    if (!atOnce && bbb.now - user.leftFlagAt <= LEFT_FLAG_MS) continue;
    meeting.users.delete(user.intId);
    const registered = meeting.registered.get(user.intId);
    if (registered !== undefined) registered.joined = false;
    tell(
      bbb,
      'UserLeftMeetingEvtMsg',
      { meetingId: meeting.intId, userId: user.intId },
      { intId: user.intId, eject: false, ejectedBy: '', reason: '', reasonCode: '' },
    );
    if (user.presenter) assignPresenterAutomatically(bbb, meeting);
  }
}

/** `MeetingExpiryTracker.hasMeetingExpired`; the clock of the duration starts with the meeting, not with its first user. */
function expiry(bbb: Bbb, meeting: Meeting): string | undefined {
  const durations = meeting.props.durationProps;
  const ageMs = bbb.now - meeting.createdAt;
  if (!meeting.userHasJoined && ageMs > durations.meetingExpireIfNoUserJoinedInMinutes * MINUTE_MS) {
    return 'ENDED_WHEN_NOT_JOINED';
  }
  if (durations.duration > 0 && ageMs > durations.duration * MINUTE_MS)
    return 'ENDED_AFTER_EXCEEDING_DURATION';
  if (meeting.lastUserLeftAt === undefined) return undefined;
  const emptyMs = bbb.now - meeting.lastUserLeftAt;
  const limitMs = durations.meetingExpireWhenLastUserLeftInMinutes * MINUTE_MS;
  return limitMs === 0 || emptyMs > limitMs ? 'ENDED_WHEN_LAST_USER_LEFT' : undefined;
}

function noModerator(bbb: Bbb, meeting: Meeting): string | undefined {
  const { endWhenNoModerator, endWhenNoModeratorDelayInMinutes } = meeting.props.durationProps;
  if (!endWhenNoModerator || meeting.lastModeratorLeftAt === undefined) return undefined;
  if (activeModerators(meeting).length > 0) return undefined;
  const awayMs = bbb.now - meeting.lastModeratorLeftAt;
  return awayMs >= endWhenNoModeratorDelayInMinutes * MINUTE_MS ? 'ENDED_DUE_TO_NO_MODERATOR' : undefined;
}

/** `MeetingActor.endTimedOutBreakoutRooms`, every 5 s: whole seconds are compared. */
export function endTimedOutBreakouts(bbb: Bbb, parent: Meeting): void {
  putDue(bbb, { at: bbb.now + TASKS_EVERY_MS, kind: 'tasks', id: parent.intId, detail: '' });
  const { breakouts } = parent;
  if (breakouts === undefined) return;
  const endsAtSeconds = Math.floor(breakouts.startedAt / 1000) + breakouts.durationMinutes * 60;
  if (endsAtSeconds - Math.floor(bbb.now / 1000) < 0) {
    endBreakouts(bbb, parent, 'BREAKOUT_ENDED_EXCEEDING_DURATION');
  }
}
