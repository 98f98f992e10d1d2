/** What became of meetings, for tests to assert on: snapshots, plain and read-only; nothing here changes anything. */

import type { DefaultProps } from './model/props';
import type { Recording } from './model/recording-state';
import {
  type Bbb,
  type ChatLine,
  type Ejection,
  findMeeting,
  type JoinRefusal,
  type Meeting,
  type MeetingEnd,
  type RecordingMark,
  type Role,
} from './model/state';

/** Somebody who is in the meeting, as akka-apps sees it. */
export interface Person {
  readonly internalUserId: string;
  readonly externalUserId: string;
  readonly name: string;
  readonly role: Role;
  readonly bot: boolean;
  readonly guest: boolean;
  readonly dialIn: boolean;
  readonly presenter: boolean;
  /** False while the left flag is set: still there for BBB, about to be removed. */
  readonly connected: boolean;
  readonly joinedAt: number;
}

export interface MeetingView {
  readonly internalMeetingId: string;
  readonly externalMeetingId: string;
  readonly createTime: number;
  readonly running: boolean;
  /** Undefined while it runs, and for a meeting that vanished with a restart of akka-apps. */
  readonly ended: MeetingEnd | undefined;
  readonly vanishedAt: number | undefined;
  readonly people: readonly Person[];
  /** Internal ids of those who wait in the lobby. */
  readonly waiting: readonly string[];
  readonly ejected: readonly Ejection[];
  readonly refused: readonly JoinRefusal[];
  readonly chat: readonly ChatLine[];
  readonly recording: { readonly active: boolean; readonly marks: readonly RecordingMark[] };
  /** Internal ids of its open breakout rooms. */
  readonly breakouts: readonly string[];
  readonly props: DefaultProps;
}

/** The newest meeting with that internal or external id. Throws when there never was one. */
export function meetingView(bbb: Bbb, id: string): MeetingView {
  const meeting = findMeeting(bbb, id);
  if (meeting === undefined) {
    const known = bbb.history.map((each) => each.extId).join(', ');
    throw new Error(`no meeting has the internal or external id '${id}'; there were: ${known || 'none'}`);
  }
  return viewOf(meeting);
}

export function viewOf(meeting: Meeting): MeetingView {
  return {
    internalMeetingId: meeting.intId,
    externalMeetingId: meeting.extId,
    createTime: meeting.props.durationProps.createdTime,
    running: meeting.end === undefined && meeting.vanishedAt === undefined,
    ended: meeting.end,
    vanishedAt: meeting.vanishedAt,
    people: peopleOf(meeting),
    waiting: [...meeting.guestsWaiting.keys()],
    ejected: [...meeting.ejections],
    refused: [...meeting.joinRefusals],
    chat: [...meeting.chat],
    recording: { active: meeting.recording, marks: [...meeting.recordingMarks] },
    breakouts: meeting.breakouts?.rooms.map((room) => room.intId) ?? [],
    props: meeting.props,
  };
}

function peopleOf(meeting: Meeting): Person[] {
  return [...meeting.users.values()].map((user) => ({
    internalUserId: user.intId,
    externalUserId: user.extId,
    name: user.name,
    role: user.role,
    bot: user.bot,
    guest: user.guest,
    dialIn: user.intId.startsWith('v_'),
    presenter: user.presenter,
    connected: user.leftFlagAt === undefined,
    joinedAt: user.joinedAt,
  }));
}

export function recordingViews(bbb: Bbb): Readonly<Recording>[] {
  return [...bbb.recordings.values()].map((recording) => ({ ...recording }));
}
