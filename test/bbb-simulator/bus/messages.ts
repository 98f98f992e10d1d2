/** Puts a happening into the very bytes BBB puts on Redis: envelope, header and body in the order Jackson writes them. */
import {
  type BusHappening,
  type Happening,
  type MessageName,
  NOT_USED,
  type RapHappening,
} from '../model/happenings';
import { type BbbVersion, isSince } from '../version';
import { channelsOf, FROM_RAP } from './channels';
import { bodyOf2x, isToldIn } from './messages-2.x';
import { bodyOf40 } from './messages-4.0';

export interface BusMessage {
  readonly channel: string;
  readonly name: string;
  /** Internal meeting id, where the message has one. */
  readonly meetingId: string;
  readonly text: string;
}

/** Header kinds: base, with meeting id, client. */
type HeaderKind = 'B' | 'M' | 'C';

const HEADERS: Record<MessageName, HeaderKind> = {
  MeetingCreatedEvtMsg: 'B',
  UserRegisteredRespMsg: 'M',
  UserSessionTokenRegisteredRespMsg: 'M',
  UserJoinedMeetingEvtMsg: 'C',
  UserLeftFlagUpdatedEvtMsg: 'C',
  UserLeftMeetingEvtMsg: 'C',
  PresenterAssignedEvtMsg: 'C',
  PresenterUnassignedEvtMsg: 'C',
  UserRoleChangedEvtMsg: 'C',
  GuestsWaitingForApprovalEvtMsg: 'C',
  GuestsWaitingApprovedEvtMsg: 'C',
  GuestApprovedEvtMsg: 'C',
  GuestWaitingLeftEvtMsg: 'C',
  GuestPolicyChangedEvtMsg: 'C',
  RecordingStatusChangedEvtMsg: 'C',
  GetRecordingStatusRespMsg: 'C',
  RecordStatusResetSysMsg: 'M',
  UserJoinedVoiceConfToClientEvtMsg: 'C',
  UserLeftVoiceConfToClientEvtMsg: 'C',
  UserMutedVoiceEvtMsg: 'C',
  UserTalkingVoiceEvtMsg: 'C',
  GetUsersInVoiceConfSysMsg: 'M',
  StopSoundInVoiceConfSysMsg: 'M',
  PlaySoundInVoiceConfSysMsg: 'M',
  HoldUserInVoiceConfSysMsg: 'M',
  MuteUserInVoiceConfSysMsg: 'M',
  DeafUserInVoiceConfSysMsg: 'M',
  EjectUserFromVoiceConfSysMsg: 'M',
  StartRecordingVoiceConfSysMsg: 'M',
  EjectUserFromSfuSysMsg: 'M',
  DisconnectClientSysMsg: 'M',
  ValidateAuthTokenRespMsg: 'C',
  GroupChatCreatedEvtMsg: 'C',
  CreateNewPresentationPodEvtMsg: 'C',
  BreakoutRoomJoinURLEvtMsg: 'C',
  MeetingEndingEvtMsg: 'C',
  MeetingEndedEvtMsg: 'B',
  EjectAllFromVoiceConfMsg: 'M',
  DisconnectAllClientsSysMsg: 'M',
  MeetingDestroyedEvtMsg: 'B',
  CreateBreakoutRoomSysCmdMsg: 'B',
  BreakoutRoomStartedEvtMsg: 'C',
  BreakoutRoomsListEvtMsg: 'C',
  BreakoutRoomEndedEvtMsg: 'C',
  UpdateBreakoutRoomsTimeEvtMsg: 'C',
  GroupChatMessageBroadcastEvtMsg: 'C',
  MeetingInfoAnalyticsMsg: 'B',
  MeetingInfoAnalyticsServiceMsg: 'B',
  LearningDashboardEvtMsg: 'M',
  CheckAlivePongSysMsg: 'B',
  PublishedRecordingSysMsg: 'B',
  UnpublishedRecordingSysMsg: 'B',
  DeletedRecordingSysMsg: 'B',
};

/** Addressed to one client; all others are broadcast to the meeting. */
const DIRECT: readonly MessageName[] = [
  'ValidateAuthTokenRespMsg',
  'BreakoutRoomJoinURLEvtMsg',
  'GuestsWaitingForApprovalEvtMsg',
  'GuestsWaitingApprovedEvtMsg',
  'GuestApprovedEvtMsg',
  'GetRecordingStatusRespMsg',
];

const OF_BBB_WEB: readonly MessageName[] = [
  'PublishedRecordingSysMsg',
  'UnpublishedRecordingSysMsg',
  'DeletedRecordingSysMsg',
];

/** One message per channel it travels on; none for what the played version does not know. */
export function busMessages(happening: Happening, version: BbbVersion, startedAt: number): BusMessage[] {
  if (happening.kind === 'rap') return [rapMessage(happening, startedAt)];
  if (!isToldIn(version, happening.name)) return [];
  const text = messageText(happening, version);
  const { name, meetingId } = happening;
  return channelsOf(name).map((channel) => ({ channel, name, meetingId, text }));
}

function bodyIn(version: BbbVersion, happening: BusHappening): unknown {
  if (!isSince(version, '3.0')) return bodyOf2x(happening, version);
  if (isSince(version, '4.0')) return bodyOf40(happening);
  if (happening.name !== 'UserJoinedMeetingEvtMsg') return happening.body;
  const { joinRequestMetadata, ...body } = happening.body;
  return body;
}

/**
 * What disconnects clients is addressed though its header is not a client's; the rooms' time is not though its header is. A change of role is
 * addressed to whom it concerns, while its header names who made it.
 */
function routingOf(happening: BusHappening, kind: HeaderKind): Readonly<Record<string, string>> {
  const { name, meetingId } = happening;
  if (name === 'DisconnectAllClientsSysMsg') return { msgType: 'SYSTEM', meetingId, userId: NOT_USED };
  if (name === 'DisconnectClientSysMsg') return { msgType: 'SYSTEM', meetingId, userId: happening.userId };
  const userId = name === 'UserRoleChangedEvtMsg' ? happening.body.userId : happening.userId;
  const sender = OF_BBB_WEB.includes(name) ? 'bbb-web' : 'bbb-apps-akka';
  if (kind !== 'C' || name === 'UpdateBreakoutRoomsTimeEvtMsg') return { sender };
  return { msgType: DIRECT.includes(name) ? 'DIRECT' : 'BROADCAST_TO_MEETING', meetingId, userId };
}

function messageText(happening: BusHappening, version: BbbVersion): string {
  const { name, at, meetingId, userId } = happening;
  const kind = HEADERS[name];
  const header = {
    name,
    ...(kind === 'B' ? {} : { meetingId }),
    ...(kind === 'C' ? { userId } : {}),
  };
  const routing = routingOf(happening, kind);
  const body = bodyIn(version, happening);
  return JSON.stringify({ envelope: { name, routing, timestamp: at }, core: { header, body } });
}

/** No envelope; `timestamp` is a monotonic reading in ms, `current_time` wall seconds (`events_archiver.rb`). */
function rapMessage({ name, at, payload }: RapHappening, startedAt: number): BusMessage {
  const header = { timestamp: at - startedAt, name, current_time: Math.floor(at / 1000), version: '0.0.1' };
  const text = JSON.stringify({ header, payload });
  return { channel: FROM_RAP, name, meetingId: String(payload.meeting_id), text };
}
