/** From BBB's messages to the events of bbb-webhooks, attribute names and gaps included; whom they go to is not decided here. */
import type { BusHappening, Happening, MessageName, RapHappening } from '../model/happenings';
import type { DefaultProps } from '../model/props';
import { type BbbVersion, isSince } from '../version';

export interface WebhookEvent {
  readonly data: {
    readonly type: 'event';
    readonly id: string;
    readonly attributes: Readonly<Record<string, unknown>>;
    readonly event: { readonly ts: number };
  };
}

/** What a join said of somebody. */
interface KnownUser {
  readonly extId: string;
  readonly guest: boolean;
  readonly name: string;
  readonly role: string;
  presenter: boolean;
}

/** What bbb-webhooks remembers: external ids of meetings and users it saw come. */
export interface IdMapping {
  readonly meetings: Map<string, string>;
  /** By internal meeting id, then internal user id. */
  readonly users: Map<string, Map<string, KnownUser>>;
}

export function noIds(): IdMapping {
  return { meetings: new Map(), users: new Map() };
}

/** When bbb-webhooks took a message up, and when it is done with it: what it says of others at a meeting's end is stamped last. Never BBB's own stamp. */
export interface Stamps {
  readonly takenUpAt: number;
  readonly doneAt: number;
}

const WITH_WEBHOOK: ReadonlySet<string> = new Set<MessageName>([
  'MeetingCreatedEvtMsg',
  'MeetingDestroyedEvtMsg',
  'RecordingStatusChangedEvtMsg',
  'GroupChatMessageBroadcastEvtMsg',
  'PublishedRecordingSysMsg',
  'UnpublishedRecordingSysMsg',
  'DeletedRecordingSysMsg',
  'UserJoinedMeetingEvtMsg',
  'UserLeftMeetingEvtMsg',
  'UserJoinedVoiceConfToClientEvtMsg',
  'UserLeftVoiceConfToClientEvtMsg',
  'UserMutedVoiceEvtMsg',
  'PresenterAssignedEvtMsg',
  'PresenterUnassignedEvtMsg',
]);

/** False for the messages that bbb-webhooks does not know. */
export function hasWebhook({ kind, name }: Happening): boolean {
  return kind === 'rap' || WITH_WEBHOOK.has(name);
}

/** The events a happening makes: none, one, or several (a `user-left` for everybody still there when a meeting ends). */
export function webhookEvents(
  happening: Happening,
  ids: IdMapping,
  stamps: Stamps,
  version: BbbVersion,
): WebhookEvent[] {
  if (happening.kind === 'rap') return rapEvent(happening, ids, stamps.takenUpAt);
  remember(happening, ids);
  const events = mapMessage(happening, ids, stamps, version);
  forget(happening, ids);
  return events;
}

function remember(happening: BusHappening, ids: IdMapping): void {
  const users = ids.users.get(happening.meetingId);
  if (happening.name === 'MeetingCreatedEvtMsg') {
    const { intId, extId } = happening.body.props.meetingProp;
    ids.meetings.set(intId, extId);
    ids.users.set(intId, new Map());
  } else if (happening.name === 'UserJoinedMeetingEvtMsg') {
    const { intId, extId, guest, name, role, presenter } = happening.body;
    users?.set(intId, { extId, guest, name, role, presenter });
  } else if (happening.name === 'PresenterAssignedEvtMsg' || happening.name === 'PresenterUnassignedEvtMsg') {
    const known = users?.get(happening.userId);
    if (known !== undefined) known.presenter = happening.name === 'PresenterAssignedEvtMsg';
  }
}

function forget(happening: BusHappening, ids: IdMapping): void {
  if (happening.name === 'UserLeftMeetingEvtMsg')
    ids.users.get(happening.meetingId)?.delete(happening.body.intId);
  if (happening.name === 'MeetingDestroyedEvtMsg') ids.users.delete(happening.meetingId);
}

