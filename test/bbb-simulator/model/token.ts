/** The check of a browser's token before it joins (2.x): the answer goes to that browser, and to whoever listens to the bus. */
import { isSince } from '../version';
import { type Bbb, type Meeting, type RegisteredUser, tell, wallNow } from './state';

const REASONS = {
  validate_token_failed_eject_reason: 'Invalid auth token.',
  banned_user_rejoining_reason: 'Banned user rejoining',
  user_logged_out_reason: 'User had logged out',
  max_participants_reason: 'The maximum number of participants allowed for this meeting has been reached.',
} as const;
export type TokenRefusal = keyof typeof REASONS;

/** Undefined: may join. Who is there already passes whatever became of the registration meanwhile, an ejection excepted. */
function refusal(meeting: Meeting, user: RegisteredUser | undefined): TokenRefusal | undefined {
  if (user === undefined || user.ejected) return 'validate_token_failed_eject_reason';
  if (user.banned) return 'banned_user_rejoining_reason';
  if (user.loggedOut) return 'user_logged_out_reason';
  if (user.guestStatus !== 'ALLOW') return 'validate_token_failed_eject_reason';
  return isFull(meeting, user) ? 'max_participants_reason' : undefined;
}

/** Unique external ids with `joined`, bots among them, dial-ins not; a known external id and a bot always pass. */
export function isFull(meeting: Meeting, user: RegisteredUser): boolean {
  const { maxUsers } = meeting.props.usersProp;
  if (maxUsers <= 0 || user.bot) return false;
  const joined = new Set(
    [...meeting.registered.values()].filter((each) => each.joined).map((each) => each.extId),
  );
  return joined.size >= maxUsers && !joined.has(user.extId);
}

/** `ValidateAuthTokenReqMsgHdlr`. Returns why the browser may not join, if it may not. */
export function checkToken(
  bbb: Bbb,
  meeting: Meeting,
  userId: string,
  authToken = meeting.registered.get(userId)?.sessionTokens[0] ?? '',
): TokenRefusal | undefined {
  const user = meeting.registered.get(userId);
  const reasonCode = refusal(meeting, user);
  if (isSince(bbb.settings.version, '3.0')) return reasonCode;
  tell(
    bbb,
    'ValidateAuthTokenRespMsg',
    { meetingId: meeting.intId, userId },
    {
      userId,
      authToken,
      valid: reasonCode === undefined,
      waitForApproval: false,
      registeredOn: reasonCode === undefined ? (user?.registeredOn ?? 0) : 0,
      authTokenValidatedOn: reasonCode === undefined ? wallNow(bbb) : 0,
      reasonCode: reasonCode ?? 'not_eject_reason',
      reason: reasonCode === undefined ? 'User not ejected' : REASONS[reasonCode],
    },
  );
  return reasonCode;
}
