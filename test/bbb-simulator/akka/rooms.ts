/** Breakout rooms as bbb-web creates them when akka-apps asks for one (`MeetingService.processCreateBreakoutRoom`). */
import { createHash } from 'node:crypto';
import { javaDate } from '../http/params';
import type { DefaultProps } from '../model/props';

/** `room` of CreateBreakoutRoomSysCmdMsg, as far as bbb-web uses it. */
export interface RoomRequest {
  /** The internal id. */
  readonly breakoutMeetingId: string;
  readonly name: string;
  readonly parentId: string;
  readonly sequence: number;
  readonly freeJoin: boolean;
  readonly voiceConfId: string;
  readonly durationInMinutes: number;
  readonly record: boolean;
}

export function isRoomRequest(room: unknown): room is RoomRequest {
  return typeof room === 'object' && room !== null && 'breakoutMeetingId' in room;
}

/** The external id follows from parent, time stamp and sequence (`ParamsProcessorUtil`). */
export function roomProps(parent: DefaultProps, room: RoomRequest, now: number): DefaultProps {
  const stamp = room.breakoutMeetingId.slice(room.breakoutMeetingId.indexOf('-') + 1);
  const hash = createHash('sha1').update(`${room.parentId}-${stamp}-${room.sequence}`).digest('hex');
  const props = structuredClone(parent);
  Object.assign(props.meetingProp, {
    name: room.name,
    extId: `${hash}-${stamp}`,
    intId: room.breakoutMeetingId,
    isBreakout: true,
  });
  Object.assign(props.breakoutProps, {
    parentId: room.parentId,
    sequence: room.sequence,
    freeJoin: room.freeJoin,
  });
  Object.assign(props.durationProps, {
    duration: room.durationInMinutes,
    createdTime: now,
    createdDate: javaDate(now),
  });
  Object.assign(props.recordProp, {
    record: room.record,
    autoStartRecording: false,
    allowStartStopRecording: true,
  });
  Object.assign(props.voiceProp, { telVoice: room.voiceConfId, voiceConf: room.voiceConfId });
  Object.assign(props.usersProp, { maxUsers: 0, guestPolicy: 'ALWAYS_ACCEPT' });
  return props;
}
