/** What the model tells the world, by BBB's own message names, bodies with their fields in BBB's order; no envelope, no channel. */
import type { AnalyticsMeeting } from './analytics';
import type { BreakoutRoomInfo, BreakoutRoomRequest } from './breakout-room';
import type { DefaultProps } from './props';
import type { Role } from './state';

/** Everybody's and nobody's user id, as BBB uses them. */
export const SYSTEM_USER = 'SYSTEM';
export const NOT_USED = 'not-used';

export interface GuestInfo {
  intId: string;
  name: string;
  role: Role;
  guest: boolean;
  avatar: string;
  webcamBackground: string;
  color: string;
  authenticated: boolean;
  registeredOn: number;
}

export interface JoinedUser {
  intId: string;
  extId: string;
  name: string;
  role: Role;
  bot: boolean;
  guest: boolean;
  authed: boolean;
  guestStatus: string;
  reactionEmoji: string;
  raiseHand: boolean;
  away: boolean;
  pin: boolean;
  presenter: boolean;
  locked: boolean;
  avatar: string;
  webcamBackground: string;
  color: string;
  clientType: string;
  userMetadata: Record<string, string>;
}

/** How somebody came to `/join`; since 4.0 on the bus, their live session token with it. */
export interface JoinRequestMetadata {
  ip: string;
  userAgent: string;
  referer: string;
  sessionToken: string;
}

export interface ChatMessage {
  id: string;
  timestamp: number;
  correlationId: string;
  sender: { id: string; name: string; role: string };
  chatEmphasizedText: boolean;
  message: string;
  replyToMessageId: string;
}

