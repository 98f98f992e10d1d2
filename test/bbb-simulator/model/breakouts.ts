/** Breakout rooms: meetings of their own, opened by and ended with a parent, with the parent's metadata; nobody is moved by force. */
import { createHash } from 'node:crypto';
import { isSince } from '../version';
import type { BreakoutRoom, BreakoutRoomInfo, BreakoutRoomRequest } from './breakout-room';
import { startMeeting } from './create';
import { type EjectReason, eject } from './eject';
import { NOT_USED } from './happenings';
import type { DefaultProps } from './props';
import { type Bbb, draw, type Meeting, nextToken, shuffled, tell, wallNow } from './state';

/** Share of openings in which the list of rooms comes before the last room's own creation. */
const LIST_OVERTAKES = 0.3;

export interface BreakoutRequest {
  readonly count: number;
  /** Minutes until the parent ends them. */
  readonly durationMinutes: number;
  readonly record?: boolean;
  readonly names?: readonly string[];
  readonly freeJoin?: boolean;
  readonly privateChatEnabled?: boolean;
}

/** Refused (undefined) where `breakoutRooms` is disabled, in a breakout, or while rooms are open. */
export function openBreakouts(bbb: Bbb, parent: Meeting, request: BreakoutRequest): Meeting[] | undefined {
  const { disabledFeatures, isBreakout } = parent.props.meetingProp;
  if (disabledFeatures.includes('breakoutRooms') || isBreakout || parent.breakouts !== undefined)
    return undefined;
  parent.breakouts = { startedAt: bbb.now, durationMinutes: request.durationMinutes, rooms: [] };
  const rooms = Array.from({ length: request.count }, (_, index) =>
    plannedRoom(bbb, parent, request, index + 1),
  );
  parent.breakouts.rooms = [...rooms];
  // All requests come first, in any order; the list may overtake a room's own creation.
  for (const room of shuffled(bbb, rooms)) requestRoom(bbb, parent, request, room);
  const first = shuffled(bbb, rooms);
  const late = draw(bbb) < LIST_OVERTAKES ? first.pop() : undefined;
  for (const room of first) startRoom(bbb, parent, request, room);
  tell(
    bbb,
    'BreakoutRoomsListEvtMsg',
    { meetingId: parent.intId, userId: 'not-used' },
    { meetingId: parent.intId, rooms: rooms.map((room) => roomInfo(request, room)), roomsReady: true },
  );
  if (late !== undefined) startRoom(bbb, parent, request, late);
  return rooms.flatMap(({ intId }) => bbb.meetings.get(intId) ?? []);
}

