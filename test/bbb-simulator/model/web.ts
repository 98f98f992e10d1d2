/** bbb-web's own picture of running meetings, drawn from events as the original draws it, its quirks included; it decides nothing. */
import type { BusHappening } from './happenings';
import type { DefaultProps } from './props';
import { queueRecording } from './recording-state';
import type { Bbb } from './state';

/** bbb-web keeps people in its map this long after they left (`usersTimeout`). */
export const USERS_TIMEOUT_MS = 60_000;

export interface WebUser {
  readonly intId: string;
  readonly extId: string;
  readonly fullName: string;
  /** `DIAL-IN-USER` for somebody on the phone. */
  role: string;
  isPresenter: boolean;
  isListeningOnly: boolean;
  hasJoinedVoice: boolean;
  readonly clientType: string;
  readonly customData: Record<string, string>;
  leftAt: number | undefined;
}

export interface WebMeeting {
  readonly intId: string;
  readonly extId: string;
  readonly props: DefaultProps;
  readonly parentIntId: string | undefined;
  hasUserJoined: boolean;
  startTime: number;
  endTime: number;
  readonly users: Map<string, WebUser>;
  readonly breakoutRooms: string[];
}

export function addWebMeeting(bbb: Bbb, props: DefaultProps, parentIntId: string | undefined): WebMeeting {
  const meeting: WebMeeting = {
    intId: props.meetingProp.intId,
    extId: props.meetingProp.extId,
    props,
    parentIntId,
    hasUserJoined: false,
    startTime: 0,
    endTime: 0,
    users: new Map(),
    breakoutRooms: [],
  };
  bbb.web.set(meeting.intId, meeting);
  return meeting;
}

/** The meeting bbb-web finds by that `meetingID`: the API knows external ids only. */
export function findWebMeeting(bbb: Bbb, externalId: string): WebMeeting | undefined {
  return [...bbb.web.values()].find((meeting) => meeting.extId === externalId);
}

/** People bbb-web still has in its map: present, or gone less than 60 s ago. */
export function usersInMap(meeting: WebMeeting, now: number): WebUser[] {
  for (const [id, user] of meeting.users) {
    if (user.leftAt !== undefined && now - user.leftAt >= USERS_TIMEOUT_MS) meeting.users.delete(id);
  }
  return [...meeting.users.values()];
}

export function countUniqueExtIds(meeting: WebMeeting, now: number): number {
  return new Set(usersInMap(meeting, now).map((user) => user.extId)).size;
}

/** Updates bbb-web's picture; events of meetings it does not know are ignored. */
export function observe(bbb: Bbb, event: BusHappening): void {
  const meeting = bbb.web.get(event.meetingId);
  if (meeting === undefined) return;
  switch (event.name) {
    case 'UserJoinedMeetingEvtMsg':
      addJoined(bbb, meeting, event.body);
      break;
    case 'UserLeftMeetingEvtMsg':
      markLeft(bbb, meeting, event.body.intId);
      break;
    case 'UserJoinedVoiceConfToClientEvtMsg':
      addVoice(meeting, event.body);
      break;
    case 'UserLeftVoiceConfToClientEvtMsg':
      removeVoice(bbb, meeting, event.body.intId);
      break;
    case 'UserRoleChangedEvtMsg':
      changeRole(meeting, event.body.userId, event.body.role);
      break;
    case 'PresenterAssignedEvtMsg':
      for (const user of meeting.users.values()) user.isPresenter = user.intId === event.body.presenterId;
      break;
    case 'MeetingEndedEvtMsg':
      forget(bbb, meeting);
      break;
    default:
  }
}

function changeRole(meeting: WebMeeting, intId: string, role: string): void {
  const user = meeting.users.get(intId);
  if (user !== undefined) user.role = role;
}

type JoinedBody = Extract<BusHappening, { name: 'UserJoinedMeetingEvtMsg' }>['body'];

/** `MeetingService.userJoined`: at the limit the newcomer is left out, even if that external id is already there. */
function addJoined(bbb: Bbb, meeting: WebMeeting, body: JoinedBody): void {
  const { maxUsers } = meeting.props.usersProp;
  if (maxUsers > 0 && countUniqueExtIds(meeting, bbb.now) >= maxUsers) return;
  if (!meeting.hasUserJoined) {
    meeting.hasUserJoined = true;
    meeting.startTime = bbb.now;
  }
  meeting.users.set(body.intId, {
    intId: body.intId,
    extId: body.extId,
    fullName: body.name,
    role: body.role,
    isPresenter: false,
    isListeningOnly: false,
    hasJoinedVoice: false,
    clientType: body.clientType,
    customData: body.userMetadata,
    leftAt: undefined,
  });
}

function markLeft(bbb: Bbb, meeting: WebMeeting, intId: string): void {
  const user = meeting.users.get(intId);
  if (user !== undefined) user.leftAt = bbb.now;
}

type VoiceBody = Extract<BusHappening, { name: 'UserJoinedVoiceConfToClientEvtMsg' }>['body'];

/** Somebody on the phone becomes a user of bbb-web's map, the internal id for an external one; akka-apps' check of `maxUsers` never sees them. */
function addVoice(meeting: WebMeeting, body: VoiceBody): void {
  const known = meeting.users.get(body.intId);
  if (known !== undefined) {
    known.hasJoinedVoice = true;
    known.isListeningOnly = body.listenOnly;
  } else if (body.intId.startsWith('v_')) {
    meeting.users.set(body.intId, {
      intId: body.intId,
      extId: body.intId,
      fullName: body.callerName,
      role: 'DIAL-IN-USER',
      isPresenter: false,
      isListeningOnly: false,
      hasJoinedVoice: true,
      clientType: 'DIAL-IN',
      customData: {},
      leftAt: undefined,
    });
  }
}

function removeVoice(bbb: Bbb, meeting: WebMeeting, intId: string): void {
  const user = meeting.users.get(intId);
  if (user === undefined) return;
  user.hasJoinedVoice = false;
  user.isListeningOnly = false;
  if (intId.startsWith('v_')) user.leftAt = bbb.now;
}

/** The external id is free again, and what was to be recorded goes to the recording scripts. */
function forget(bbb: Bbb, meeting: WebMeeting): void {
  bbb.web.delete(meeting.intId);
  const parent = meeting.parentIntId === undefined ? undefined : bbb.web.get(meeting.parentIntId);
  if (parent !== undefined) {
    const index = parent.breakoutRooms.indexOf(meeting.intId);
    if (index >= 0) parent.breakoutRooms.splice(index, 1);
  }
  if (meeting.props.recordProp.record) queueRecording(bbb, meeting.intId);
}
