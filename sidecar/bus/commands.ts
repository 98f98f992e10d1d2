/** The commands we may send to akka-apps, byte for byte as it wants them; there are no others, DestroyMeetingSysCmdMsg least of all. */
import type { InternalMeetingId, InternalUserId } from '../core/meeting';

/**
 * akka-apps decodes strictly: one field too many or too few anywhere, and the command is dropped without an answer
 * (`ReceivedJsonMsgHandlerActor.scala`, `JsonUtil.scala`). So nothing here is optional.
 */
export interface Command {
  readonly name: string;
  /** The message as it goes on the wire. */
  readonly json: string;
}

/** How we name ourselves where BBB wants a sender. */
export const SENDER = 'bbb-tiers';
/** Who removed somebody, in BBB's own word for "no person". */
const SYSTEM = 'SYSTEM';
/** What bbb-web writes where akka-apps asks for a user but uses none. */
const NOT_USED = 'not-used';

interface Parts {
  readonly routing: Readonly<Record<string, string>>;
  readonly header: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, string | number | boolean>>;
}

function command(name: string, timestamp: number, parts: Parts): Command {
  const { routing, header, body } = parts;
  const message = { envelope: { name, routing, timestamp }, core: { header: { name, ...header }, body } };
  return { name, json: JSON.stringify(message) };
}

/** Removes one join session, or keeps it from joining. No permission is asked for, nobody is banned. `at`: epoch ms, now. */
export function ejectUserFromMeeting(
  meetingId: InternalMeetingId,
  userId: InternalUserId,
  at: number,
): Command {
  return command('EjectUserFromMeetingSysMsg', at, {
    routing: { meetingId, userId },
    header: { meetingId, userId },
    body: { userId, ejectedBy: SYSTEM },
  });
}

/** Ends this run and its breakout rooms at once, as bbb-web's `end` does. */
export function endMeeting(meetingId: InternalMeetingId, at: number): Command {
  return command('EndMeetingSysCmdMsg', at, {
    routing: { sender: SENDER },
    header: { meetingId, userId: NOT_USED },
    body: { meetingId },
  });
}

/**
 * Stops the recording in the name of `as`: a moderator who is present, or whoever started it. Anybody else is ignored, or ejected
 * where `ejectOnViolation` is set (`PermissionCheck.scala`). Starting one is nothing we ever do.
 */
export function stopRecording(meetingId: InternalMeetingId, as: InternalUserId, at: number): Command {
  return command('SetRecordingStatusCmdMsg', at, {
    routing: { meetingId, userId: as },
    header: { meetingId, userId: as },
    body: { recording: false, setBy: as },
  });
}

/** A line in the public chat (BBB ≥ 3.0; older ones drop it). */
export function sendGroupChatMessage(
  meetingId: InternalMeetingId,
  userName: string,
  message: string,
  at: number,
): Command {
  return command('SendGroupChatMessageFromApiSysPubMsg', at, {
    routing: { sender: SENDER },
    header: { meetingId, userId: SYSTEM },
    body: { userName, message },
  });
}

/** Asks for the recording state; GetRecordingStatusRespMsg answers at once. */
export function getRecordingStatus(meetingId: InternalMeetingId, at: number): Command {
  return command('GetRecordingStatusReqMsg', at, {
    routing: { meetingId, userId: SENDER },
    header: { meetingId, userId: SENDER },
    body: { requestedBy: SENDER },
  });
}

/**
 * Asks akka-apps whether it lives; CheckAlivePongSysMsg answers. bbb-web ignores answers for another `system` than its own. akka-apps
 * keeps `akkaAppsTimestamp` as its last sign of life and answers 503 on `/healthz` when that is old: the present is sent. The answer repeats
 * `bbbWebTimestamp` unchanged: `asked` is sent there, by which an answer is assigned to its question.
 */
export function checkAlivePing(at: number, asked: number = at): Command {
  return command('CheckAlivePingSysMsg', at, {
    routing: { sender: SENDER },
    header: {},
    body: { system: SENDER, bbbWebTimestamp: asked, akkaAppsTimestamp: at },
  });
}
