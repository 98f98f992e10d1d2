/** What each message of the bus means here, in every version's shape; the samples are laid out in BBB's own field order. */

import { NAME_PREFIX } from '../../sidecar/bus/protocol';
import type { RecordingEvent } from '../../sidecar/bus/recording-event';
import { readMessage } from '../../sidecar/bus/to-event';
import type { BbbInstant } from '../../sidecar/core/bbb-instant';
import type { StampedEvent } from '../../sidecar/core/stamped-event';
import { type BusFixtures, busFixture, busFixtures } from '../fixtures/bus';

const T = 1_760_000_000_000;
const MEETING = '5f2c1d9e8b7a6054f3e2d1c0b9a8877665544332-1760000000000';
const ROOM = '0e1f2a3b4c5d60718293a4b5c6d7e8f901234567-1760000600000';
const USER = 'w_abc123def456';
const MODERATOR = 'w_mod000000001';
const CALLER = 'v_71347000001';

/** Ids as plain text, so that the tables read as what they are. */
type Plain<T> = T extends string
  ? string
  : T extends BbbInstant
    ? number
    : T extends object
      ? { [K in keyof T]: Plain<T[K]> }
      : T;
type Expected = Plain<StampedEvent>;

function expectEvent(file: BusFixtures, name: string, event: Expected): void {
  expect(readMessage(busFixture(file, name))).toEqual({ result: 'event', event });
}

const MATH = {
  externalMeetingId: 'math-101',
  name: 'Math 101',
  createTime: T,
  isBreakout: false,
  parentInternalMeetingId: undefined,
  breakoutSequence: undefined,
  durationMinutes: 40,
  maxUsers: 25,
  record: true,
  autoStartRecording: false,
  allowStartStopRecording: true,
  metadata: { 'tier-code': 'free', 'bbb-origin': 'portal' },
};

function left(at: number, ejected: boolean): Expected {
  return { type: 'user-left', via: 'bus', internalMeetingId: MEETING, at, internalUserId: USER, ejected };
}

function joined(
  at: number,
  internalUserId: string,
  externalUserId: string,
  role: string,
  bot: boolean,
  rest: object = {},
): Expected {
  const internalMeetingId = MEETING;
  return {
    type: 'user-joined',
    via: 'bus',
    internalMeetingId,
    at,
    internalUserId,
    externalUserId,
    role,
    bot,
    ...rest,
  };
}

function recording(at: number, active: boolean, setBy: string | undefined): Expected {
  return { type: 'recording-status-changed', internalMeetingId: MEETING, at, active, setBy };
}

function ended(at: number, reason: string): Expected {
  return { type: 'meeting-ended', via: 'bus', internalMeetingId: MEETING, at, reason };
}

const V3: readonly (readonly [string, Expected])[] = [
  [
    'MeetingCreatedEvtMsg',
    { type: 'meeting-created', via: 'bus', internalMeetingId: MEETING, at: T + 5, props: MATH },
  ],
  [
    'breakout room',
    {
      type: 'meeting-created',
      via: 'bus',
      internalMeetingId: ROOM,
      at: T + 600_005,
      props: {
        ...MATH,
        externalMeetingId: '0e1f2a3b-1760000600000',
        createTime: T + 600_000,
        isBreakout: true,
        parentInternalMeetingId: MEETING,
        breakoutSequence: 2,
        durationMinutes: 15,
        record: false,
        metadata: { 'tier-code': 'free' },
      },
    },
  ],
  [
    'UserJoinedMeetingEvtMsg',
    joined(T + 5000, USER, 'portal-user-77', 'VIEWER', false, { mayRecord: false }),
  ],
  ['bot', joined(T + 5100, 'w_bot000000001', 'recorder', 'VIEWER', true, { mayRecord: false })],
  [
    'UserLeftFlagUpdatedEvtMsg',
    {
      type: 'user-left-flag-updated',
      via: 'bus',
      internalMeetingId: MEETING,
      at: T + 60_000,
      internalUserId: USER,
      left: true,
    },
  ],
  [
    'came back',
    {
      type: 'user-left-flag-updated',
      via: 'bus',
      internalMeetingId: MEETING,
      at: T + 61_000,
      internalUserId: USER,
      left: false,
    },
  ],
  ['UserLeftMeetingEvtMsg', left(T + 75_000, false)],
  ['ejected by the system', left(T + 76_000, true)],
  ['ejected by a moderator', left(T + 77_000, true)],
  ['too many sessions', left(T + 78_000, false)],
  ['inactive', left(T + 79_000, false)],
  [
    'UserRoleChangedEvtMsg',
    {
      type: 'user-role-changed',
      via: 'bus',
      internalMeetingId: MEETING,
      at: T + 80_000,
      internalUserId: USER,
      role: 'MODERATOR',
    },
  ],
  ['RecordingStatusChangedEvtMsg', recording(T + 90_000, true, MODERATOR)],
  ['automatic stop', recording(T + 91_000, false, 'system')],
  ['GetRecordingStatusRespMsg', recording(T + 92_000, true, undefined)],
  ['RecordStatusResetSysMsg', recording(T + 93_000, false, MODERATOR)],
  [
    'dial-in',
    {
      type: 'dial-in-joined',
      via: 'bus',
      internalMeetingId: MEETING,
      at: T + 100_000,
      internalUserId: CALLER,
    },
  ],
  [
    'dial-in left',
    {
      type: 'user-left',
      via: 'bus',
      internalMeetingId: MEETING,
      at: T + 110_000,
      internalUserId: CALLER,
      ejected: false,
    },
  ],
  [
    'MeetingInfoAnalyticsServiceMsg',
    {
      type: 'analytics-snapshot',
      internalMeetingId: MEETING,
      at: T + 119_000,
      until: T + 120_000,
      users: [
        { internalUserId: USER, fullName: 'Ada', role: 'VIEWER' },
        { internalUserId: MODERATOR, fullName: 'Grace', role: 'MODERATOR' },
      ],
      recordingActive: true,
    },
  ],
  ['MeetingEndingEvtMsg', ended(T + 2_400_100, 'ENDED_AFTER_EXCEEDING_DURATION')],
  ['MeetingEndedEvtMsg', ended(T + 2_400_101, 'unknown')],
  ['MeetingDestroyedEvtMsg', ended(T + 2_402_601, 'unknown')],
];

