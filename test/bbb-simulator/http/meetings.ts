/** The calls that look at meetings, and `end`; they see what bbb-web sees, which may be less or more than what runs. */
import { findWebMeeting, usersInMap, type WebMeeting } from '../model/web';
import type { ApiAnswer, ApiCall } from './api';
import { meetingElements } from './meeting-xml';
import { failed, success } from './xml';

const NOT_FOUND = failed('notFound', 'A meeting with that ID does not exist');

/** The meeting a call names, or the answer that there is none. */
export function namedMeeting({ params, simulation }: ApiCall): WebMeeting | ApiAnswer {
  const id = params.meetingID;
  if (id === undefined || id === '') {
    return failed('missingParamMeetingID', 'You must specify a meeting ID for the meeting.');
  }
  return findWebMeeting(simulation.bbb, id) ?? NOT_FOUND;
}

export function isMeeting(found: WebMeeting | ApiAnswer): found is WebMeeting {
  return 'intId' in found;
}

export function getMeetingsCall({ simulation }: ApiCall): ApiAnswer {
  const { bbb } = simulation;
  if (bbb.web.size === 0) {
    return success([
      ['meetings', []],
      ['messageKey', 'noMeetings'],
      ['message', 'no meetings were found on this server'],
    ]);
  }
  const meetings = [...bbb.web.values()].map(
    (meeting) => ['meeting', meetingElements(bbb, meeting)] as const,
  );
  return success([['meetings', meetings]]);
}

export function getMeetingInfoCall(call: ApiCall): ApiAnswer {
  const meeting = namedMeeting(call);
  return isMeeting(meeting) ? success(meetingElements(call.simulation.bbb, meeting)) : meeting;
}

/** `running` is "somebody is in bbb-web's map", not "the meeting exists". */
export function isMeetingRunningCall(call: ApiCall): ApiAnswer {
  const meeting = namedMeeting(call);
  const running = isMeeting(meeting) && usersInMap(meeting, call.simulation.bbb.now).length > 0;
  if (!isMeeting(meeting) && meeting !== NOT_FOUND) return meeting;
  return success([['running', running]]);
}

/** Asynchronous: the answer says that the request was sent on, by EndMeetingSysCmdMsg. */
export function endCall(call: ApiCall): ApiAnswer {
  const meeting = namedMeeting(call);
  if (!isMeeting(meeting)) return meeting;
  const body = { meetingId: meeting.intId };
  const command = { name: 'EndMeetingSysCmdMsg', meetingId: meeting.intId, userId: 'not-used', body };
  call.simulation.inbox.fromWeb(command);
  return success([
    ['messageKey', 'sentEndMeetingRequest'],
    [
      'message',
      'A request to end the meeting was sent.  Please wait a few seconds, and then use the getMeetingInfo or isMeetingRunning API calls to verify that it was ended.',
    ],
  ]);
}
