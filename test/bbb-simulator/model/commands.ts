/** What akka-apps does with a command that decoded well: permission first, then effect; refusals are silent towards the sender. */
import { ejectFromBreakouts, tellJoinUrl, updateBreakoutsTime } from './breakouts';
import { sendChatFromApi } from './chat';
import { type EjectReason, eject } from './eject';
import { endBreakouts, endMeeting } from './end';
import { decideGuests, type GuestDecision, setGuestPolicy } from './guests';
import { SYSTEM_USER } from './happenings';
import { leave, noteModerators } from './join';
import { takePing } from './keep-alive';
import { isModerator } from './people';
import { GUEST_POLICIES } from './props';
import { mayRecord, recordAndClearMarks, setRecordingStatus, tellRecordingStatus } from './recording';
import { type Bbb, type Meeting, type Role, runningMeeting, tell } from './state';
import { checkToken } from './token';
import { hangUp, hangUpVoice } from './voice';

export interface Command {
  readonly name: string;
  readonly meetingId: string;
  readonly userId: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Undefined: it was done. Otherwise the reason why nothing came of it. */
export type Ignored = string | undefined;

type Handler = (bbb: Bbb, meeting: Meeting, command: Command) => Ignored;

const NO_PERMISSION = 'header.userId is not a moderator present in the meeting';

/** Applies a command. BBB never answers, so neither does this; the reason returned is for tests. */
export function applyCommand(bbb: Bbb, command: Command): Ignored {
  if (command.name === 'CheckAlivePingSysMsg') return pong(bbb, command);
  if (command.name === 'DestroyMeetingSysCmdMsg')
    return 'akka-apps 3.0 does not act on it, but loses its session maps';
  const meeting = runningMeeting(bbb, command.meetingId);
  if (meeting === undefined) return 'no running meeting has this internal id';
  const handle = HANDLERS[command.name];
  return handle === undefined
    ? 'accepted, without effect on what is modelled'
    : handle(bbb, meeting, command);
}

function pong(bbb: Bbb, { body }: Command): Ignored {
  takePing(bbb, {
    system: text(body.system),
    bbbWebTimestamp: Number(body.bbbWebTimestamp),
    akkaAppsTimestamp: Number(body.akkaAppsTimestamp),
  });
  return undefined;
}

const HANDLERS: Record<string, Handler> = {
  ValidateAuthTokenReqMsg: (bbb, meeting, { body }) =>
    checkToken(bbb, meeting, text(body.userId), text(body.authToken)),
  RequestBreakoutJoinURLReqMsg: (bbb, meeting, { body }) =>
    tellJoinUrl(bbb, meeting, text(body.breakoutId), text(body.userId)) ? undefined : 'no such room or user',
  EjectUserFromMeetingSysMsg: (bbb, meeting, { body }) =>
    eject(bbb, meeting, text(body.userId), {
      ejectedBy: text(body.ejectedBy),
      reason: 'user ejected by a component on system',
      reasonCode: 'system_requested_eject_reason',
      ban: false,
    })
      ? undefined
      : 'no such user',
  EjectUserFromMeetingCmdMsg: asModerator(ejectByModerator),
  EndMeetingSysCmdMsg: (bbb, meeting) => endMeeting(bbb, meeting, 'ENDED_FROM_API', 'system') as undefined,
  LogoutAndEndMeetingCmdMsg: asModerator(
    (bbb, meeting, { userId }) =>
      endMeeting(bbb, meeting, 'ENDED_AFTER_USER_LOGGED_OUT', userId) as undefined,
  ),
  SetRecordingStatusCmdMsg: (bbb, meeting, command) =>
    mayRecord(bbb, meeting, command.userId)
      ? setRecordingStatus(bbb, meeting, command.body.recording === true, text(command.body.setBy))
      : noPermission(bbb, meeting, command),
  RecordAndClearPreviousMarkersCmdMsg: (bbb, meeting, { body }) =>
    recordAndClearMarks(bbb, meeting, body.recording === true, text(body.setBy)),
  GetRecordingStatusReqMsg: (bbb, meeting, { body }) =>
    tellRecordingStatus(bbb, meeting, text(body.requestedBy)) as undefined,
  SendGroupChatMessageFromApiSysPubMsg: (bbb, meeting, { body }) =>
    sendChatFromApi(bbb, meeting, text(body.userName), text(body.message)),
  EjectUserFromVoiceCmdMsg: asModerator((bbb, meeting, { body }) =>
    hangUp(bbb, meeting, text(body.userId)) || hangUpVoice(bbb, meeting, text(body.userId))
      ? undefined
      : 'not in the voice conference',
  ),
  UserLeaveReqMsg: (bbb, meeting, { body }) =>
    leave(bbb, meeting, text(body.userId), body.loggedOut === true) ? undefined : 'no such user present',
  ChangeUserRoleCmdMsg: asModerator(changeRole),
  GuestsWaitingApprovedMsg: asModerator(
    (bbb, meeting, { body }) =>
      decideGuests(bbb, meeting, body.guests as GuestDecision[], text(body.approvedBy)) as undefined,
  ),
  SetGuestPolicyCmdMsg: asModerator((bbb, meeting, { body }) => {
    const policy = GUEST_POLICIES.find((each) => each === body.policy);
    return policy === undefined
      ? 'no such policy'
      : (setGuestPolicy(bbb, meeting, policy, text(body.setBy)) as undefined);
  }),
  EndAllBreakoutRoomsMsg: asModerator((bbb, meeting) => {
    if (meeting.breakouts === undefined) return 'no breakout rooms are open';
    return endBreakouts(bbb, meeting, 'BREAKOUT_ENDED_BY_MOD') as undefined;
  }),
  UpdateBreakoutRoomsTimeReqMsg: asModerator((bbb, meeting, { body }) =>
    updateBreakoutsTime(bbb, meeting, Number(body.timeInMinutes)) ? undefined : 'no breakout rooms are open',
  ),
  LockUsersInMeetingCmdMsg: asModerator(() => undefined),
  LockUserInMeetingCmdMsg: asModerator(() => undefined),
  ChangeLockSettingsInMeetingCmdMsg: asModerator(() => undefined),
  MuteMeetingCmdMsg: asModerator(() => undefined),
  SendMessageToAllBreakoutRoomsReqMsg: asModerator(() => undefined),
};

function asModerator(handle: Handler): Handler {
  return (bbb, meeting, command) =>
    isModerator(meeting, command.userId)
      ? handle(bbb, meeting, command)
      : noPermission(bbb, meeting, command);
}

/** `PermissionCheck`: with `ejectOnViolation` it costs the acting user their place. */
function noPermission(bbb: Bbb, meeting: Meeting, { userId }: Command): Ignored {
  if (!bbb.settings.ejectOnViolation) return NO_PERMISSION;
  eject(bbb, meeting, userId, {
    ejectedBy: SYSTEM_USER,
    reason: 'No permission for this action.',
    reasonCode: 'not_enough_permission_eject_reason',
    ban: false,
  });
  return `${NO_PERMISSION}; ejected for it`;
}

/** `ejectedBy` must be registered: `SYSTEM` here makes it a silent no-op. All sessions of the account go, their breakout copies too. */
function ejectByModerator(bbb: Bbb, meeting: Meeting, { body }: Command): Ignored {
  const target = meeting.registered.get(text(body.userId));
  const ejector = meeting.registered.get(text(body.ejectedBy));
  if (target === undefined) return 'no such user';
  if (ejector === undefined) return 'ejectedBy is not a registered user';
  const self = target.extId === ejector.extId;
  const why: EjectReason = {
    ejectedBy: ejector.intId,
    reason: 'user ejected by another user',
    reasonCode: 'user_requested_eject_reason',
    ban: !self && body.banUser === true,
  };
  const sessions = self
    ? [target]
    : [...meeting.registered.values()].filter((user) => user.extId === target.extId && !user.ejected);
  for (const session of sessions) {
    if (!self) ejectFromBreakouts(bbb, meeting, session.intId, why);
    eject(bbb, meeting, session.intId, why);
  }
  return undefined;
}

function changeRole(bbb: Bbb, meeting: Meeting, { body }: Command): Ignored {
  const user = meeting.users.get(text(body.userId));
  const registered = meeting.registered.get(text(body.userId));
  if (user === undefined || registered === undefined) return 'no such user present';
  if (meeting.props.meetingProp.isBreakout) return 'roles do not change in breakout rooms';
  const role: Role = body.role === 'MODERATOR' ? 'MODERATOR' : 'VIEWER';
  const { authenticatedGuest, allowPromoteGuestToModerator } = meeting.props.usersProp;
  const mayPromote = !user.guest || !authenticatedGuest || allowPromoteGuestToModerator;
  if (role === 'MODERATOR' && !mayPromote) return 'guests may not be promoted here';
  const changedBy = text(body.changedBy);
  user.role = role;
  registered.role = role;
  tell(
    bbb,
    'UserRoleChangedEvtMsg',
    { meetingId: meeting.intId, userId: changedBy },
    { userId: user.intId, role, changedBy },
  );
  noteModerators(bbb, meeting);
  return undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
