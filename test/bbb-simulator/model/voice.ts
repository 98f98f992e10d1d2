/** The voice conference: browsers with audio and people on the phone; BBB never refuses a caller for want of places. */
import { isSince } from '../version';
import { hangUpLine, holdCaller } from './media';
import { activeModerators } from './people';
import { type Bbb, type GuestStatus, type Meeting, tell } from './state';

export interface PhoneCall {
  readonly callerName: string;
  readonly callerNumber?: string;
}

/** `dial-in`: no UserJoinedMeetingEvtMsg, no check of `maxUsers`; the guest policy holds where the server enforces it. */
export function dialIn(bbb: Bbb, meeting: Meeting, call: PhoneCall): string {
  const voiceUserId = nextVoiceUserId(bbb);
  const intId = `v_${voiceUserId}`;
  addCaller(bbb, meeting, intId, voiceUserId, call.callerName);
  // LiveKit, 4.0's default for audio, lets callers past the lobby.
  const isEnforced = bbb.settings.dialInEnforceGuestPolicy && !isSince(bbb.settings.version, '4.0');
  const policy = isEnforced ? meeting.guestPolicy : 'ALWAYS_ACCEPT';
  if (policy === 'ALWAYS_DENY') {
    meeting.users.delete(intId);
  } else if (policy === 'ASK_MODERATOR') {
    waitAsGuest(bbb, meeting, intId);
  } else {
    joinVoice(
      bbb,
      meeting,
      { intId, voiceUserId, callerName: call.callerName, listenOnly: false },
      call.callerNumber,
    );
  }
  return intId;
}

/** The switch numbers its lines. */
function nextVoiceUserId(bbb: Bbb): string {
  bbb.lastId += 1;
  return String(bbb.lastId);
}

/** How anybody's state begins. */
const FRESH_USER = {
  reactionEmoji: 'none',
  raiseHand: false,
  away: false,
  pin: false,
  presenter: false,
  webcamBackground: '',
} as const;

function addCaller(bbb: Bbb, meeting: Meeting, intId: string, voiceUserId: string, name: string): void {
  const guestStatus: GuestStatus = 'WAIT';
  const common = {
    intId,
    extId: voiceUserId,
    name,
    role: 'VIEWER' as const,
    bot: false,
    guest: true,
    authed: true,
    guestStatus,
    avatar: '',
    color: '#4a148c',
    userMetadata: {},
  };
  meeting.registered.set(intId, {
    ...common,
    excludeFromDashboard: true,
    registeredOn: bbb.now,
    sessionTokens: [''],
    joined: false,
    ejected: false,
    banned: false,
    loggedOut: false,
  });
  meeting.users.set(intId, {
    ...common,
    ...FRESH_USER,
    locked: meeting.props.lockSettingsProps.lockOnJoin,
    clientType: 'dial-in-user',
    joinedAt: bbb.now,
    leftFlagAt: undefined,
  });
}

function waitAsGuest(bbb: Bbb, meeting: Meeting, intId: string): void {
  const user = meeting.users.get(intId);
  if (user === undefined) return;
  const { name, role, guest, avatar, webcamBackground, color } = user;
  const waiting = {
    intId,
    name,
    role,
    guest,
    avatar,
    webcamBackground,
    color,
    authenticated: true,
    registeredOn: bbb.now,
  };
  meeting.guestsWaiting.set(intId, waiting);
  // Of a caller each moderator is sent word as well.
  for (const userId of [...activeModerators(meeting).map((moderator) => moderator.intId), 'nodeJSapp'])
    tell(bbb, 'GuestsWaitingForApprovalEvtMsg', { meetingId: meeting.intId, userId }, { guests: [waiting] });
  holdCaller(bbb, meeting, user.extId, true);
}

interface VoiceJoin {
  readonly intId: string;
  readonly voiceUserId: string;
  readonly callerName: string;
  readonly listenOnly: boolean;
}

export function joinVoice(bbb: Bbb, meeting: Meeting, join: VoiceJoin, callerNumber = join.callerName): void {
  meeting.voiceUsers.set(join.intId, join);
  tell(
    bbb,
    'UserJoinedVoiceConfToClientEvtMsg',
    { meetingId: meeting.intId, userId: join.intId },
    {
      voiceConf: meeting.props.voiceProp.voiceConf,
      intId: join.intId,
      voiceUserId: join.voiceUserId,
      callerName: join.callerName,
      callerNum: callerNumber,
      color: meeting.registered.get(join.intId)?.color ?? '',
      muted: meeting.props.voiceProp.muteOnStart,
      talking: false,
      callingWith: 'none',
      listenOnly: join.listenOnly,
    },
  );
}

/** A browser turns its audio on. */
export function joinAudio(bbb: Bbb, meeting: Meeting, intId: string, listenOnly: boolean): boolean {
  const user = meeting.users.get(intId);
  if (user === undefined) return false;
  joinVoice(bbb, meeting, { intId, voiceUserId: nextVoiceUserId(bbb), callerName: user.name, listenOnly });
  return true;
}

/** Out of the voice conference, whoever it was; `voiceUserId` of the message is filled with the internal id (3.0). */
export function hangUpVoice(bbb: Bbb, meeting: Meeting, intId: string): boolean {
  const voiceUser = meeting.voiceUsers.get(intId);
  if (voiceUser === undefined) return false;
  meeting.voiceUsers.delete(intId);
  tell(
    bbb,
    'UserLeftVoiceConfToClientEvtMsg',
    { meetingId: meeting.intId, userId: intId },
    lineOf(meeting, intId),
  );
  return true;
}

/** Somebody on the phone puts it down: out of the user list, without a UserLeftMeetingEvtMsg. */
export function hangUp(bbb: Bbb, meeting: Meeting, intId: string): boolean {
  const present = meeting.users.get(intId);
  if (present === undefined || !intId.startsWith('v_')) return false;
  const registered = meeting.registered.get(intId);
  if (meeting.guestsWaiting.delete(intId) && registered !== undefined) {
    registered.loggedOut = true;
    tell(bbb, 'GuestWaitingLeftEvtMsg', { meetingId: meeting.intId, userId: intId }, { userId: intId });
  }
  meeting.users.delete(intId);
  hangUpLine(bbb, meeting, present.extId);
  hangUpVoice(bbb, meeting, intId);
  return true;
}

/** Somebody in the voice conference is muted, or may be heard again. */
export function setMuted(bbb: Bbb, meeting: Meeting, intId: string, muted: boolean): boolean {
  if (!meeting.voiceUsers.has(intId)) return false;
  tell(
    bbb,
    'UserMutedVoiceEvtMsg',
    { meetingId: meeting.intId, userId: intId },
    { ...lineOf(meeting, intId), muted },
  );
  return true;
}

export function setTalking(bbb: Bbb, meeting: Meeting, intId: string, talking: boolean): boolean {
  if (!meeting.voiceUsers.has(intId)) return false;
  tell(
    bbb,
    'UserTalkingVoiceEvtMsg',
    { meetingId: meeting.intId, userId: intId },
    { ...lineOf(meeting, intId), talking },
  );
  return true;
}

function lineOf(
  { props }: Meeting,
  intId: string,
): { readonly voiceConf: string; readonly intId: string; readonly voiceUserId: string } {
  return { voiceConf: props.voiceProp.voiceConf, intId, voiceUserId: intId };
}