/** Body by message name. */
export interface BodyOf {
  MeetingCreatedEvtMsg: { props: DefaultProps };
  UserRegisteredRespMsg: {
    meetingId: string;
    userId: string;
    name: string;
    role: Role;
    excludeFromDashboard: boolean;
    registeredOn: number;
  };
  UserSessionTokenRegisteredRespMsg: { meetingId: string; userId: string; sessionToken: string };
  UserJoinedMeetingEvtMsg: JoinedUser & { joinRequestMetadata: JoinRequestMetadata };
  UserLeftFlagUpdatedEvtMsg: { intId: string; userLeftFlag: boolean };
  UserLeftMeetingEvtMsg: {
    intId: string;
    eject: boolean;
    ejectedBy: string;
    reason: string;
    reasonCode: string;
  };
  PresenterAssignedEvtMsg: { presenterId: string; presenterName: string; assignedBy: string };
  PresenterUnassignedEvtMsg: { intId: string; name: string; assignedBy: string };
  UserRoleChangedEvtMsg: { userId: string; role: Role; changedBy: string };
  GuestsWaitingForApprovalEvtMsg: { guests: GuestInfo[] };
  GuestsWaitingApprovedEvtMsg: { guests: { guest: string; status: string }[]; approvedBy: string };
  GuestApprovedEvtMsg: { status: string; approvedBy: string };
  GuestWaitingLeftEvtMsg: { userId: string };
  GuestPolicyChangedEvtMsg: { policy: string; setBy: string };
  RecordingStatusChangedEvtMsg: { recording: boolean; setBy: string };
  GetRecordingStatusRespMsg: {
    recorded: boolean;
    recording: boolean;
    recordFullDurationMedia: boolean;
    requestedBy: string;
    recordUserAudio: boolean;
    recordUserCameras: boolean;
    recordUserScreenShare: boolean;
  };
  RecordStatusResetSysMsg: { recording: boolean; setBy: string };
  UserJoinedVoiceConfToClientEvtMsg: {
    voiceConf: string;
    intId: string;
    voiceUserId: string;
    callerName: string;
    callerNum: string;
    color: string;
    muted: boolean;
    talking: boolean;
    callingWith: string;
    listenOnly: boolean;
  };
  UserLeftVoiceConfToClientEvtMsg: { voiceConf: string; intId: string; voiceUserId: string };
  UserMutedVoiceEvtMsg: { voiceConf: string; intId: string; voiceUserId: string; muted: boolean };
  UserTalkingVoiceEvtMsg: { voiceConf: string; intId: string; voiceUserId: string; talking: boolean };
  GetUsersInVoiceConfSysMsg: { voiceConf: string };
  StopSoundInVoiceConfSysMsg: { voiceConf: string; voiceUserId: string };
  PlaySoundInVoiceConfSysMsg: { voiceConf: string; voiceUserId: string; soundPath: string };
  HoldUserInVoiceConfSysMsg: { voiceConf: string; voiceUserId: string; hold: boolean };
  MuteUserInVoiceConfSysMsg: { voiceConf: string; voiceUserId: string; mute: boolean };
  DeafUserInVoiceConfSysMsg: { voiceConf: string; voiceUserId: string; deaf: boolean };
  EjectUserFromVoiceConfSysMsg: { voiceConf: string; voiceUserId: string };
  StartRecordingVoiceConfSysMsg: { voiceConf: string; meetingId: string; stream: string };
  EjectUserFromSfuSysMsg: { userId: string };
  DisconnectClientSysMsg: { meetingId: string; userId: string; ejectedBy: string; reason: string };
  ValidateAuthTokenRespMsg: {
    userId: string;
    authToken: string;
    valid: boolean;
    waitForApproval: boolean;
    registeredOn: number;
    authTokenValidatedOn: number;
    reasonCode: string;
    reason: string;
  };
  GroupChatCreatedEvtMsg: {
    correlationId: string;
    chatId: string;
    createdBy: { id: string; name: string; role: string };
    access: string;
    users: string[];
    msg: string[];
  };
  CreateNewPresentationPodEvtMsg: { currentPresenterId: string; podId: string };
  BreakoutRoomJoinURLEvtMsg: {
    parentId: string;
    breakoutId: string;
    externalId: string;
    userId: string;
    redirectJoinURL: string;
    redirectToHtml5JoinURL: string;
  };
  MeetingEndingEvtMsg: { meetingId: string; reason: string };
  MeetingEndedEvtMsg: { meetingId: string };
  EjectAllFromVoiceConfMsg: { voiceConf: string };
  DisconnectAllClientsSysMsg: { meetingId: string; reason: string };
  MeetingDestroyedEvtMsg: { meetingId: string };
  CreateBreakoutRoomSysCmdMsg: { meetingId: string; room: BreakoutRoomRequest };
  BreakoutRoomStartedEvtMsg: { parentMeetingId: string; breakout: BreakoutRoomInfo };
  BreakoutRoomsListEvtMsg: { meetingId: string; rooms: BreakoutRoomInfo[]; roomsReady: boolean };
  BreakoutRoomEndedEvtMsg: { parentId: string; breakoutId: string };
  UpdateBreakoutRoomsTimeEvtMsg: { meetingId: string; timeInMinutes: number };
  GroupChatMessageBroadcastEvtMsg: { chatId: string; msg: ChatMessage };
  MeetingInfoAnalyticsMsg: { meetingInfo: AnalyticsMeeting };
  MeetingInfoAnalyticsServiceMsg: { meetingInfo: AnalyticsMeeting };
  LearningDashboardEvtMsg: { learningDashboardAccessToken: string; activityJson: string };
  CheckAlivePongSysMsg: { system: string; bbbWebTimestamp: number; akkaAppsTimestamp: number };
  PublishedRecordingSysMsg: { recordId: string };
  UnpublishedRecordingSysMsg: { recordId: string };
  DeletedRecordingSysMsg: { recordId: string };
}

export type MessageName = keyof BodyOf;

/** A message of akka-apps or bbb-web. `meetingId` and `userId` are what header and routing carry, where they carry them. */
export type BusHappening = {
  [N in MessageName]: {
    readonly kind: 'message';
    readonly name: N;
    readonly at: number;
    readonly meetingId: string;
    readonly userId: string;
    readonly body: BodyOf[N];
  };
}[MessageName];

/** A message of the recording scripts. */
export interface RapHappening {
  readonly kind: 'rap';
  readonly name: string;
  readonly at: number;
  readonly payload: Readonly<Record<string, unknown>>;
}

export type Happening = BusHappening | RapHappening;
