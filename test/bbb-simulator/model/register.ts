/** Coming in through `/join`: bbb-web's check, then akka-apps' registration; being registered is not being there. */
import { isSince } from '../version';
import { eject } from './eject';
import { SYSTEM_USER } from './happenings';
import type { GuestPolicy } from './props';
import {
  type Bbb,
  type GuestStatus,
  type Meeting,
  nextOrder,
  nextToken,
  type RegisteredUser,
  type Role,
  tell,
} from './state';
import { countUniqueExtIds, usersInMap } from './web';

export interface JoinRequest {
  readonly name: string;
  /** `userID` of the join; without it BBB uses the fresh internal id, so that each join is somebody new. */
  readonly externalUserId?: string;
  readonly role: Role;
  readonly bot?: boolean;
  readonly guest?: boolean;
  readonly authed?: boolean;
  readonly avatar?: string;
  readonly excludeFromDashboard?: boolean;
  /** `userdata-` parameters, prefix removed. */
  readonly userMetadata?: Readonly<Record<string, string>>;
}

const COLORS = ['#7b1fa2', '#6a1b9a', '#4a148c', '#5e35b1', '#512da8', '#4527a0', '#311b92'];

/**
 * bbb-web's own `maxParticipants` rule (ApiController.hasReachedMaxParticipants): unique external ids in its map,
 * dial-ins, bots and people gone less than 60 s ago included; a known external id and a bot always pass.
 */
export function hasReachedMaxParticipants(
  bbb: Bbb,
  meeting: Pick<Meeting, 'intId' | 'props'>,
  request: JoinRequest,
): boolean {
  const web = bbb.web.get(meeting.intId);
  const { maxUsers } = meeting.props.usersProp;
  if (web === undefined || maxUsers <= 0 || request.bot === true) return false;
  if (usersInMap(web, bbb.now).some((user) => user.extId === request.externalUserId)) return false;
  return countUniqueExtIds(web, bbb.now) >= maxUsers;
}

/** Keeps for the tests that bbb-web said no; BBB itself tells nobody but the caller. */
export function noteWebRefusal(bbb: Bbb, meeting: Meeting, request: JoinRequest, reasonCode: string): void {
  meeting.joinRefusals.push({
    order: nextOrder(bbb),
    at: bbb.now,
    internalUserId: undefined,
    externalUserId: request.externalUserId ?? '',
    by: 'bbb-web',
    reasonCode,
  });
}

/** `RegisterUserReqMsgHdlr`: too many sessions of one account lose their oldest; a banned account stays banned. */
export function register(bbb: Bbb, meeting: Meeting, request: JoinRequest): RegisteredUser {
  const user = newRegistration(bbb, meeting, request);
  checkConcurrentAccesses(bbb, meeting, user.extId);
  user.banned = [...meeting.registered.values()].some((other) => other.extId === user.extId && other.banned);
  meeting.registered.set(user.intId, user);
  tell(
    bbb,
    'UserRegisteredRespMsg',
    { meetingId: meeting.intId },
    {
      meetingId: meeting.intId,
      userId: user.intId,
      name: user.name,
      role: user.role,
      excludeFromDashboard: user.excludeFromDashboard,
      registeredOn: user.registeredOn,
    },
  );
  if (user.guestStatus === 'WAIT') addWaitingGuest(bbb, meeting, user);
  else tellGuestApproved(bbb, meeting, user, SYSTEM_USER);
  return user;
}

function newRegistration(bbb: Bbb, meeting: Meeting, request: JoinRequest): RegisteredUser {
  const intId = `w_${nextToken(bbb, 12)}`;
  const guest = request.guest ?? false;
  return {
    intId,
    extId: request.externalUserId ?? intId,
    name: request.name,
    role: request.role,
    bot: isSince(bbb.settings.version, '3.0') && (request.bot ?? false),
    guest,
    authed: request.authed ?? true,
    guestStatus: guestStatusOf(meeting.guestPolicy, request.role, guest),
    excludeFromDashboard: request.excludeFromDashboard ?? false,
    registeredOn: bbb.now,
    color: COLORS[meeting.registered.size % COLORS.length] ?? '#7b1fa2',
    avatar: request.avatar ?? '',
    userMetadata: { ...request.userMetadata },
    sessionTokens: [nextToken(bbb, 16)],
    joined: false,
    ejected: false,
    banned: false,
    loggedOut: false,
  };
}

/** bbb-web's `calcGuestStatus`. */
export function guestStatusOf(policy: GuestPolicy, role: Role, guest: boolean): GuestStatus {
  if (role === 'MODERATOR' || policy === 'ALWAYS_ACCEPT') return 'ALLOW';
  if (policy === 'ALWAYS_DENY') return 'DENY';
  return guest ? 'WAIT' : 'ALLOW';
}

function checkConcurrentAccesses(bbb: Bbb, meeting: Meeting, extId: string): void {
  const limit = meeting.props.usersProp.maxUserConcurrentAccesses;
  if (limit <= 0) return;
  const newestFirst = [...meeting.registered.values()]
    .filter((user) => user.extId === extId && !user.loggedOut && !user.ejected)
    .reverse();
  for (const oldest of newestFirst.slice(limit - 1)) {
    eject(bbb, meeting, oldest.intId, {
      ejectedBy: SYSTEM_USER,
      reason: 'user ejected because of duplicate external userid',
      reasonCode: 'duplicate_user_in_meeting_eject_reason',
      ban: false,
    });
  }
}

function addWaitingGuest(bbb: Bbb, meeting: Meeting, user: RegisteredUser): void {
  const guest = {
    intId: user.intId,
    name: user.name,
    role: user.role,
    guest: user.guest,
    avatar: user.avatar,
    webcamBackground: '',
    color: user.color,
    authenticated: user.authed,
    registeredOn: user.registeredOn,
  };
  meeting.guestsWaiting.set(user.intId, guest);
  tell(
    bbb,
    'GuestsWaitingForApprovalEvtMsg',
    { meetingId: meeting.intId, userId: 'nodeJSapp' },
    { guests: [guest] },
  );
}

/** Sent for every registration that need not wait, and for each guest let in or turned away. */
export function tellGuestApproved(
  bbb: Bbb,
  meeting: Meeting,
  user: RegisteredUser,
  approvedBy: string,
): void {
  tell(
    bbb,
    'GuestApprovedEvtMsg',
    { meetingId: meeting.intId, userId: user.intId },
    { status: user.guestStatus, approvedBy },
  );
}

/** RegisterUserSessionTokenReqMsg: one more browser of the same internal user; nobody is counted twice. */
export function addSessionToken(bbb: Bbb, meeting: Meeting, user: RegisteredUser): string {
  const sessionToken = nextToken(bbb, 16);
  user.sessionTokens.push(sessionToken);
  tell(
    bbb,
    'UserSessionTokenRegisteredRespMsg',
    { meetingId: meeting.intId },
    { meetingId: meeting.intId, userId: user.intId, sessionToken },
  );
  return sessionToken;
}
