/** Reads the parameters of `create` into a meeting's properties, as `ParamsProcessorUtil` does; it creates nothing. */
import { createHash } from 'node:crypto';
import { type DefaultProps, GUEST_POLICIES, NO_PARENT } from '../model/props';
import type { ServerDefaults } from '../options';
import { anyInt, bool, disabledFeatures, int, javaDate, metadataOf, type Params } from './params';

export interface CreateContext {
  /** Epoch ms. */
  readonly createTime: number;
  readonly defaults: ServerDefaults;
  /** Fresh hex digits for what the caller left out. */
  readonly token: (length: number) => string;
  /** The internal id of a meeting by its external one, for API-made breakouts. */
  readonly internalIdOf: (externalId: string) => string | undefined;
}

/** A parameter bbb-web refuses. */
export interface BadParam {
  readonly messageKey: string;
  readonly message: string;
}

export function isBadParam(result: DefaultProps | BadParam): result is BadParam {
  return 'messageKey' in result;
}

/** `sha1hex(external id)-createTime`. */
export function internalMeetingId(externalId: string, createTime: number): string {
  return `${createHash('sha1').update(externalId).digest('hex')}-${createTime}`;
}

export function readCreateParams(params: Params, context: CreateContext): DefaultProps | BadParam {
  return badParam(params) ?? propsOf(params, context);
}

const BOOLEANS = [
  'record',
  'autoStartRecording',
  'allowStartStopRecording',
  'isBreakout',
  'endWhenNoModerator',
];
const WHOLE_NUMBERS = [
  'duration',
  'meetingExpireIfNoUserJoinedInMinutes',
  'meetingExpireWhenLastUserLeftInMinutes',
  'endWhenNoModeratorDelayInMinutes',
];

function badParam(params: Params): BadParam | undefined {
  const id = params.meetingID;
  if (id === undefined || id === '') {
    return { messageKey: 'missingParamMeetingID', message: 'You must specify a meeting ID for the meeting.' };
  }
  const problem = idOrNameProblem(id, params.name) ?? typeProblem(params);
  return problem === undefined ? undefined : { messageKey: 'validationError', message: problem };
}

function idOrNameProblem(id: string, name: string | undefined): string | undefined {
  if (id.length < 2 || id.length > 256) return 'Meeting ID must be between 2 and 256 characters';
  if (id.includes(',')) return 'Meeting ID cannot contain ","';
  if (name === undefined || name === '') return 'You must specify a meeting name';
  return name.length < 2 || name.length > 64 ? 'Meeting name must be between 2 and 64 characters' : undefined;
}

function typeProblem(params: Params): string | undefined {
  const notBoolean = BOOLEANS.find((name) => !/^(true|false|)$/i.test(params[name] ?? ''));
  if (notBoolean !== undefined) return `You must provide a boolean for ${notBoolean}`;
  const notWhole = WHOLE_NUMBERS.find((name) => !/^\d*$/.test(params[name] ?? ''));
  return notWhole === undefined ? undefined : `You must provide a non-negative whole number for ${notWhole}`;
}

function propsOf(params: Params, context: CreateContext): DefaultProps {
  const extId = params.meetingID ?? '';
  const { createTime, defaults } = context;
  const isBreakout = bool(params, 'isBreakout', false);
  const parent = isBreakout ? context.internalIdOf(params.parentMeetingID ?? '') : undefined;
  const voiceBridge = params.voiceBridge ?? voiceBridgeOf(extId, createTime);
  return {
    pluginProp: {},
    meetingProp: meetingProp(params, createTime, isBreakout),
    breakoutProps: breakoutProps(params, parent),
    durationProps: durationProps(params, createTime, defaults),
    password: passwords(params, context),
    recordProp: recordProp(params, defaults),
    welcomeProp: {
      welcomeMsg: params.welcome ?? '',
      welcomeMsgForModerators: params.moderatorOnlyMessage ?? '',
    },
    voiceProp: {
      telVoice: voiceBridge,
      voiceConf: voiceBridge,
      dialNumber: params.dialNumber ?? '613-555-1234',
      muteOnStart: bool(params, 'muteOnStart', defaults.muteOnStart),
    },
    usersProp: usersProp(params, defaults),
    metadataProp: { metadata: metadataOf(params) },
    lockSettingsProps: lockSettings(params),
    systemProps: systemProps(params),
    groups: [],
    overrideClientSettings: '',
  };
}

function meetingProp(params: Params, createTime: number, isBreakout: boolean): DefaultProps['meetingProp'] {
  const extId = params.meetingID ?? '';
  return {
    name: params.name ?? '',
    extId,
    intId: internalMeetingId(extId, createTime),
    meetingCameraCap: int(params, 'meetingCameraCap', 0),
    maxPinnedCameras: int(params, 'maxPinnedCameras', 3),
    cameraBridge: params.cameraBridge ?? 'bbb-webrtc-sfu',
    screenShareBridge: params.screenShareBridge ?? 'bbb-webrtc-sfu',
    audioBridge: params.audioBridge ?? 'bbb-webrtc-sfu',
    isBreakout,
    disabledFeatures: disabledFeatures(params),
    notifyRecordingIsOn: bool(params, 'notifyRecordingIsOn', false),
    presentationUploadExternalDescription: params.presentationUploadExternalDescription ?? '',
    presentationUploadExternalUrl: params.presentationUploadExternalUrl ?? '',
  };
}

