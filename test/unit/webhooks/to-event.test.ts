/** What each of bbb-webhooks' events means here, and what a bus that was heard makes of it. */
import fc from 'fast-check';
import { readMessage } from '../../../sidecar/bus/to-event';
import type { MeetingEvent } from '../../../sidecar/core/events';
import type { InternalMeetingId, InternalUserId, Meeting } from '../../../sidecar/core/meeting';
import { cameBefore, type Person, presentPersons } from '../../../sidecar/core/persons';
import { reduce, unknownMeeting } from '../../../sidecar/core/reduce';
import type { StampedEvent } from '../../../sidecar/core/stamped-event';
import { eventsIn } from '../../../sidecar/webhooks/callback';
import { readCallback } from '../../../sidecar/webhooks/to-event';
import { busFixture } from '../../fixtures/bus';
import { CREATED, callback, deliveryBody, JOINED, MEETING, TS } from '../../fixtures/callbacks';
import { unstamped } from '../../support/builders';

const USER = {
  user: { 'internal-user-id': 'w_abc123def456', 'external-user-id': 'portal-user-77', guest: false },
};
const CALLER_ID = 'v_71347000001' as InternalUserId;
const CALLER = { user: { 'internal-user-id': 'v_71347000001', 'external-user-id': '' } };
const AT = TS - 2000;

/** Told late: they came in these ten seconds. */
const CAME = { at: TS, notBefore: TS - 10_000 };

const base = { internalMeetingId: MEETING, at: AT };
const ids = { ...base, internalUserId: 'w_abc123def456' };

it.each([
  [
    'meeting-created',
    CREATED,
    {
      type: 'meeting-created',
      via: 'webhook',
      internalMeetingId: MEETING,
      at: 1_760_000_000_000,
      props: {
        externalMeetingId: 'math-101',
        name: 'Math 101',
        createTime: 1_760_000_000_000,
        isBreakout: false,
        parentInternalMeetingId: undefined,
        breakoutSequence: undefined,
        durationMinutes: 40,
        maxUsers: 25,
        record: true,
        autoStartRecording: undefined,
        allowStartStopRecording: undefined,
        metadata: { 'tier-code': 'free' },
      },
    },
  ],
  [
    'user-joined',
    JOINED,
    {
      type: 'user-joined',
      via: 'webhook',
      ...ids,
      ...CAME,
      externalUserId: 'portal-user-77',
      role: 'MODERATOR',
      bot: false,
    },
  ],
  ['user-left', callback('user-left', USER), { type: 'user-left', via: 'webhook', ...ids, ejected: false }],
  [
    'recording',
    callback('meeting-recording-started', {}),
    { type: 'recording-status-changed', ...base, active: true, setBy: undefined },
  ],
  [
    'stopped',
    callback('meeting-recording-stopped', {}),
    { type: 'recording-status-changed', ...base, active: false, setBy: undefined },
  ],
  [
    'meeting-ended',
    callback('meeting-ended', {}),
    { type: 'meeting-ended', via: 'webhook', ...base, at: TS, reason: 'unknown' },
  ],
  [
    'a caller',
    callback('user-audio-voice-enabled', CALLER),
    { type: 'dial-in-joined', via: 'webhook', ...base, ...CAME, internalUserId: 'v_71347000001' },
  ],
  [
    'gone',
    callback('user-audio-voice-disabled', CALLER),
    { type: 'user-left', via: 'webhook', ...base, internalUserId: 'v_71347000001', ejected: false },
  ],
  ['browser audio', callback('user-audio-voice-enabled', USER), 'irrelevant'],
  ['browser audio off', callback('user-audio-voice-disabled', USER), 'irrelevant'],
  ['chat', callback('chat-group-message-sent', {}), 'irrelevant'],
  ['tomorrow', callback('meeting-teleported', {}), 'irrelevant'],
  [
    'nobody',
    callback('user-joined', { user: { 'internal-user-id': 'w_a', 'external-user-id': '', role: 'VIEWER' } }),
    'irrelevant',
  ],
])('%s', (_name, event, expected) => {
  expect(readCallback(event)).toEqual(expected);
});

it.each([
  ['null', null],
  ['a number', 1],
  ['no data', {}],
  ['no id', { data: {} }],
  ['no attributes', { data: { id: 'user-left', event: { ts: 1 } } }],
  ['no user', callback('user-left', {})],
  ['an empty user', callback('user-left', { user: { 'internal-user-id': '' } })],
  ['no meeting', callback('user-left', { ...USER, meeting: {} })],
  ['a time as text', callback('user-left', USER, '1' as unknown as number)],
  ['a meeting without its time', callback('meeting-created', {})],
])('malformed: %s', (_what, event) => {
  expect(readCallback(event)).toBe('malformed');
});

it('never throws, whatever the event', () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.constantFrom('meeting-created', 'user-joined', 'user-left', 'meeting-ended'),
      (value, id) => {
        for (const event of [
          value,
          callback(id, { user: value, meeting: value }),
          { data: { id, attributes: value, event: value } },
        ]) {
          const reading = readCallback(event);
          expect(typeof reading === 'string' ? ['malformed', 'irrelevant'] : [id]).toContain(
            typeof reading === 'string' ? reading : reading.type,
          );
        }
      },
    ),
    { numRuns: 1000 },
  );
});

