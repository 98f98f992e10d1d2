/** Turns one event of bbb-webhooks into what it means here; it never throws, and it only fills in what the bus may have lost. */
import type { z } from 'zod';
import { type BbbInstant, bbbEarlier, bbbElapsedMs } from '../core/bbb-instant';
import { SECOND_MS } from '../core/duration';
import type { InternalMeetingId, InternalUserId, MeetingProps } from '../core/meeting';
import type { StampedEvent } from '../core/stamped-event';
import { callbackEvent, callbackUser, meetingCreated } from './callback';

/** `malformed`: it is not what its name promises. `irrelevant`: no limit depends on it. */
export type CallbackReading = StampedEvent | 'malformed' | 'irrelevant';

/**
 * `ts` is when bbb-webhooks handled the message, some time after BBB stamped it; the bus has BBB's own stamp. Dated back by more than
 * bbb-webhooks lags, an event repeated here never overrides a newer one of the bus: nobody who came back is gone, and a recording keeps
 * its starter, whom webhooks do not name. Joins are not dated back: who came last would be wrong. What the bus reported of them stands.
 */
const LAG_MS = 2 * SECOND_MS;
/** Who came may have come this much earlier: with more doubt about it nobody takes another's seat. */
const JOIN_LAG_MS = 10 * SECOND_MS;
/** Sorts behind BBB's own reasons; webhooks have none. */
const UNTOLD_REASON = 'unknown';
const NO_PARENT = 'bbb-none';

interface CallbackFields {
  readonly internalMeetingId: InternalMeetingId;
  /** As bbb-webhooks says. */
  readonly ts: BbbInstant;
  /** Dated back. */
  readonly at: BbbInstant;
  readonly meeting: unknown;
  readonly user: unknown;
}

type Convert = (fields: CallbackFields) => CallbackReading;

function propsOf(fields: z.output<typeof meetingCreated>): MeetingProps {
  const parent = fields['parent-id'];
  const hasParent = fields['is-breakout'] && parent !== '' && parent !== NO_PARENT;
  return {
    externalMeetingId: fields['external-meeting-id'],
    name: fields.name,
    createTime: fields['create-time'],
    isBreakout: fields['is-breakout'],
    parentInternalMeetingId: hasParent ? (parent as InternalMeetingId) : undefined,
    breakoutSequence: undefined,
    durationMinutes: fields.duration,
    maxUsers: fields['max-users'],
    record: fields.record,
    autoStartRecording: undefined,
    allowStartStopRecording: undefined,
    metadata: fields.metadata,
  };
}

const created: Convert = ({ internalMeetingId, ts, at, meeting }) => {
  const checked = meetingCreated.safeParse(meeting);
  if (!checked.success) return 'malformed';
  const props = propsOf(checked.data);
  // The moment itself, unless it lies after its own report.
  const createdAt = bbbElapsedMs(props.createTime, ts) >= 0 ? props.createTime : at;
  return { type: 'meeting-created', internalMeetingId, at: createdAt, via: 'webhook', props };
};

/** Sent 2.5 s after the end; not dated back, so that the bus' earlier announcement, which has the reason, stays. */
const ended: Convert = ({ internalMeetingId, ts }) => ({
  type: 'meeting-ended',
  internalMeetingId,
  at: ts,
  via: 'webhook',
  reason: UNTOLD_REASON,
});

const recordingStatus =
  (active: boolean): Convert =>
  ({ internalMeetingId, at }) => ({
    type: 'recording-status-changed',
    internalMeetingId,
    at,
    active,
    setBy: undefined,
  });

type User = z.output<typeof callbackUser>;

function withUser(
  convert: (fields: CallbackFields, user: User, internalUserId: InternalUserId) => CallbackReading,
): Convert {
  return (fields) => {
    const checked = callbackUser.safeParse(fields.user);
    if (!checked.success) return 'malformed';
    return convert(fields, checked.data, checked.data['internal-user-id'] as InternalUserId);
  };
}

/** They came at some time between `notBefore` and `at`. */
function cameBy(ts: BbbInstant): { readonly at: BbbInstant; readonly notBefore: BbbInstant } {
  return { at: ts, notBefore: bbbEarlier(ts, JOIN_LAG_MS) };
}

const joined = withUser(({ internalMeetingId, ts }, user, internalUserId) => {
  const externalUserId = user['external-user-id'];
  // Without the account it would be a person of its own; BBB's lists will show it.
  if (externalUserId === '') return 'irrelevant';
  const role = user.role === 'MODERATOR' ? 'MODERATOR' : 'VIEWER';
  // Webhooks do not say who is a bot; false takes back nothing that is known.
  return {
    type: 'user-joined',
    internalMeetingId,
    ...cameBy(ts),
    via: 'webhook',
    internalUserId,
    externalUserId,
    role,
    bot: false,
  };
});

/** Not reported: whether they were ejected. */
const left = withUser(({ internalMeetingId, at }, _user, internalUserId) => ({
  type: 'user-left',
  internalMeetingId,
  at,
  via: 'webhook',
  internalUserId,
  ejected: false,
}));

const isCaller = (internalUserId: string): boolean => internalUserId.startsWith('v_');

const voiceJoined = withUser(({ internalMeetingId, ts }, _user, internalUserId) =>
  isCaller(internalUserId)
    ? { type: 'dial-in-joined', internalMeetingId, ...cameBy(ts), via: 'webhook', internalUserId }
    : 'irrelevant',
);

const voiceLeft = withUser(({ internalMeetingId, at }, _user, internalUserId) =>
  isCaller(internalUserId)
    ? { type: 'user-left', internalMeetingId, at, via: 'webhook', internalUserId, ejected: false }
    : 'irrelevant',
);

const CONVERTERS: ReadonlyMap<string, Convert> = new Map([
  ['meeting-created', created],
  ['meeting-ended', ended],
  ['meeting-recording-started', recordingStatus(true)],
  ['meeting-recording-stopped', recordingStatus(false)],
  ['user-joined', joined],
  ['user-left', left],
  ['user-audio-voice-enabled', voiceJoined],
  ['user-audio-voice-disabled', voiceLeft],
]);

function nameOf(event: unknown): unknown {
  const data = (event as { data?: unknown } | null | undefined)?.data;
  return (data as { id?: unknown } | null | undefined)?.id;
}

/** What one event of a delivery is. */
export function readCallback(event: unknown): CallbackReading {
  const name = nameOf(event);
  if (typeof name !== 'string') return 'malformed';
  const convert = CONVERTERS.get(name);
  if (convert === undefined) return 'irrelevant';
  const checked = callbackEvent.safeParse(event);
  if (!checked.success) return 'malformed';
  const { attributes, event: stamp } = checked.data.data;
  const { meeting, user } = (event as { data: { attributes: { meeting: unknown; user?: unknown } } }).data
    .attributes;
  return convert({
    internalMeetingId: attributes.meeting['internal-meeting-id'] as InternalMeetingId,
    ts: stamp.ts,
    at: bbbEarlier(stamp.ts, LAG_MS),
    meeting,
    user,
  });
}
