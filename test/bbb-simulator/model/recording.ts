/** Marking what is recorded: who may, when it changes anything, and BBB's automatic start and stop; deleting is elsewhere. */
import { isSince } from '../version';
import { recordLine } from './media';
import { isModerator, numUsers } from './people';
import { type Bbb, type Meeting, nextOrder, tell } from './state';

/** Lower case here, unlike the ejecting SYSTEM. */
const AUTOMATIC = 'system';

/** `bbb_record_permission` of the join decides where present, whatever the role (3.0); otherwise moderators may. */
export function mayRecord(bbb: Bbb, meeting: Meeting, intId: string): boolean {
  const user = meeting.users.get(intId);
  if (user === undefined) return false;
  const permission = isSince(bbb.settings.version, '3.0')
    ? user.userMetadata.bbb_record_permission
    : undefined;
  return permission === undefined ? isModerator(meeting, intId) : permission === 'true';
}

/** `SetRecordingStatusCmdMsgHdlr`; it does not look at `record`. Returns why nothing happened, if nothing did. */
export function setRecordingStatus(
  bbb: Bbb,
  meeting: Meeting,
  recording: boolean,
  setBy: string,
): string | undefined {
  if (!meeting.props.recordProp.allowStartStopRecording) return 'allowStartStopRecording is false';
  if (meeting.recording === recording) return `recording is ${recording} already`;
  mark(bbb, meeting, recording, setBy);
  if (recording) recordLine(bbb, meeting, meeting.recordingMarks.filter((each) => each.recording).length);
  return undefined;
}

export function autoStartRecording(bbb: Bbb, meeting: Meeting): void {
  const { record, autoStartRecording: automatic } = meeting.props.recordProp;
  if (record && automatic && !meeting.recording) mark(bbb, meeting, true, AUTOMATIC);
}

/** Looked at in every audit. */
export function autoStopRecording(bbb: Bbb, meeting: Meeting): void {
  const { record, autoStartRecording: automatic } = meeting.props.recordProp;
  if (record && automatic && meeting.recording && numUsers(meeting) === 0)
    mark(bbb, meeting, false, AUTOMATIC);
}

function mark(bbb: Bbb, meeting: Meeting, recording: boolean, setBy: string): void {
  meeting.recording = recording;
  meeting.recordingMarks.push({ order: nextOrder(bbb), at: bbb.now, recording, setBy });
  tell(
    bbb,
    'RecordingStatusChangedEvtMsg',
    { meetingId: meeting.intId, userId: setBy },
    { recording, setBy },
  );
}

export function tellRecordingStatus(bbb: Bbb, meeting: Meeting, requestedBy: string): void {
  const { record, recordFullDurationMedia } = meeting.props.recordProp;
  tell(
    bbb,
    'GetRecordingStatusRespMsg',
    { meetingId: meeting.intId, userId: requestedBy },
    {
      recorded: record,
      recording: meeting.recording,
      recordFullDurationMedia,
      requestedBy,
      recordUserAudio: true,
      recordUserCameras: true,
      recordUserScreenShare: true,
    },
  );
}

/** `RecordAndClearPreviousMarkersCmdMsg`: earlier marks are dropped from what will be processed. */
export function recordAndClearMarks(
  bbb: Bbb,
  meeting: Meeting,
  recording: boolean,
  setBy: string,
): string | undefined {
  const refused = setRecordingStatus(bbb, meeting, recording, setBy);
  if (refused !== undefined) return refused;
  meeting.recordingMarks.splice(0, meeting.recordingMarks.length - 1);
  tell(bbb, 'RecordStatusResetSysMsg', { meetingId: meeting.intId }, { recording, setBy });
  return undefined;
}
