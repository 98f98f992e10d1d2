/** Entering with an open client: akka-apps' join check, and being back before the flag of having left ran out. */
import type { JoinRequestMetadata } from './happenings';
import { activeModerators, assignPresenterAutomatically, hasPresenter, numUsers } from './people';
import { autoStartRecording } from './recording';
import { type Bbb, type Meeting, nextOrder, type PresentUser, type RegisteredUser, tell } from './state';
import { checkToken, isFull } from './token';

export type EnterOutcome =
  | { readonly kind: 'joined' }
  | { readonly kind: 'reconnected' }
  | { readonly kind: 'refused'; readonly reasonCode: string };

/**
 * `UserJoinMeetingReqMsgHdlr`. A refusal is told to nobody on the bus. The join itself checks only whether somebody was ejected and whether there
 * is a place; whoever waits, was turned away, banned or logged out is stopped by the token check before it, which a client that `insists` ignores.
 */
export function enter(
  bbb: Bbb,
  meeting: Meeting,
  intId: string,
  client: 'honest' | 'insists' = 'honest',
): EnterOutcome {
  if (client === 'honest') checkToken(bbb, meeting, intId);
  const present = meeting.users.get(intId);
  if (present !== undefined) {
    if (present.leftFlagAt !== undefined) setLeftFlag(bbb, meeting, present, false);
    noteModerators(bbb, meeting);
    return { kind: 'reconnected' };
  }
  const user = meeting.registered.get(intId);
  const reasonCode =
    user === undefined ? 'validate_token_failed_eject_reason' : refusal(meeting, user, client);
  if (user === undefined || reasonCode !== undefined) {
    const code = reasonCode ?? 'validate_token_failed_eject_reason';
    meeting.joinRefusals.push({
      order: nextOrder(bbb),
      at: bbb.now,
      internalUserId: intId,
      externalUserId: user?.extId ?? '',
      by: 'akka-apps',
      reasonCode: code,
    });
    return { kind: 'refused', reasonCode: code };
  }
  addUser(bbb, meeting, user);
  noteModerators(bbb, meeting);
  return { kind: 'joined' };
}

function refusal(meeting: Meeting, user: RegisteredUser, client: 'honest' | 'insists'): string | undefined {
  if (client === 'honest') {
    if (user.guestStatus !== 'ALLOW') return 'not_enough_permission_eject_reason';
    if (user.banned) return 'banned_user_rejoining_reason';
    if (user.loggedOut) return 'user_logged_out_reason';
  }
  if (user.ejected) return 'user_requested_eject_reason';
  return isFull(meeting, user) ? 'max_participants_reason' : undefined;
}

function addUser(bbb: Bbb, meeting: Meeting, user: RegisteredUser): void {
  const present: PresentUser = { ...joinedUser(meeting, user), joinedAt: bbb.now, leftFlagAt: undefined };
  meeting.users.set(user.intId, present);
  tell(
    bbb,
    'UserJoinedMeetingEvtMsg',
    { meetingId: meeting.intId, userId: user.intId },
    { ...joinedUser(meeting, user), joinRequestMetadata: cameBy(user) },
  );
  if (numUsers(meeting) === 1) autoStartRecording(bbb, meeting);
  user.joined = true;
  if (!hasPresenter(meeting)) assignPresenterAutomatically(bbb, meeting);
  meeting.userHasJoined = true;
  meeting.lastUserLeftAt = undefined;
}

function cameBy({ sessionTokens }: RegisteredUser): JoinRequestMetadata {
  return {
    ip: '192.0.2.7',
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64)',
    referer: 'https://portal.example/rooms',
    sessionToken: sessionTokens[0] ?? '',
  };
}

function joinedUser(meeting: Meeting, user: RegisteredUser): Omit<PresentUser, 'joinedAt' | 'leftFlagAt'> {
  return {
    intId: user.intId,
    extId: user.extId,
    name: user.name,
    role: user.role,
    bot: user.bot,
    guest: user.guest,
    authed: user.authed,
    guestStatus: user.guestStatus,
    reactionEmoji: 'none',
    raiseHand: false,
    away: false,
    pin: false,
    presenter: false,
    locked: meeting.props.lockSettingsProps.lockOnJoin,
    avatar: user.avatar,
    webcamBackground: '',
    color: user.color,
    clientType: 'HTML5',
    userMetadata: user.userMetadata,
  };
}

/** All connections closed, or back again; the audit removes whoever stays away. */
export function setLeftFlag(bbb: Bbb, meeting: Meeting, user: PresentUser, left: boolean): void {
  user.leftFlagAt = left ? bbb.now : undefined;
  tell(
    bbb,
    'UserLeftFlagUpdatedEvtMsg',
    { meetingId: meeting.intId, userId: user.intId },
    { intId: user.intId, userLeftFlag: left },
  );
}

/** UserLeaveReqMsg, or the last connection of somebody closing. */
export function leave(bbb: Bbb, meeting: Meeting, intId: string, loggedOut: boolean): boolean {
  const user = meeting.users.get(intId);
  if (user === undefined) return false;
  if (user.leftFlagAt === undefined) setLeftFlag(bbb, meeting, user, true);
  const registered = meeting.registered.get(intId);
  if (loggedOut && registered !== undefined) registered.loggedOut = true;
  noteModerators(bbb, meeting);
  return true;
}

/** `MeetingActor.updateModeratorsPresence`: moderators whose connections are all closed do not count. */
export function noteModerators(bbb: Bbb, meeting: Meeting): void {
  if (activeModerators(meeting).length > 0) {
    meeting.moderatorHasJoined = true;
    meeting.lastModeratorLeftAt = undefined;
  } else if (meeting.moderatorHasJoined && meeting.lastModeratorLeftAt === undefined) {
    meeting.lastModeratorLeftAt = bbb.now;
  }
}
