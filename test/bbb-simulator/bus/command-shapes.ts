/** The commands akka-apps accepts, with exactly the fields each must have; what they do is the model's business. */
import { type BbbVersion, isSince } from '../version';

/** A list is written `['element']`, an object by its fields. */
export type FieldType =
  | 'string'
  | 'number'
  | 'boolean'
  | readonly [FieldType]
  | { readonly [field: string]: FieldType };

export interface CommandShape {
  /** Base header `{name}`, or the client's `{name, meetingId, userId}`. */
  readonly header: 'base' | 'client';
  readonly body: { readonly [field: string]: FieldType };
  /** Not known to 2.x. */
  readonly since30?: true;
  /** Not known to 3.0. */
  readonly until27?: true;
  /** Fields of the body that older ones do not know, which then drop the command. */
  readonly fieldsSince?: Readonly<Record<string, BbbVersion>>;
}

const client = (body: CommandShape['body']): CommandShape => ({ header: 'client', body });

const SHAPES: Readonly<Record<string, CommandShape>> = {
  EjectUserFromMeetingSysMsg: client({ userId: 'string', ejectedBy: 'string' }),
  EjectUserFromMeetingCmdMsg: client({ userId: 'string', ejectedBy: 'string', banUser: 'boolean' }),
  EndMeetingSysCmdMsg: client({ meetingId: 'string' }),
  LogoutAndEndMeetingCmdMsg: client({ userId: 'string' }),
  SetRecordingStatusCmdMsg: client({ recording: 'boolean', setBy: 'string' }),
  RecordAndClearPreviousMarkersCmdMsg: client({ recording: 'boolean', setBy: 'string' }),
  GetRecordingStatusReqMsg: client({ requestedBy: 'string' }),
  SendGroupChatMessageFromApiSysPubMsg: {
    header: 'client',
    body: { userName: 'string', message: 'string' },
    since30: true,
  },
  ValidateAuthTokenReqMsg: {
    header: 'client',
    body: { userId: 'string', authToken: 'string' },
    until27: true,
  },
  RequestBreakoutJoinURLReqMsg: client({ meetingId: 'string', breakoutId: 'string', userId: 'string' }),
  EjectUserFromVoiceCmdMsg: client({ userId: 'string', ejectedBy: 'string', banUser: 'boolean' }),
  UserLeaveReqMsg: client({ userId: 'string', sessionId: 'string', loggedOut: 'boolean' }),
  LockUsersInMeetingCmdMsg: client({ lock: 'boolean', lockedBy: 'string', except: ['string'] }),
  LockUserInMeetingCmdMsg: client({ userId: 'string', lock: 'boolean', lockedBy: 'string' }),
  ChangeLockSettingsInMeetingCmdMsg: {
    header: 'client',
    body: {
      disableCam: 'boolean',
      disableMic: 'boolean',
      disablePrivChat: 'boolean',
      disablePubChat: 'boolean',
      disableNotes: 'boolean',
      hideUserList: 'boolean',
      lockOnJoin: 'boolean',
      lockOnJoinConfigurable: 'boolean',
      hideViewersCursor: 'boolean',
      hideViewersAnnotation: 'boolean',
      presenterPolicy: 'string',
      setBy: 'string',
    },
    fieldsSince: { hideViewersAnnotation: '2.7', presenterPolicy: '4.0' },
  },
  MuteMeetingCmdMsg: client({ mutedBy: 'string', mute: 'boolean' }),
  ChangeUserRoleCmdMsg: client({ userId: 'string', role: 'string', changedBy: 'string' }),
  GuestsWaitingApprovedMsg: client({ guests: [{ guest: 'string', status: 'string' }], approvedBy: 'string' }),
  SetGuestPolicyCmdMsg: client({ policy: 'string', setBy: 'string' }),
  EndAllBreakoutRoomsMsg: client({ meetingId: 'string' }),
  UpdateBreakoutRoomsTimeReqMsg: client({ meetingId: 'string', timeInMinutes: 'number' }),
  SendMessageToAllBreakoutRoomsReqMsg: client({ meetingId: 'string', msg: 'string' }),
  CheckAlivePingSysMsg: {
    header: 'base',
    body: { system: 'string', bbbWebTimestamp: 'number', akkaAppsTimestamp: 'number' },
  },
  DestroyMeetingSysCmdMsg: { header: 'base', body: { meetingId: 'string' } },
};

export const COMMAND_NAMES: readonly string[] = Object.keys(SHAPES);

export function commandShape(name: string, version: BbbVersion): CommandShape | undefined {
  const shape = Object.hasOwn(SHAPES, name) ? SHAPES[name] : undefined;
  const isKnown = isSince(version, '3.0') ? shape?.until27 !== true : shape?.since30 !== true;
  if (!isKnown || shape?.fieldsSince === undefined) return isKnown ? shape : undefined;
  const { fieldsSince } = shape;
  const body = Object.entries(shape.body).filter(([field]) => isSince(version, fieldsSince[field] ?? '2.6'));
  return { ...shape, body: Object.fromEntries(body) };
}
