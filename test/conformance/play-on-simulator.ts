/** Plays what a recording's akka-apps was sent on the simulator's model, at the recorded times, and writes down what it publishes. */
import { busMessages } from '../bbb-simulator/bus/messages';
import { inAlphabeticalOrder } from '../bbb-simulator/http/analytics';
import { openBreakouts } from '../bbb-simulator/model/breakouts';
import { applyCommand } from '../bbb-simulator/model/commands';
import { startMeeting } from '../bbb-simulator/model/create';
import { leaveLobby } from '../bbb-simulator/model/guests';
import type { Happening } from '../bbb-simulator/model/happenings';
import { enter } from '../bbb-simulator/model/join';
import { healthOf } from '../bbb-simulator/model/keep-alive';
import type { DefaultProps } from '../bbb-simulator/model/props';
import { register } from '../bbb-simulator/model/register';
import { restartAkkaApps } from '../bbb-simulator/model/restart';
import { type Bbb, createBbb, type Meeting, type Role } from '../bbb-simulator/model/state';
import { passTime } from '../bbb-simulator/model/step';
import { dialIn, hangUp, hangUpVoice, joinAudio, setMuted, setTalking } from '../bbb-simulator/model/voice';
import { webhookHandling } from '../bbb-simulator/webhooks/handling';
import {
  type Answer,
  isAnswer,
  type Observed,
  type Played,
  type Recording,
  type WebhookDelivery,
} from './recording';

const BEGINS_AT = 1_760_000_000_000;
/** After the last cause: the destruction is 2.5 s after an end. */
const AFTER_MS = 5_000;

interface Player {
  readonly bbb: Bbb;
  /** Recorded ids of meetings and users, and what the simulator calls them. */
  readonly ids: Map<string, string>;
  /** `voiceConf/voiceUserId` of the recording: whose line it is. */
  readonly lines: Map<string, { readonly meeting: Meeting; readonly intId: string }>;
}

/** In a room an account is `<user id in the parent>-<number>`. */
function translatedId({ ids }: Player, text: string): string {
  const [, parentId, number] = /^([wv]_\w+)-(\d+)$/.exec(text) ?? [];
  const own = ids.get(parentId ?? '');
  return own === undefined ? (ids.get(text) ?? text) : `${own}-${number}`;
}

/** The recorded value with the simulator's ids in it. */
function translated(player: Player, value: unknown): unknown {
  if (typeof value === 'string') return translatedId(player, value);
  if (Array.isArray(value)) return value.map((each) => translated(player, each));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, translated(player, each)]));
}

function meetingOf({ bbb, ids }: Player, recordedId: string | undefined): Meeting | undefined {
  return bbb.meetings.get(ids.get(recordedId ?? '') ?? '');
}

/** A room is created by bbb-web at akka-apps' request; the simulator's parent does that itself. */
function create(player: Player, recorded: DefaultProps): void {
  const { intId, isBreakout } = recorded.meetingProp;
  const { parentId, sequence } = recorded.breakoutProps;
  const rooms = isBreakout ? meetingOf(player, parentId)?.breakouts?.rooms : undefined;
  const room = rooms?.find((each) => each.sequence === sequence);
  if (room !== undefined) {
    player.ids.set(intId, room.intId);
    return;
  }
  const props = structuredClone(recorded);
  // 2.6's name for it.
  props.welcomeProp.welcomeMsgForModerators = '';
  const meeting = startMeeting(player.bbb, props);
  player.ids.set(intId, meeting.intId);
}

function registerUser(player: Player, body: Readonly<Record<string, unknown>>): void {
  const meeting = meetingOf(player, String(body.meetingId));
  if (meeting === undefined) return;
  const user = register(player.bbb, meeting, {
    name: String(body.name),
    externalUserId: String(translated(player, body.extUserId)),
    role: body.role as Role,
    guest: body.guest === true,
  });
  player.ids.set(String(body.intUserId), user.intId);
}

