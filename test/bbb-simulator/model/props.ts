/** The properties `create` fixes for a meeting, nested and ordered as BBB 3.0 puts them on the bus; it never reads a request. */

export interface BreakoutProps {
  parentId: string;
  sequence: number;
  freeJoin: boolean;
  breakoutRooms: string[];
  record: boolean;
  privateChatEnabled: boolean;
  captureNotes: boolean;
  captureSlides: boolean;
  captureNotesFilename: string;
  captureSlidesFilename: string;
}

export interface DurationProps {
  /** Minutes, 0 is none. */
  duration: number;
  createdTime: number;
  createdDate: string;
  meetingExpireIfNoUserJoinedInMinutes: number;
  meetingExpireWhenLastUserLeftInMinutes: number;
  userInactivityInspectTimerInMinutes: number;
  userInactivityThresholdInMinutes: number;
  userActivitySignResponseDelayInMinutes: number;
  endWhenNoModerator: boolean;
  endWhenNoModeratorDelayInMinutes: number;
}

export interface RecordProp {
  record: boolean;
  autoStartRecording: boolean;
  allowStartStopRecording: boolean;
  recordFullDurationMedia: boolean;
  keepEvents: boolean;
}

export interface UsersProp {
  /** 0 is none. */
  maxUsers: number;
  maxUserConcurrentAccesses: number;
  webcamsOnlyForModerator: boolean;
  userCameraCap: number;
  guestPolicy: GuestPolicy;
  meetingLayout: string;
  allowModsToUnmuteUsers: boolean;
  allowModsToEjectCameras: boolean;
  authenticatedGuest: boolean;
  allowPromoteGuestToModerator: boolean;
  waitingGuestUsersTimeout: number;
}

export const GUEST_POLICIES = [
  'ALWAYS_ACCEPT',
  'ALWAYS_ACCEPT_AUTH',
  'ALWAYS_DENY',
  'ASK_MODERATOR',
] as const;
export type GuestPolicy = (typeof GUEST_POLICIES)[number];

/** Field order is that of `Meeting2x.scala`: it is what the bus carries. */
export interface DefaultProps {
  pluginProp: Record<string, unknown>;
  meetingProp: {
    name: string;
    extId: string;
    intId: string;
    meetingCameraCap: number;
    maxPinnedCameras: number;
    cameraBridge: string;
    screenShareBridge: string;
    audioBridge: string;
    isBreakout: boolean;
    disabledFeatures: string[];
    notifyRecordingIsOn: boolean;
    presentationUploadExternalDescription: string;
    presentationUploadExternalUrl: string;
  };
  breakoutProps: BreakoutProps;
  durationProps: DurationProps;
  password: { moderatorPass: string; viewerPass: string; learningDashboardAccessToken: string };
  recordProp: RecordProp;
  welcomeProp: { welcomeMsg: string; welcomeMsgForModerators: string };
  voiceProp: { telVoice: string; voiceConf: string; dialNumber: string; muteOnStart: boolean };
  usersProp: UsersProp;
  metadataProp: { metadata: Record<string, string> };
  lockSettingsProps: Record<LockSetting, boolean>;
  systemProps: {
    loginUrl: string;
    logoutUrl: string;
    customLogoURL: string;
    customDarkLogoURL: string;
    bannerText: string;
    bannerColor: string;
    html5PluginSdkVersion: string;
  };
  groups: { groupId: string; name: string; usersExtId: string[] }[];
  overrideClientSettings: string;
}

export const LOCK_SETTINGS = [
  'disableCam',
  'disableMic',
  'disablePrivateChat',
  'disablePublicChat',
  'disableNotes',
  'hideUserList',
  'lockOnJoin',
  'lockOnJoinConfigurable',
  'hideViewersCursor',
  'hideViewersAnnotation',
] as const;
type LockSetting = (typeof LOCK_SETTINGS)[number];

/** The parent id of a meeting that is no breakout room. */
export const NO_PARENT = 'bbb-none';