function mapMessage(
  happening: BusHappening,
  ids: IdMapping,
  { takenUpAt, doneAt }: Stamps,
  version: BbbVersion,
): WebhookEvent[] {
  const { meetingId } = happening;
  if (happening.name === 'MeetingDestroyedEvtMsg') {
    const ended = webhookEvent('meeting-ended', { meeting: meetingIds(meetingId, ids) }, takenUpAt);
    return [...leftBehind(meetingId, ids, doneAt), ended];
  }
  const mapped = mapOfMeeting(happening, ids, version) ?? mapOfUser(happening, ids, version);
  return mapped === undefined ? [] : [webhookEvent(...mapped, takenUpAt)];
}

type Mapped = readonly [id: string, attributes: Record<string, unknown>];

function mapOfMeeting(happening: BusHappening, ids: IdMapping, version: BbbVersion): Mapped | undefined {
  const meeting = meetingIds(happening.meetingId, ids);
  switch (happening.name) {
    case 'MeetingCreatedEvtMsg':
      return ['meeting-created', { meeting: createdMeeting(happening, version) }];
    case 'RecordingStatusChangedEvtMsg':
      return [
        happening.body.recording ? 'meeting-recording-started' : 'meeting-recording-stopped',
        { meeting },
      ];
    case 'GroupChatMessageBroadcastEvtMsg':
      return ['chat-group-message-sent', { meeting, ...chatAttributes(happening.body) }];
    case 'PublishedRecordingSysMsg':
    case 'UnpublishedRecordingSysMsg':
    case 'DeletedRecordingSysMsg':
      return [RECORDING_EVENTS[happening.name], { meeting: meetingIds(happening.body.recordId, ids) }];
    default:
      return undefined;
  }
}

function mapOfUser(happening: BusHappening, ids: IdMapping, version: BbbVersion): Mapped | undefined {
  const { meetingId, userId } = happening;
  const known = ids.users.get(meetingId)?.get(userId);
  const attributes = (extra: Record<string, unknown>): Record<string, unknown> => ({
    meeting: meetingIds(meetingId, ids),
    user: { 'internal-user-id': userId, 'external-user-id': known?.extId ?? '', ...extra },
  });
  switch (happening.name) {
    case 'UserJoinedMeetingEvtMsg': {
      const { name, role, presenter, guest, userMetadata: userdata } = happening.body;
      const data = isSince(version, '3.0') ? { userdata } : {};
      return ['user-joined', attributes({ name, role, presenter, ...data, guest })];
    }
    case 'UserLeftMeetingEvtMsg':
      return ['user-left', attributes({ guest: known?.guest ?? false })];
    case 'UserJoinedVoiceConfToClientEvtMsg': {
      const { listenOnly, muted } = happening.body;
      const audio = { 'listening-only': listenOnly, 'sharing-mic': !listenOnly, muted };
      return ['user-audio-voice-enabled', attributes(audio)];
    }
    case 'UserLeftVoiceConfToClientEvtMsg': {
      const audio = { 'listening-only': false, 'sharing-mic': false, muted: true };
      return ['user-audio-voice-disabled', attributes(audio)];
    }
    case 'UserMutedVoiceEvtMsg': {
      const { muted } = happening.body;
      return [muted ? 'user-audio-muted' : 'user-audio-unmuted', attributes({ muted })];
    }
    case 'PresenterAssignedEvtMsg':
      return ['user-presenter-assigned', attributes({})];
    case 'PresenterUnassignedEvtMsg':
      return ['user-presenter-unassigned', attributes({})];
    default:
      return undefined;
  }
}

const RECORDING_EVENTS = {
  PublishedRecordingSysMsg: 'rap-published',
  UnpublishedRecordingSysMsg: 'rap-unpublished',
  DeletedRecordingSysMsg: 'rap-deleted',
} as const;

function webhookEvent(id: string, attributes: Record<string, unknown>, ts: number): WebhookEvent {
  return { data: { type: 'event', id, attributes, event: { ts } } };
}