function openRooms(player: Player, meeting: Meeting, body: Readonly<Record<string, unknown>>): void {
  const rooms = body.rooms as readonly { readonly freeJoin: boolean; readonly isDefaultName: boolean }[];
  openBreakouts(player.bbb, meeting, {
    count: rooms.length,
    durationMinutes: Number(body.durationInMinutes),
    record: body.record === true,
    freeJoin: rooms[0]?.freeJoin === true,
  });
}

function callIn(player: Player, body: Readonly<Record<string, unknown>>): void {
  const { bbb, ids, lines } = player;
  const meeting = [...bbb.meetings.values()].find(
    ({ props, end }) => props.voiceProp.voiceConf === body.voiceConf && end === undefined,
  );
  if (meeting === undefined) return;
  const recordedId = String(body.intId);
  const line = `${body.voiceConf}/${body.voiceUserId}`;
  if (recordedId.startsWith('v_')) {
    const intId = dialIn(bbb, meeting, {
      callerName: String(body.callerIdName),
      callerNumber: String(body.callerIdNum),
    });
    ids.set(recordedId, intId);
    lines.set(line, { meeting, intId });
    return;
  }
  const intId = ids.get(recordedId) ?? recordedId;
  joinAudio(bbb, meeting, intId, false);
  lines.set(line, { meeting, intId });
}

function onLine(
  { lines }: Player,
  body: Readonly<Record<string, unknown>>,
  change: (meeting: Meeting, intId: string) => unknown,
): void {
  const line = lines.get(`${body.voiceConf}/${body.voiceUserId}`);
  if (line !== undefined) change(line.meeting, line.intId);
}

function hangUpLine(player: Player, body: Readonly<Record<string, unknown>>): void {
  onLine(player, body, (meeting, intId) => {
    if (!hangUp(player.bbb, meeting, intId)) hangUpVoice(player.bbb, meeting, intId);
  });
}

/** What bbb-web, browsers and the switch send; everything else is a command that the model reads itself. */
const CAUSES: Readonly<Record<string, (player: Player, message: Observed['message']) => unknown>> = {
  CreateMeetingReqMsg: (player, { core }) => create(player, core.body.props as DefaultProps),
  RegisterUserReqMsg: (player, { core }) => registerUser(player, core.body),
  UserJoinMeetingReqMsg: (player, { core }) =>
    inMeeting(player, core.header, (meeting) =>
      enter(player.bbb, meeting, ownId(player, core.body.userId), 'insists'),
    ),
  GuestWaitingLeftMsg: (player, { core }) =>
    inMeeting(player, core.header, (meeting) =>
      leaveLobby(player.bbb, meeting, ownId(player, core.body.userId)),
    ),
  CreateBreakoutRoomsCmdMsg: (player, { core }) =>
    inMeeting(player, core.header, (meeting) => openRooms(player, meeting, core.body)),
  UserJoinedVoiceConfEvtMsg: (player, { core }) => callIn(player, core.body),
  UserLeftVoiceConfEvtMsg: (player, { core }) => hangUpLine(player, core.body),
  UserMutedInVoiceConfEvtMsg: (player, { core }) =>
    onLine(player, core.body, (meeting, intId) =>
      setMuted(player.bbb, meeting, intId, core.body.muted === true),
    ),
  UserTalkingInVoiceConfEvtMsg: (player, { core }) =>
    onLine(player, core.body, (meeting, intId) =>
      setTalking(player.bbb, meeting, intId, core.body.talking === true),
    ),
};

function ownId({ ids }: Player, recorded: unknown): string {
  return ids.get(String(recorded)) ?? String(recorded);
}

function inMeeting(
  player: Player,
  header: Observed['message']['core']['header'],
  change: (meeting: Meeting) => unknown,
): void {
  const meeting = meetingOf(player, header.meetingId);
  if (meeting !== undefined) change(meeting);
}

