/** The picture akka-apps' `/analytics` gives of a meeting, and when it is renewed; it shows internal ids only. */
import { putDue } from './due';
import { type Bbb, type Meeting, shuffled, tell } from './state';

interface NamedUser {
  id: string;
  name: string;
}

export interface AnalyticsMeeting {
  name: string;
  externalId: string;
  internalId: string;
  hasUserJoined: boolean;
  isMeetingRecorded: boolean;
  webcams: { total: number; streams: { broadcasts: NamedUser[]; viewers: string[] } };
  audio: {
    total: number;
    listenOnly: { total: number; users: NamedUser[] };
    twoWay: { total: number; users: NamedUser[] };
    phone: { total: number; users: NamedUser[] };
  };
  screenshare: { stream: { user: NamedUser; viewers: string[] } };
  users: { id: string; name: string; role: string }[];
  presentation: NamedUser;
  breakoutRoom: { id: string; names: string[] };
}

export const FIRST_ANALYTICS_MS = 10_000;
export const ANALYTICS_EVERY_MS = 30_000;

/** `MeetingActor.prepareMeetingInfo`: everybody in the user list, bots, dial-ins and left-flagged included; `phone` is never filled. */
export function meetingInfo(bbb: Bbb, meeting: Meeting): AnalyticsMeeting {
  const voice = [...meeting.voiceUsers.values()].map((user) => ({
    listenOnly: user.listenOnly,
    id: user.voiceUserId,
    name: meeting.users.get(user.intId)?.name ?? '',
  }));
  const named = (listenOnly: boolean): { total: number; users: NamedUser[] } => {
    const users = voice
      .filter((user) => user.listenOnly === listenOnly)
      .map(({ id, name }) => ({ id, name }));
    return { total: users.length, users };
  };
  return {
    name: meeting.props.meetingProp.name,
    externalId: meeting.extId,
    internalId: meeting.intId,
    hasUserJoined: meeting.userHasJoined,
    isMeetingRecorded: meeting.recording,
    webcams: { total: 0, streams: { broadcasts: [], viewers: [] } },
    audio: {
      total: voice.length,
      listenOnly: named(true),
      twoWay: named(false),
      phone: { total: 0, users: [] },
    },
    screenshare: { stream: { user: { id: '', name: '' }, viewers: [] } },
    users: shuffled(bbb, [...meeting.users.values()]).map(({ intId, name, role }) => ({
      id: intId,
      name,
      role,
    })),
    presentation: { id: '', name: '' },
    breakoutRoom: {
      id: meeting.props.breakoutProps.parentId,
      names: meeting.breakouts?.rooms.map((room) => room.name) ?? [],
    },
  };
}

/** Every 30 s, from 10 s after creation. */
export function renewAnalytics(bbb: Bbb, meeting: Meeting): void {
  const info = meetingInfo(bbb, meeting);
  bbb.analytics.set(meeting.intId, info);
  tell(bbb, 'MeetingInfoAnalyticsServiceMsg', {}, { meetingInfo: info });
  putDue(bbb, { at: bbb.now + ANALYTICS_EVERY_MS, kind: 'analytics', id: meeting.intId, detail: '' });
}

/** Once, 10 s after creation. */
export function logAnalytics(bbb: Bbb, meeting: Meeting): void {
  tell(bbb, 'MeetingInfoAnalyticsMsg', {}, { meetingInfo: meetingInfo(bbb, meeting) });
}