function meetingIds(intId: string, ids: IdMapping): Record<string, unknown> {
  return { 'internal-meeting-id': intId, 'external-meeting-id': ids.meetings.get(intId) };
}

function createdMeeting(
  happening: Extract<BusHappening, { name: 'MeetingCreatedEvtMsg' }>,
  version: BbbVersion,
): Record<string, unknown> {
  const { props } = happening.body;
  return {
    'internal-meeting-id': props.meetingProp.intId,
    'external-meeting-id': props.meetingProp.extId,
    name: props.meetingProp.name,
    'is-breakout': props.meetingProp.isBreakout,
    'parent-id': props.breakoutProps.parentId,
    duration: props.durationProps.duration,
    'create-time': props.durationProps.createdTime,
    'create-date': props.durationProps.createdDate,
    'moderator-pass': props.password.moderatorPass,
    'viewer-pass': props.password.viewerPass,
    record: props.recordProp.record,
    'voice-conf': props.voiceProp.voiceConf,
    'dial-number': props.voiceProp.dialNumber,
    'max-users': props.usersProp.maxUsers,
    metadata: props.metadataProp.metadata,
    ...(isSince(version, '3.0') ? bridges(props.meetingProp) : {}),
  };
}

function bridges({ audioBridge, cameraBridge, screenShareBridge }: DefaultProps['meetingProp']): object {
  return { audioBridge, cameraBridge, screenShareBridge };
}

/** At the end bbb-webhooks speaks for those still there, with more fields than when somebody leaves. */
function leftBehind(meetingId: string, ids: IdMapping, now: number): WebhookEvent[] {
  const meeting = meetingIds(meetingId, ids);
  return [...(ids.users.get(meetingId) ?? [])].map(([intId, { extId, name, role, presenter, guest }]) =>
    webhookEvent(
      'user-left',
      {
        meeting,
        user: { 'internal-user-id': intId, 'external-user-id': extId, name, role, presenter, guest },
      },
      now,
    ),
  );
}

type ChatBody = Extract<BusHappening, { name: 'GroupChatMessageBroadcastEvtMsg' }>['body'];

function chatAttributes({ chatId, msg }: ChatBody): Record<string, unknown> {
  return {
    'chat-message': {
      id: msg.id,
      message: msg.message,
      sender: { 'internal-user-id': msg.sender.id, name: msg.sender.name, time: msg.timestamp },
    },
    'chat-id': chatId,
  };
}

/** `archive_norecord` is not known to bbb-webhooks. */
function rapEvent({ name, payload }: RapHappening, ids: IdMapping, now: number): WebhookEvent[] {
  if (name === 'archive_norecord') return [];
  const id = `rap-${name.replaceAll('_', '-')}`;
  const intId = String(payload.meeting_id);
  const attributes = {
    meeting: {
      'internal-meeting-id': intId,
      'external-meeting-id': payload.external_meeting_id ?? ids.meetings.get(intId),
    },
    'record-id': payload.record_id,
    success: payload.success,
    'step-time': payload.step_time,
    ...(id === 'rap-archive-ended'
      ? { recorded: payload.recorded ?? false, duration: payload.duration ?? 0 }
      : {}),
    ...(payload.workflow === undefined ? {} : { workflow: payload.workflow }),
    ...(id === 'rap-publish-ended' && payload.success === true
      ? { recording: publishedRecording(payload) }
      : {}),
  };
  return [webhookEvent(id, attributes, now)];
}

function publishedRecording(payload: RapHappening['payload']): Record<string, unknown> {
  const metadata = payload.metadata as Record<string, string>;
  const playback = payload.playback as Record<string, unknown>;
  return {
    name: metadata.meetingName,
    'is-breakout': metadata.isBreakout,
    'start-time': payload.start_time,
    'end-time': payload.end_time,
    size: playback.size,
    'raw-size': payload.raw_size,
    metadata,
    playback,
    download: payload.download,
  };
}