function cause(player: Player, { message }: Observed): void {
  const { name } = message.envelope;
  const { header, body } = message.core;
  const play = CAUSES[name];
  if (play !== undefined) {
    play(player, message);
    return;
  }
  applyCommand(player.bbb, {
    name,
    meetingId: ownId(player, header.meetingId ?? body.meetingId),
    userId: ownId(player, header.userId ?? ''),
    body: translated(player, body) as Readonly<Record<string, unknown>>,
  });
}

function analyticsAnswer(bbb: Bbb, request: string): unknown {
  const meetingId = new URL(request, 'http://localhost').searchParams.get('meetingId');
  const meetings = [...bbb.analytics.values()];
  if (meetingId === null) return meetings.length === 0 ? { message: 'No active meetings' } : meetings;
  return (
    meetings.find(({ internalId }) => internalId === meetingId) ?? {
      message: `No active meeting with ID ${meetingId}`,
    }
  );
}

/** One moment of a recording: something sent, something asked, akka-apps stopped. */
interface Moment {
  readonly t: number;
  readonly happen: () => void;
}

/** Plays one recording from its beginning; the model has no clock, so this takes no time. */
export async function playOnSimulator(recording: Recording, seed = recording.scenario): Promise<Played> {
  const bbb = createBbb(
    {
      version: '2.6',
      seed,
      ejectOnViolation: false,
      dialInEnforceGuestPolicy: true,
      learningDashboard: false,
      recordingStepMs: 5_000,
    },
    BEGINS_AT,
  );
  const player: Player = { bbb, ids: new Map(), lines: new Map() };
  const published: Observed[] = [];
  const answers: Answer[] = [];
  const webhooks: WebhookDelivery[] = [];
  const handle = webhookHandling(seed, '2.6');

  function collect(): void {
    // The recording scripts are no part of akka-apps.
    const told = (bbb.outbox.splice(0) as Happening[]).filter(({ kind }) => kind !== 'rap');
    for (const happening of told)
      for (const { channel, text } of busMessages(happening, '2.6', BEGINS_AT))
        published.push({ t: happening.at - BEGINS_AT, channel, message: JSON.parse(text) });
    for (const at of new Set(told.map((happening) => happening.at))) {
      const moment = told.filter((happening) => happening.at === at);
      for (const { events } of handle(moment, at))
        for (const event of events)
          webhooks.push({ t: at - BEGINS_AT, event: JSON.parse(JSON.stringify(event)) });
    }
  }

  function ask({ t, channel, message }: Answer): void {
    const { request } = message;
    if (channel === 'http:/healthz') {
      const body = healthOf(bbb);
      answers.push({ t, channel, message: { request, status: body.isHealthy ? 200 : 503, body } });
      return;
    }
    const [path, id] = request.split('meetingId=');
    const own = id === undefined ? request : `${path}meetingId=${player.ids.get(id) ?? id}`;
    const body = inAlphabeticalOrder(analyticsAnswer(bbb, own));
    answers.push({ t, channel, message: { request, status: 200, body } });
  }

  const recorded = recording.moments.map(
    // An answer is written down after it was asked for.
    (each): Moment =>
      isAnswer(each)
        ? { t: each.t - 1, happen: () => ask(each) }
        : { t: each.t, happen: () => cause(player, each) },
  );
  const restarts = recording.steps
    .filter(([, what]) => what.startsWith('akka-apps is stopped'))
    .map(([t]): Moment => ({ t, happen: () => restartAkkaApps(bbb) }));
  const moments = [...recorded, ...restarts].sort((a, b) => a.t - b.t);
  const last = Math.max(...recording.published.map(({ t }) => t), ...moments.map(({ t }) => t));
  for (const { t, happen } of moments) {
    passTime(bbb, BEGINS_AT + t);
    happen();
    collect();
  }
  passTime(bbb, BEGINS_AT + last + AFTER_MS);
  collect();
  return { published, answers, webhooks: recording.webhooks === undefined ? undefined : webhooks };
}
