/** The `sendChatMessage` call (3.0). */
import type { ApiAnswer, ApiCall } from './api';
import { isMeeting, namedMeeting } from './meetings';
import { failed, success } from './xml';

const LONGEST_MESSAGE = 500;
const LONGEST_USER_NAME = 255;

/** `meetingNotFound` also while nobody has joined yet. */
export function chatCall(call: ApiCall): ApiAnswer {
  const { message = '', userName = 'System' } = call.params;
  if (message === '' || message.length > LONGEST_MESSAGE) {
    return failed('validationError', `message must be between 1 and ${LONGEST_MESSAGE} characters`);
  }
  if (userName.length > LONGEST_USER_NAME) {
    return failed('validationError', `userName must not be longer than ${LONGEST_USER_NAME} characters`);
  }
  const meeting = namedMeeting(call);
  if (!isMeeting(meeting) || !meeting.hasUserJoined) {
    return failed('meetingNotFound', 'We could not find a meeting with that meeting ID');
  }
  const name = 'SendGroupChatMessageFromApiSysPubMsg';
  const body = { userName, message };
  call.simulation.inbox.fromWeb({ name, meetingId: meeting.intId, userId: 'not-used', body });
  return success([
    ['messageKey', ''],
    ['message', 'Message successfully sent'],
  ]);
}