const V27: readonly (readonly [string, Expected])[] = [
  [
    'MeetingCreatedEvtMsg',
    {
      type: 'meeting-created',
      via: 'bus',
      internalMeetingId: MEETING,
      at: T + 5,
      props: { ...MATH, metadata: { 'tier-code': 'free' } },
    },
  ],
  ['UserJoinedMeetingEvtMsg', joined(T + 5000, USER, 'portal-user-77', 'MODERATOR', false)],
  ['UserLeftMeetingEvtMsg', left(T + 75_000, false)],
  ['ejected', left(T + 76_000, true)],
  ['GetRecordingStatusRespMsg', recording(T + 92_000, false, undefined)],
  [
    'dial-in',
    {
      type: 'dial-in-joined',
      via: 'bus',
      internalMeetingId: MEETING,
      at: T + 100_000,
      internalUserId: CALLER,
    },
  ],
  ['MeetingEndingEvtMsg', ended(T + 2_400_100, 'ENDED_FROM_API')],
];

const V25: readonly (readonly [string, Expected])[] = [
  ['UserJoinedMeetingEvtMsg', joined(T + 5000, USER, 'portal-user-77', 'VIEWER', false)],
  ['UserEjectedFromMeetingEvtMsg', left(T + 75_000, true)],
  ['duplicate session ejected', left(T + 75_500, false)],
  ['UserLeftMeetingEvtMsg', left(T + 75_001, false)],
];

describe.each([
  ['3.0', V3],
  ['2.7', V27],
  ['2.5', V25],
] as const)('BBB %s', (version, table) => {
  it.each(table.map(([name, event]) => [name, event] as const))('%s', (name, event) => {
    expectEvent(version, name, event);
  });

  it('every sample begins as akka-apps writes it and is in the table, is irrelevant, or is a pong', () => {
    const known = new Set(table.map(([name]) => name));
    for (const [name, raw] of busFixtures(version)) {
      expect(raw.toString('utf8').startsWith(NAME_PREFIX)).toBe(true);
      const rest = known.has(name) ? 'event' : name === 'CheckAlivePongSysMsg' ? 'pong' : 'irrelevant';
      expect([name, readMessage(raw).result]).toEqual([name, rest]);
    }
  });
});

it('tells whom akka-apps answers', () => {
  expect(readMessage(busFixture('3.0', 'CheckAlivePongSysMsg'))).toEqual({
    result: 'pong',
    pong: { system: 'bbb-tiers', asked: T + 129_999, at: T + 130_000 },
  });
});

describe('recordings', () => {
  function event(told: Partial<Plain<RecordingEvent>>): unknown {
    const recordingEvent = {
      at: 1_760_003_000_000,
      internalMeetingId: MEETING,
      recordId: MEETING,
      externalMeetingId: 'math-101',
      success: true,
      workflow: undefined,
      metadata: {},
      ...told,
    };
    return { result: 'recording', recording: recordingEvent };
  }
  const fromBbbWeb = { externalMeetingId: undefined, success: undefined };
  const CHAPTER = `${MEETING}-1760001000000`;

  it.each([
    ['PublishedRecordingSysMsg', event({ type: 'rap-published', at: T + 3_700_000, ...fromBbbWeb })],
    ['UnpublishedRecordingSysMsg', event({ type: 'rap-unpublished', at: T + 3_700_001, ...fromBbbWeb })],
    ['DeletedRecordingSysMsg', event({ type: 'rap-deleted', at: T + 3_700_002, ...fromBbbWeb })],
    ['archive_ended', event({ type: 'rap-archive-ended' })],
    ['archive_norecord', event({ type: 'rap-archive-norecord' })],
    ['process_started', event({ type: 'rap-process-started', workflow: 'presentation' })],
    [
      'publish_ended',
      event({ type: 'rap-publish-ended', workflow: 'presentation', metadata: { 'tier-code': 'free' } }),
    ],
    ['chapter', event({ type: 'rap-sanity-ended', recordId: CHAPTER })],
    ['irrelevant: unknown step', { result: 'irrelevant' }],
  ])('%s', (name, expected) => {
    expect(readMessage(busFixture('recordings', name))).toEqual(expected);
  });
});
