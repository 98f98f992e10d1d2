/** The `create` call: what BBB answers, the second call with the same id included. */
import type { Bbb } from '../model/state';
import { createFromParams } from '../simulation';
import type { ApiAnswer, ApiCall } from './api';
import { failed, success } from './xml';

export function createCall({ params, simulation }: ApiCall): ApiAnswer {
  const outcome = createFromParams(simulation, params);
  if (outcome.kind === 'bad') return failed(outcome.messageKey, outcome.message);
  if (outcome.kind === 'refused') return failed(outcome.messageKey, REFUSALS[outcome.messageKey]);
  const duplicate = outcome.kind === 'duplicate';
  return created(simulation.bbb, outcome.intId, duplicate);
}

const REFUSALS = {
  idNotUnique: 'A meeting already exists with that meeting ID.  Please use a different meeting ID.',
  nonUniqueVoiceBridge: 'The selected voice bridge is already in use.',
} as const;

function created(bbb: Bbb, intId: string, duplicate: boolean): ApiAnswer {
  const meeting = bbb.web.get(intId);
  if (meeting === undefined) return failed('createError', 'The meeting is gone.');
  const { durationProps, password, voiceProp, breakoutProps } = meeting.props;
  return success([
    ['meetingID', meeting.extId],
    ['internalMeetingID', meeting.intId],
    ['parentMeetingID', breakoutProps.parentId],
    ['attendeePW', password.viewerPass],
    ['moderatorPW', password.moderatorPass],
    ['createTime', durationProps.createdTime],
    ['voiceBridge', voiceProp.telVoice],
    ['dialNumber', voiceProp.dialNumber],
    ['createDate', durationProps.createdDate],
    ['hasUserJoined', meeting.hasUserJoined],
    ['duration', durationProps.duration],
    ['hasBeenForciblyEnded', false],
    ['messageKey', duplicate ? 'duplicateWarning' : ''],
    [
      'message',
      duplicate ? 'This conference was already in existence and may currently be in progress.' : '',
    ],
  ]);
}