function passwords(params: Params, context: CreateContext): DefaultProps['password'] {
  return {
    moderatorPass: params.moderatorPW ?? context.token(8),
    viewerPass: params.attendeePW ?? context.token(8),
    learningDashboardAccessToken: context.token(12),
  };
}

function systemProps(params: Params): DefaultProps['systemProps'] {
  return {
    loginUrl: params.loginURL ?? '',
    logoutUrl: params.logoutURL ?? '',
    customLogoURL: params.logo ?? '',
    customDarkLogoURL: params.darklogo ?? '',
    bannerText: params.bannerText ?? '',
    bannerColor: params.bannerColor ?? '',
    html5PluginSdkVersion: '0.0.x',
  };
}

/** Five digits, of the id and the time, as the original's random ones would be. */
function voiceBridgeOf(extId: string, createTime: number): string {
  const digits = Number.parseInt(internalMeetingId(`${extId}:${createTime}`, 0).slice(0, 8), 16);
  return String(10_000 + (digits % 90_000));
}

function breakoutProps(params: Params, parent: string | undefined): DefaultProps['breakoutProps'] {
  return {
    parentId: parent ?? NO_PARENT,
    sequence: int(params, 'sequence', 0),
    freeJoin: bool(params, 'freeJoin', false),
    breakoutRooms: [],
    record: bool(params, 'breakoutRoomsRecord', false),
    privateChatEnabled: bool(params, 'breakoutRoomsPrivateChatEnabled', true),
    captureNotes: bool(params, 'breakoutRoomsCaptureNotes', false),
    captureSlides: bool(params, 'breakoutRoomsCaptureSlides', false),
    captureNotesFilename: params.breakoutRoomsCaptureNotesFilename ?? '%%CONFNAME%%',
    captureSlidesFilename: params.breakoutRoomsCaptureSlidesFilename ?? '%%CONFNAME%%',
  };
}

function durationProps(
  params: Params,
  createTime: number,
  defaults: ServerDefaults,
): DefaultProps['durationProps'] {
  return {
    duration: int(params, 'duration', defaults.defaultMeetingDuration),
    createdTime: createTime,
    createdDate: javaDate(createTime),
    meetingExpireIfNoUserJoinedInMinutes: int(params, 'meetingExpireIfNoUserJoinedInMinutes', 5),
    meetingExpireWhenLastUserLeftInMinutes: int(params, 'meetingExpireWhenLastUserLeftInMinutes', 1),
    userInactivityInspectTimerInMinutes: int(params, 'userInactivityInspectTimerInMinutes', 0),
    userInactivityThresholdInMinutes: int(params, 'userInactivityThresholdInMinutes', 30),
    userActivitySignResponseDelayInMinutes: int(params, 'userActivitySignResponseDelayInMinutes', 5),
    endWhenNoModerator: bool(params, 'endWhenNoModerator', false),
    endWhenNoModeratorDelayInMinutes: int(params, 'endWhenNoModeratorDelayInMinutes', 1),
  };
}

function recordProp(params: Params, defaults: ServerDefaults): DefaultProps['recordProp'] {
  return {
    record: !defaults.disableRecordingDefault && bool(params, 'record', false),
    autoStartRecording: bool(params, 'autoStartRecording', defaults.autoStartRecording),
    allowStartStopRecording: bool(params, 'allowStartStopRecording', defaults.allowStartStopRecording),
    recordFullDurationMedia: bool(params, 'recordFullDurationMedia', false),
    keepEvents: bool(params, 'meetingKeepEvents', false),
  };
}

function usersProp(params: Params, defaults: ServerDefaults): DefaultProps['usersProp'] {
  return {
    maxUsers: anyInt(params, 'maxParticipants', defaults.defaultMaxUsers),
    maxUserConcurrentAccesses: defaults.maxUserConcurrentAccesses,
    webcamsOnlyForModerator: bool(params, 'webcamsOnlyForModerator', false),
    userCameraCap: int(params, 'userCameraCap', 3),
    guestPolicy: GUEST_POLICIES.find((policy) => policy === params.guestPolicy) ?? 'ALWAYS_ACCEPT',
    meetingLayout: params.meetingLayout ?? 'CUSTOM_LAYOUT',
    allowModsToUnmuteUsers: bool(params, 'allowModsToUnmuteUsers', false),
    allowModsToEjectCameras: bool(params, 'allowModsToEjectCameras', false),
    authenticatedGuest: true,
    allowPromoteGuestToModerator: bool(params, 'allowPromoteGuestToModerator', false),
    waitingGuestUsersTimeout: 30_000,
  };
}

function lockSettings(params: Params): DefaultProps['lockSettingsProps'] {
  const lock = (name: string, fallback = false): boolean => bool(params, `lockSettings${name}`, fallback);
  return {
    disableCam: lock('DisableCam'),
    disableMic: lock('DisableMic'),
    disablePrivateChat: lock('DisablePrivateChat'),
    disablePublicChat: lock('DisablePublicChat'),
    disableNotes: lock('DisableNotes'),
    hideUserList: lock('HideUserList'),
    lockOnJoin: lock('LockOnJoin', true),
    lockOnJoinConfigurable: lock('LockOnJoinConfigurable'),
    hideViewersCursor: lock('HideViewersCursor'),
    hideViewersAnnotation: lock('HideViewersAnnotation'),
  };
}
