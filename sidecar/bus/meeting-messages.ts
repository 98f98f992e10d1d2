/** BBB's messages about running meetings, each with the event it means; both 3.0's and 2.x's shapes. It decides nothing. */
import type { z } from 'zod';
import type { BbbInstant } from '../core/bbb-instant';
import type { InternalMeetingId, InternalUserId, MeetingProps } from '../core/meeting';
import { isRemovedForGood } from './eject-reason';
import { listSnapshot } from './list-snapshot';
import * as protocol from './protocol';
import { eventOf, IRRELEVANT, type Read, reading } from './reading';

/** Sorts behind BBB's own reasons, which are upper case: of two announcements of one instant theirs is kept. */
const UNTOLD_REASON = 'unknown';
/** `Meeting2x.scala`: the parent of a meeting that is no breakout room. */
const NO_PARENT = 'bbb-none';

const meetingId = (id: string): InternalMeetingId => id as InternalMeetingId;
const userId = (id: string): InternalUserId => id as InternalUserId;

type Props = z.output<typeof protocol.meetingCreated>['core']['body']['props'];

function propsOf(props: Props): MeetingProps {
  const { meetingProp, breakoutProps, durationProps, recordProp } = props;
  const isBreakout = meetingProp.isBreakout && breakoutProps.parentId !== NO_PARENT;
  return {
    externalMeetingId: meetingProp.extId,
    name: meetingProp.name,
    createTime: durationProps.createdTime,
    isBreakout: meetingProp.isBreakout,
    parentInternalMeetingId: isBreakout ? meetingId(breakoutProps.parentId) : undefined,
    breakoutSequence: isBreakout ? breakoutProps.sequence : undefined,
    durationMinutes: durationProps.duration,
    maxUsers: props.usersProp.maxUsers,
    record: recordProp.record,
    autoStartRecording: recordProp.autoStartRecording,
    allowStartStopRecording: recordProp.allowStartStopRecording,
    metadata: props.metadataProp?.metadata ?? {},
  };
}

interface Stamped {
  readonly envelope: { readonly timestamp: BbbInstant };
  readonly core: { readonly header: { readonly meetingId: string } };
}

/** Where and when. */
function place({ envelope, core }: Stamped) {
  return { internalMeetingId: meetingId(core.header.meetingId), at: envelope.timestamp };
}

/** The same of what bbb-webhooks reports as well. */
function base(message: Stamped) {
  return { ...place(message), via: 'bus' as const };
}

const meetingCreated = eventOf(protocol.meetingCreated, ({ envelope, core }) => ({
  type: 'meeting-created',
  internalMeetingId: meetingId(core.body.props.meetingProp.intId),
  at: envelope.timestamp,
  via: 'bus',
  props: propsOf(core.body.props),
}));

/** Nothing takes a meeting back from here (`HandlerHelpers.scala` announces it while ending), and only this message has the reason. */
const meetingEnding = eventOf(protocol.meetingEnding, ({ envelope, core }) => ({
  type: 'meeting-ended',
  internalMeetingId: meetingId(core.body.meetingId),
  at: envelope.timestamp,
  via: 'bus',
  reason: core.body.reason,
}));

const meetingGone = eventOf(protocol.meetingGone, ({ envelope, core }) => ({
  type: 'meeting-ended',
  internalMeetingId: meetingId(core.body.meetingId),
  at: envelope.timestamp,
  via: 'bus',
  reason: UNTOLD_REASON,
}));

const userJoined = eventOf(protocol.userJoined, (message) => {
  const { intId, extId, role, bot, userMetadata } = message.core.body;
  const mayRecord = userMetadata?.bbb_record_permission;
  return {
    type: 'user-joined',
    ...base(message),
    internalUserId: userId(intId),
    externalUserId: extId,
    role,
    bot,
    ...(mayRecord === undefined ? {} : { mayRecord }),
  };
});

const userLeft = eventOf(protocol.userLeft, (message) => ({
  type: 'user-left',
  ...base(message),
  internalUserId: userId(message.core.body.intId),
  ejected: isRemovedForGood(message.core.body.reasonCode),
}));

