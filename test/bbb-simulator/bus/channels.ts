/** Redis channels of BBB and which message travels on which; nothing is published here. */
import type { MessageName } from '../model/happenings';

export const TO_AKKA_APPS = 'to-akka-apps-redis-channel';
export const FROM_AKKA_APPS = 'from-akka-apps-redis-channel';
export const FROM_AKKA_APPS_FRONTEND = 'from-akka-apps-frontend-redis-channel';
export const FROM_AKKA_APPS_PRES = 'from-akka-apps-pres-redis-channel';
export const TO_VOICE_CONF = 'to-voice-conf-redis-channel';
export const TO_SFU = 'to-sfu-redis-channel';
export const FROM_BBB_WEB = 'from-bbb-web-redis-channel';
export const FROM_RAP = 'bigbluebutton:from-rap';

const MAIN = [FROM_AKKA_APPS] as const;
const MAIN_AND_FRONTEND = [FROM_AKKA_APPS, FROM_AKKA_APPS_FRONTEND] as const;

/** `FromAkkaAppsMsgSenderActor`: everything not named here goes to the main channel alone. */
const ELSEWHERE: Partial<Record<MessageName, readonly string[]>> = {
  MeetingCreatedEvtMsg: MAIN_AND_FRONTEND,
  MeetingEndingEvtMsg: MAIN_AND_FRONTEND,
  MeetingDestroyedEvtMsg: MAIN_AND_FRONTEND,
  UserLeftMeetingEvtMsg: MAIN_AND_FRONTEND,
  UserLeftVoiceConfToClientEvtMsg: MAIN_AND_FRONTEND,
  BreakoutRoomsListEvtMsg: [FROM_AKKA_APPS_PRES],
  BreakoutRoomStartedEvtMsg: [FROM_AKKA_APPS_PRES],
  ValidateAuthTokenRespMsg: MAIN_AND_FRONTEND,
  EjectAllFromVoiceConfMsg: [TO_VOICE_CONF],
  GetUsersInVoiceConfSysMsg: [TO_VOICE_CONF],
  StopSoundInVoiceConfSysMsg: [TO_VOICE_CONF],
  PlaySoundInVoiceConfSysMsg: [TO_VOICE_CONF],
  HoldUserInVoiceConfSysMsg: [TO_VOICE_CONF],
  MuteUserInVoiceConfSysMsg: [TO_VOICE_CONF],
  DeafUserInVoiceConfSysMsg: [TO_VOICE_CONF],
  EjectUserFromVoiceConfSysMsg: [TO_VOICE_CONF],
  StartRecordingVoiceConfSysMsg: [TO_VOICE_CONF],
  EjectUserFromSfuSysMsg: [TO_SFU],
  PublishedRecordingSysMsg: [FROM_BBB_WEB],
  UnpublishedRecordingSysMsg: [FROM_BBB_WEB],
  DeletedRecordingSysMsg: [FROM_BBB_WEB],
};

export function channelsOf(name: MessageName): readonly string[] {
  return ELSEWHERE[name] ?? MAIN;
}