describe('a delivery', () => {
  it('carries a list of events, or one', () => {
    expect(eventsIn(Buffer.from(deliveryBody(JOINED)))).toEqual([JOINED]);
    expect(eventsIn(Buffer.from(`event=${encodeURIComponent(JSON.stringify(JOINED))}`))).toEqual([JOINED]);
  });

  it.each(['', 'domain=x', 'event=', 'event=%5B', 'event={', '{"event":[]}', '%E0%A4%A'])(
    'is none: %j',
    (body) => {
      expect(eventsIn(Buffer.from(body))).toBeUndefined();
    },
  );
});

describe('after the bus', () => {
  /** `at`: instead of the fixtures' own moments. */
  function afterBus(
    messages: readonly (string | readonly [name: string, at: number])[],
    callbacks: readonly unknown[],
  ): Meeting {
    const events: MeetingEvent[] = messages.map((message) => {
      const [name, at] = [message].flat() as [string, number?];
      const read = readMessage(busFixture('3.0', name));
      if (read.result !== 'event') throw new Error(`${name} is no event`);
      const event = unstamped(read.event);
      return { ...event, at: at ?? event.at };
    });
    let meeting = events.reduce(reduce, unknownMeeting(MEETING as InternalMeetingId));
    for (const told of callbacks) {
      const reading = readCallback(told);
      if (typeof reading === 'string') throw new Error(reading);
      meeting = reduce(meeting, unstamped(reading));
    }
    return meeting;
  }

  const T = 1_760_000_000_000;
  const LATE = 1500;

  it('nobody who left at once comes back by the delivery of their joining', () => {
    const meeting = afterBus(
      ['UserJoinedMeetingEvtMsg', ['UserLeftMeetingEvtMsg', T + 5_200]],
      [callback('user-joined', JOINED_USER, T + 5_000 + LATE)],
    );
    expect([...meeting.attendees.values()][0]?.presence.at(-1)).toMatchObject({
      kind: 'left',
      at: T + 5_200,
    });
  });

  it('no caller who left at once comes back by the delivery of theirs', () => {
    const caller = { internalMeetingId: MEETING as InternalMeetingId, internalUserId: CALLER_ID };
    const told = unstamped(
      readCallback(callback('user-audio-voice-enabled', CALLER, T + LATE)) as StampedEvent,
    );
    const meeting = [
      { type: 'dial-in-joined' as const, via: 'bus' as const, ...caller, at: T },
      { type: 'user-left' as const, via: 'bus' as const, ...caller, at: T + 200, ejected: false },
      told,
    ].reduce(reduce, unknownMeeting(caller.internalMeetingId));
    expect([...meeting.attendees.values()][0]?.presence.at(-1)).toMatchObject({ kind: 'left', at: T + 200 });
  });

  it('who comes back after that is news', () => {
    const meeting = afterBus(
      ['UserJoinedMeetingEvtMsg', 'UserLeftMeetingEvtMsg'],
      [callback('user-joined', JOINED_USER, T + 90_000)],
    );
    expect([...meeting.attendees.values()][0]?.presence.at(-1)).toMatchObject({
      kind: 'seen',
      at: T + 90_000,
    });
  });

  it('of two within the lag, one of whom the bus did not tell of, neither came before the other', () => {
    const meeting = afterBus(
      ['UserJoinedMeetingEvtMsg'],
      [
        callback(
          'user-joined',
          { user: { ...JOINED_USER.user, 'internal-user-id': 'w_lost', 'external-user-id': 'lost' } },
          T + 6_000,
        ),
        callback('user-joined', JOINED_USER, T + 5_050),
      ],
    );
    const [seen, lost] = presentPersons(meeting, []) as [Person, Person];
    expect([seen.arrival, lost.arrival]).toEqual([
      { earliest: T + 5_000, latest: Number.POSITIVE_INFINITY },
      { earliest: T - 4_000, latest: Number.POSITIVE_INFINITY },
    ]);
    expect([cameBefore(seen, lost), cameBefore(lost, seen)]).toEqual([false, false]);
  });

  it('a recording keeps its starter', () => {
    const meeting = afterBus(
      ['RecordingStatusChangedEvtMsg'],
      [callback('meeting-recording-started', {}, T + 90_000 + LATE)],
    );
    expect(meeting.recording).toEqual({ active: true, at: T + 90_000, setBy: 'w_mod000000001' });
  });

  it('an end keeps its reason', () => {
    const meeting = afterBus(['MeetingEndingEvtMsg'], [callback('meeting-ended', {}, T + 2_402_601 + LATE)]);
    expect(meeting.ended).toEqual({
      at: T + 2_400_100,
      reason: 'ENDED_AFTER_EXCEEDING_DURATION',
      certain: true,
    });
  });

  it('a bot stays a bot', () => {
    const user = { 'internal-user-id': 'w_bot000000001', 'external-user-id': 'recorder', role: 'VIEWER' };
    const meeting = afterBus(['bot'], [callback('user-joined', { user }, T + 5100 + LATE)]);
    expect([...meeting.attendees.values()][0]?.bot).toBe(true);
  });

  const JOINED_USER = {
    user: { 'internal-user-id': 'w_abc123def456', 'external-user-id': 'portal-user-77', role: 'VIEWER' },
  };
});