/** Ids as `BreakoutRoomsUtil.createMeetingIds` makes them. */
function plannedRoom(bbb: Bbb, parent: Meeting, request: BreakoutRequest, sequence: number): BreakoutRoom {
  const extId = `${sha1(`${parent.intId}-${wallNow(bbb)}-${sequence}`)}-${wallNow(bbb)}`;
  return {
    intId: `${sha1(extId)}-${wallNow(bbb)}`,
    extId,
    sequence,
    name: request.names?.[sequence - 1] ?? `${parent.props.meetingProp.name} (Room ${sequence})`,
  };
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

function requestRoom(bbb: Bbb, parent: Meeting, request: BreakoutRequest, room: BreakoutRoom): void {
  const target = { meetingId: parent.intId, userId: 'not-used' };
  const body = { meetingId: parent.intId, room: roomRequest(bbb, parent, request, room) };
  tell(bbb, 'CreateBreakoutRoomSysCmdMsg', target, body);
}

function startRoom(bbb: Bbb, parent: Meeting, request: BreakoutRequest, room: BreakoutRoom): void {
  const target = { meetingId: parent.intId, userId: 'not-used' };
  bbb.web.get(parent.intId)?.breakoutRooms.push(room.intId);
  startMeeting(bbb, roomProps(bbb, parent, request, room));
  const started = { parentMeetingId: parent.intId, breakout: roomInfo(request, room) };
  tell(bbb, 'BreakoutRoomStartedEvtMsg', target, started);
}

/** akka-apps 2.x puts the room's minutes where bbb-web takes them for its own unit: 900 for a room of 15 minutes (seen on 2.6.14). */
function lastingMinutes(bbb: Bbb, request: BreakoutRequest): number {
  return isSince(bbb.settings.version, '3.0') ? request.durationMinutes : request.durationMinutes * 60;
}

function voiceConfOf(parent: Meeting, room: BreakoutRoom): string {
  return `${parent.props.voiceProp.voiceConf}${room.sequence}`;
}

function roomRequest(
  bbb: Bbb,
  parent: Meeting,
  request: BreakoutRequest,
  room: BreakoutRoom,
): BreakoutRoomRequest {
  const { meetingProp, voiceProp, breakoutProps, password } = parent.props;
  return {
    breakoutMeetingId: isSince(bbb.settings.version, '3.0') ? room.extId : room.intId,
    name: room.name,
    parentId: parent.intId,
    sequence: room.sequence,
    shortName: `Room ${room.sequence}`,
    isDefaultName: request.names === undefined,
    freeJoin: request.freeJoin ?? false,
    dialNumber: voiceProp.dialNumber,
    voiceConfId: voiceConfOf(parent, room),
    durationInMinutes: lastingMinutes(bbb, request),
    moderatorPassword: password.moderatorPass,
    viewerPassword: password.viewerPass,
    // The parent has no slides.
    sourcePresentationId: 'blank',
    sourcePresentationSlide: 0,
    record: request.record ?? false,
    privateChatEnabled: request.privateChatEnabled ?? breakoutProps.privateChatEnabled,
    captureNotes: breakoutProps.captureNotes,
    captureSlides: breakoutProps.captureSlides,
    captureNotesFilename: breakoutProps.captureNotesFilename,
    captureSlidesFilename: breakoutProps.captureSlidesFilename,
    pluginProp: {},
    disabledFeatures: meetingProp.disabledFeatures,
    audioBridge: meetingProp.audioBridge,
    cameraBridge: meetingProp.cameraBridge,
    screenShareBridge: meetingProp.screenShareBridge,
  };
}

/** `MeetingService.processCreateBreakoutRoom`: no `maxParticipants` of its own, recording as the moderator chose, all of the parent's metadata. */
function roomProps(bbb: Bbb, parent: Meeting, request: BreakoutRequest, room: BreakoutRoom): DefaultProps {
  const props = structuredClone(parent.props);
  Object.assign(props.meetingProp, {
    name: room.name,
    extId: room.extId,
    intId: room.intId,
    isBreakout: true,
  });
  Object.assign(props.breakoutProps, {
    parentId: parent.intId,
    sequence: room.sequence,
    freeJoin: request.freeJoin ?? false,
    record: request.record ?? false,
  });
  props.durationProps.duration = lastingMinutes(bbb, request);
  props.durationProps.createdTime = wallNow(bbb);
  props.durationProps.createdDate = new Date(wallNow(bbb)).toUTCString();
  Object.assign(props.recordProp, {
    record: request.record ?? false,
    autoStartRecording: false,
    allowStartStopRecording: true,
  });
  Object.assign(props.voiceProp, {
    telVoice: voiceConfOf(parent, room),
    voiceConf: voiceConfOf(parent, room),
  });
  props.usersProp.maxUsers = 0;
  props.usersProp.guestPolicy = 'ALWAYS_ACCEPT';
  return props;
}

function roomInfo(request: BreakoutRequest, room: BreakoutRoom): BreakoutRoomInfo {
  return {
    name: room.name,
    externalId: room.extId,
    breakoutId: room.intId,
    sequence: room.sequence,
    shortName: `Room ${room.sequence}`,
    isDefaultName: request.names === undefined,
    freeJoin: request.freeJoin ?? false,
    html5JoinUrls: {},
    captureNotes: false,
    captureSlides: false,
  };
}

/** The external id somebody of the parent has in its breakout room. */
export function breakoutExternalUserId(parentInternalUserId: string, sequence: number): string {
  return `${parentInternalUserId}-${sequence}`;
}

/** The copies of a parent's user in its breakouts go with them. */
export function ejectFromBreakouts(
  bbb: Bbb,
  parent: Meeting,
  parentIntUserId: string,
  why: EjectReason,
): void {
  for (const room of parent.breakouts?.rooms ?? []) {
    const breakout = bbb.meetings.get(room.intId);
    const extId = breakoutExternalUserId(parentIntUserId, room.sequence);
    for (const user of [...(breakout?.registered.values() ?? [])]) {
      if (breakout !== undefined && user.extId === extId) eject(bbb, breakout, user.intId, why);
    }
  }
}

/** RequestBreakoutJoinURLReqMsg: a link for one browser, which lets whoever has it in as moderator. */
export function tellJoinUrl(bbb: Bbb, parent: Meeting, breakoutId: string, userId: string): boolean {
  const room = parent.breakouts?.rooms.find(({ intId }) => intId === breakoutId);
  const user = parent.users.get(userId);
  const password = bbb.meetings.get(breakoutId)?.props.password.moderatorPass;
  if (room === undefined || user === undefined || password === undefined) return false;
  const link = (html5: Readonly<Record<string, string>>): string => {
    const query = {
      fullName: user.name,
      isBreakout: 'true',
      ...html5,
      meetingID: room.extId,
      password,
      redirect: 'true',
      userID: breakoutExternalUserId(userId, room.sequence),
      checksum: nextToken(bbb, 64),
    };
    return `https://bbb.example/bigbluebutton/api/join?${new URLSearchParams(query)}`;
  };
  tell(
    bbb,
    'BreakoutRoomJoinURLEvtMsg',
    { meetingId: parent.intId, userId },
    {
      parentId: parent.intId,
      breakoutId,
      externalId: room.extId,
      userId,
      redirectJoinURL: link({}),
      redirectToHtml5JoinURL: link({ joinViaHtml5: 'true' }),
    },
  );
  return true;
}

/** UpdateBreakoutRoomsTimeReqMsg: minutes from now. */
export function updateBreakoutsTime(bbb: Bbb, parent: Meeting, timeInMinutes: number): boolean {
  if (parent.breakouts === undefined) return false;
  const elapsedMinutes = Math.floor((bbb.now - parent.breakouts.startedAt) / 60_000);
  parent.breakouts.durationMinutes = elapsedMinutes + timeInMinutes;
  tell(
    bbb,
    'UpdateBreakoutRoomsTimeEvtMsg',
    { meetingId: parent.intId, userId: NOT_USED },
    { meetingId: parent.intId, timeInMinutes },
  );
  return true;
}