const userEjected = eventOf(protocol.userEjected, (message) => ({
  type: 'user-left',
  ...base(message),
  internalUserId: userId(message.core.body.userId),
  ejected: isRemovedForGood(message.core.body.reasonCode),
}));

const userLeftFlagUpdated = eventOf(protocol.userLeftFlagUpdated, (message) => ({
  type: 'user-left-flag-updated',
  ...base(message),
  internalUserId: userId(message.core.body.intId),
  left: message.core.body.userLeftFlag,
}));

const userRoleChanged = eventOf(protocol.userRoleChanged, (message) => ({
  type: 'user-role-changed',
  ...base(message),
  internalUserId: userId(message.core.body.userId),
  role: message.core.body.role,
}));

const recordingStatusChanged = eventOf(protocol.recordingStatusChanged, (message) => ({
  type: 'recording-status-changed',
  ...place(message),
  active: message.core.body.recording,
  setBy: message.core.body.setBy,
}));

/** The reply names who asked, not who started it. */
const recordingStatusResponse = eventOf(protocol.recordingStatusResponse, (message) => ({
  type: 'recording-status-changed',
  ...place(message),
  active: message.core.body.recording,
  setBy: undefined,
}));

/** Browsers come and go in the voice conference while their user stays; only for phone callers it is all there is to see. */
function isCaller(intId: string): boolean {
  return intId.startsWith('v_');
}

const userJoinedVoice = reading(protocol.voiceUser, (message) => {
  const { intId } = message.core.body;
  if (!isCaller(intId)) return IRRELEVANT;
  return {
    result: 'event',
    event: { type: 'dial-in-joined', ...base(message), internalUserId: userId(intId) },
  };
});

const userLeftVoice = reading(protocol.voiceUser, (message) => {
  const { intId } = message.core.body;
  if (!isCaller(intId)) return IRRELEVANT;
  const event = {
    type: 'user-left',
    ...base(message),
    internalUserId: userId(intId),
    ejected: false,
  } as const;
  return { result: 'event', event };
});

const meetingInfoAnalytics = eventOf(protocol.meetingInfoAnalytics, ({ envelope, core }) => {
  const { internalId, users, audio, isMeetingRecorded } = core.body.meetingInfo;
  const people = users.map(({ id, name, role }) => ({ internalUserId: userId(id), fullName: name, role }));
  return listSnapshot(internalId, envelope.timestamp, people, audio, isMeetingRecorded);
});

const checkAlivePong = reading(protocol.checkAlivePong, ({ envelope, core }) => ({
  result: 'pong',
  pong: { system: core.body.system, asked: core.body.bbbWebTimestamp, at: envelope.timestamp },
}));

/** By message name. */
export const MEETING_MESSAGES: readonly (readonly [string, Read])[] = [
  ['MeetingCreatedEvtMsg', meetingCreated],
  ['MeetingEndingEvtMsg', meetingEnding],
  ['MeetingEndedEvtMsg', meetingGone],
  ['MeetingDestroyedEvtMsg', meetingGone],
  ['UserJoinedMeetingEvtMsg', userJoined],
  ['UserLeftMeetingEvtMsg', userLeft],
  ['UserEjectedFromMeetingEvtMsg', userEjected],
  ['UserLeftFlagUpdatedEvtMsg', userLeftFlagUpdated],
  ['UserRoleChangedEvtMsg', userRoleChanged],
  ['RecordingStatusChangedEvtMsg', recordingStatusChanged],
  ['RecordStatusResetSysMsg', recordingStatusChanged],
  ['GetRecordingStatusRespMsg', recordingStatusResponse],
  ['UserJoinedVoiceConfToClientEvtMsg', userJoinedVoice],
  ['UserLeftVoiceConfToClientEvtMsg', userLeftVoice],
  ['MeetingInfoAnalyticsServiceMsg', meetingInfoAnalytics],
  ['CheckAlivePongSysMsg', checkAlivePong],
];
