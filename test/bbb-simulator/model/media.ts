/** What akka-apps asks of the telephone switch and of the media server; their answers the model plays itself, at once. */
import { type Bbb, type Meeting, tell } from './state';

const HOLD_MUSIC = 'ivr/ivr-please_hold_while_party_contacted.wav';

/** At a meeting's start. */
export function askForUsers(bbb: Bbb, meeting: Meeting): void {
  tell(bbb, 'GetUsersInVoiceConfSysMsg', { meetingId: meeting.intId }, lineOf(meeting));
}

/** A caller waits on hold, muted and deaf, until somebody lets them in. */
export function holdCaller(bbb: Bbb, meeting: Meeting, voiceUserId: string, isHeld: boolean): void {
  const target = { meetingId: meeting.intId };
  const line = lineOf(meeting);
  // The sound has no id yet; it is stopped all the same.
  tell(bbb, 'StopSoundInVoiceConfSysMsg', target, { ...line, voiceUserId: '' });
  if (isHeld)
    tell(bbb, 'PlaySoundInVoiceConfSysMsg', target, { ...line, voiceUserId, soundPath: HOLD_MUSIC });
  tell(bbb, 'HoldUserInVoiceConfSysMsg', target, { ...line, voiceUserId, hold: isHeld });
  tell(bbb, 'MuteUserInVoiceConfSysMsg', target, { ...line, voiceUserId, mute: isHeld });
  tell(bbb, 'DeafUserInVoiceConfSysMsg', target, { ...line, voiceUserId, deaf: isHeld });
}

export function hangUpLine(bbb: Bbb, meeting: Meeting, voiceUserId: string): void {
  const body = { ...lineOf(meeting), voiceUserId };
  tell(bbb, 'EjectUserFromVoiceConfSysMsg', { meetingId: meeting.intId }, body);
}

/** Media of somebody who was present. */
export function endMedia(bbb: Bbb, meeting: Meeting, userId: string): void {
  tell(bbb, 'EjectUserFromSfuSysMsg', { meetingId: meeting.intId }, { userId });
}

/** The `take`th file of a meeting. */
export function recordLine(bbb: Bbb, meeting: Meeting, take: number): void {
  const stream = `/var/freeswitch/meetings/${meeting.intId}-${take}.opus`;
  const body = { ...lineOf(meeting), meetingId: meeting.intId, stream };
  tell(bbb, 'StartRecordingVoiceConfSysMsg', { meetingId: meeting.intId }, body);
}

function lineOf({ props }: Meeting): { readonly voiceConf: string } {
  return { voiceConf: props.voiceProp.voiceConf };
}
