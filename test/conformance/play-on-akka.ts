/** Plays what a recording's akka-apps was sent to a running one, in real time, in meetings of its own, and writes down what that publishes. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { DefaultProps } from '../bbb-simulator/model/props';
import { type BusText, isAnswer, type Observed, type Played, type Recording, TO_AKKA } from './recording';

const RECORDED_AT = 1_760_000_000_000;
const NEAR_MS = 600_000;
/** What was sent because of an answer waits for that answer at most so long. */
const ANSWERED_WITHIN_MS = 2_000;
/** The destruction is 2.5 s after an end. */
const AFTER_MS = 5_000;
const CHANNELS = [
  'from-akka-apps-redis-channel',
  'from-akka-apps-frontend-redis-channel',
  'from-akka-apps-pres-redis-channel',
  'to-voice-conf-redis-channel',
  'to-sfu-redis-channel',
] as const;

/** Scenarios that would disturb whoever else uses that akka-apps. */
export const NOT_PLAYED: ReadonlyMap<string, string> = new Map([
  ['akka-restart', 'stops and starts akka-apps'],
  ['ping-health', 'makes akka-apps unhealthy for a while'],
]);

type Json = unknown;

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

/** Every text and number of a message, changed. */
function mapped(value: Json, text: (each: string) => string, number: (each: number) => number): Json {
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number') return number(value);
  if (Array.isArray(value)) return value.map((each) => mapped(each, text, number));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mapped(each, text, number)]));
}

interface Room {
  readonly parentId: string;
  readonly sequence: number;
}

interface Guest {
  readonly intId: string;
}

interface Decision {
  readonly guest: string;
}

/**
 * `run` makes the meetings' ids new. Resolves when the last meeting is destroyed; ends by the API what did not end by itself. Rejects when Redis
 * cannot be reached.
 */
export async function playOnAkka(redisUrl: string, recording: Recording, run: string): Promise<Played> {
  const publisher = new Redis(redisUrl);
  const subscriber = new Redis(redisUrl);
  const beganAt = Date.now();
  /** Recorded ids and what they are in this run, both ways. */
  const own = new Map<string, string>();
  const recorded = new Map<string, string>();
  const ended = new Set<string>();
  /** Whom akka-apps has registered, or lets wait in the lobby. */
  const announced = new Set<string>();
  /** Recorded ids of rooms, by whose they are: akka-apps makes up the ids itself. */
  const rooms = new Map<string, string>();
  const published: Observed[] = [];
  const roomKey = ({ parentId, sequence }: Room): string => `${parentId}/${sequence}`;

  function link(recordedId: string, id: string): void {
    own.set(recordedId, id);
    recorded.set(id, recordedId);
  }

  function nameMeeting({ meetingProp, breakoutProps, durationProps }: DefaultProps): void {
    const { extId, intId, isBreakout } = meetingProp;
    if (isBreakout) {
      rooms.set(roomKey(breakoutProps), intId);
      return;
    }
    const ownExtId = `conformance-${run}-${extId}`;
    link(extId, ownExtId);
    link(intId, `${sha1(ownExtId)}-${durationProps.createdTime - RECORDED_AT + beganAt}`);
  }

  for (const { message } of recording.causes)
    if (message.envelope.name === 'CreateMeetingReqMsg') nameMeeting(message.core.body.props as DefaultProps);

  const moved = (by: number) => (value: number) =>
    Math.abs(value - (by > 0 ? RECORDED_AT : beganAt)) < NEAR_MS ? value + by : value;
  const toOwn = (value: Json): Json =>
    mapped(value, (text) => own.get(text) ?? text, moved(beganAt - RECORDED_AT));
  const toRecorded = (value: Json): Json =>
    mapped(value, (text) => recorded.get(text) ?? text, moved(RECORDED_AT - beganAt));

  function meetingIdsIn(message: BusText): readonly string[] {
    const { header, body } = message.core;
    const { props, meetingInfo, room, parentId } = body as {
      readonly props?: DefaultProps;
      readonly meetingInfo?: { readonly internalId: string };
      readonly room?: { readonly parentId: string };
      readonly parentId?: string;
    };
    return [
      header.meetingId,
      body.meetingId as string | undefined,
      props?.meetingProp.intId,
      meetingInfo?.internalId,
      room?.parentId,
      parentId,
    ].filter((id) => id !== undefined);
  }

  function take(channel: string, text: string): void {
    const message = JSON.parse(text) as BusText;
    if (!meetingIdsIn(message).some((id) => recorded.has(id))) return;
    const { name } = message.envelope;
    if (name === 'CreateBreakoutRoomSysCmdMsg') {
      const room = message.core.body.room as Room & { readonly breakoutMeetingId: string };
      const parentId = recorded.get(room.parentId) ?? '';
      const recordedId = rooms.get(roomKey({ parentId, sequence: room.sequence }));
      if (recordedId !== undefined) link(recordedId, room.breakoutMeetingId);
    }
    if (name === 'MeetingEndedEvtMsg') ended.add(String(message.core.body.meetingId));
    if (name === 'UserRegisteredRespMsg') announced.add(String(message.core.body.userId));
    if (name === 'GuestsWaitingForApprovalEvtMsg')
      for (const { intId } of message.core.body.guests as readonly Guest[]) announced.add(intId);
    published.push({ t: Date.now() - beganAt, channel, message: toRecorded(message) as BusText });
  }

  /**
   * A room is created under the id that akka-apps made up for it. Who is registered has the token checked, and who waits is let in: sent without
   * waiting for akka-apps, both may overtake the registration there. All that may be a little later than in the recording.
   */
  function isAnswered({ message }: Observed): boolean {
    const { body } = message.core;
    switch (message.envelope.name) {
      case 'CreateMeetingReqMsg':
        return own.has((body.props as DefaultProps).meetingProp.intId);
      case 'ValidateAuthTokenReqMsg':
        return announced.has(String(body.userId));
      case 'GuestsWaitingApprovedMsg':
        return (body.guests as readonly Decision[]).every(({ guest }) => announced.has(guest));
      default:
        return true;
    }
  }

  async function answered(cause: Observed): Promise<void> {
    for (let waited = 0; !isAnswered(cause) && waited < ANSWERED_WITHIN_MS; waited += 5) await sleep(5);
  }

  try {
    subscriber.on('message', take);
    await subscriber.subscribe(...CHANNELS);
    for (const moment of recording.moments) {
      await sleep(Math.max(0, beganAt + moment.t - Date.now()));
      if (isAnswer(moment)) continue;
      await answered(moment);
      await publisher.publish(moment.channel, JSON.stringify(toOwn(moment.message)));
    }
    const last = Math.max(...recording.published.map(({ t }) => t));
    await sleep(Math.max(0, beganAt + last + AFTER_MS - Date.now()));
    return { published, answers: [], webhooks: undefined };
  } finally {
    for (const id of recorded.keys()) {
      if (!/-\d{13}$/.test(id) || ended.has(id)) continue;
      const name = 'EndMeetingSysCmdMsg';
      const routing = { meetingId: id, userId: 'not-used' };
      const end = {
        envelope: { name, routing, timestamp: Date.now() },
        core: { header: { name, ...routing }, body: { meetingId: id } },
      };
      await publisher.publish(TO_AKKA, JSON.stringify(end));
    }
    publisher.disconnect();
    subscriber.disconnect();
  }
}
