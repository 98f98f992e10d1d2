import { stopperOf } from '../../../../sidecar/core/actions';
import { decide } from '../../../../sidecar/core/decide';
import type { MeetingEvent } from '../../../../sidecar/core/events';
import {
  aContext,
  anEffectiveTier,
  aView,
  created,
  joined,
  left,
  MEETING,
  meetingAfter,
  someLimits,
  T0,
  userId,
} from '../../../support/builders';

const NOW = T0 + 60_000;
const moderator = joined('mod', T0 + 1_000, { role: 'MODERATOR' });
const viewer = joined('viewer', T0 + 2_000);

function recordingIs(active: boolean, at: number, setBy?: string): MeetingEvent {
  return { type: 'recording-status-changed', internalMeetingId: MEETING, at, active, setBy };
}

function actions(
  events: readonly MeetingEvent[],
  change: Parameters<typeof created>[0] = {},
  sent?: ReadonlyMap<string, number>,
) {
  return decide(aView(meetingAfter([created(change), ...events])), anEffectiveTier(), aContext(NOW, sent))
    .actions;
}

test('a meeting that does not record needs nothing', () => {
  expect(actions([moderator])).toEqual([]);
});

test('started by a moderator who is a viewer by now → marked, stopped in the name of a moderator', () => {
  const found = actions([moderator, viewer, recordingIs(true, T0 + 3_000, 'w_viewer')]);
  expect(found).toMatchObject([
    { type: 'mark-recording' },
    {
      type: 'send-notice',
      text: expect.stringContaining('not part of the tier Free'),
      explains: found.at(-1)?.key,
    },
    { type: 'stop-recording', candidates: ['w_mod'] },
  ]);
});

test.each([
  ['by BBB itself', 'system'],
  ['by somebody who has left', 'w_gone'],
  ['by nobody knows whom', undefined],
])('started %s, it is stopped in the name of a moderator who is there', (_case, setBy) => {
  const found = actions([
    viewer,
    joined('gone', T0 + 500, { role: 'MODERATOR' }),
    left('gone', T0 + 4_000),
    moderator,
    recordingIs(true, T0 + 3_000, setBy),
  ]);
  expect(found.at(-1)).toMatchObject({ type: 'stop-recording', candidates: ['w_mod'] });
});

test('several moderators → the starter first, then the owner, without who may not record', () => {
  const others = [
    joined('gl-owner', T0 + 9_000, { role: 'MODERATOR' }),
    joined('starter', T0 + 9_000, { role: 'MODERATOR' }),
    joined('muzzled', T0 + 9_000, { role: 'MODERATOR', mayRecord: false }),
  ];
  const found = actions([moderator, ...others, recordingIs(true, T0 + 3_000, 'w_starter')]).at(-1);
  expect(found).toMatchObject({ candidates: ['w_starter', 'w_gl-owner', 'w_mod'] });
  if (found?.type !== 'stop-recording') throw new Error('expected a stop');
  expect([1, 2, 3, 4].map((attempt) => stopperOf(found, attempt))).toEqual([
    'w_starter',
    'w_gl-owner',
    'w_mod',
    'w_starter',
  ]);
});

test('the owner is asked before other moderators', () => {
  const owner = joined('gl-owner', T0 + 9_000, { role: 'MODERATOR' });
  expect(actions([moderator, owner, recordingIs(true, T0 + 3_000, 'system')]).at(-1)).toMatchObject({
    candidates: ['w_gl-owner', 'w_mod'],
  });
});

test('with only viewers there, it is marked and waited for a moderator', () => {
  expect(actions([viewer, recordingIs(true, T0 + 3_000, 'system')]).map((action) => action.type)).toEqual([
    'mark-recording',
  ]);
});

test('what BBB would refuse to stop is only marked', () => {
  const found = actions([moderator, recordingIs(true, T0 + 3_000, 'system')], {
    allowStartStopRecording: false,
  });
  expect(found.map((action) => action.type)).toEqual(['mark-recording']);
});

test('stopped again: the mark stays due until it is made, the stop is not', () => {
  const events = [moderator, recordingIs(true, T0 + 3_000, 'w_mod'), recordingIs(false, T0 + 4_000, 'w_mod')];
  expect(actions(events).map((action) => action.type)).toEqual(['mark-recording']);
  expect(actions(events, {}, new Map([['recording/mark', NOW]]))).toEqual([]);
});

test('a tier with recording lets it run', () => {
  const tier = anEffectiveTier({ limits: someLimits({ recording: { max: true, enforce: 'hard' } }) });
  const meeting = meetingAfter([created(), moderator, recordingIs(true, T0 + 3_000, 'w_mod')]);
  expect(decide(aView(meeting), tier, aContext(NOW)).actions).toEqual([]);
});

test.each([
  [
    'soft',
    [
      { type: 'record-breach' },
      {
        type: 'send-notice',
        text: expect.stringContaining('It may go on'),
        explains: 'recording/breach',
      },
    ],
  ],
  ['observe', [{ type: 'record-breach' }]],
] as const)('%s only notes it', (enforce, wanted) => {
  const tier = anEffectiveTier({ limits: someLimits({ recording: { max: false, enforce } }) });
  const meeting = meetingAfter([created(), moderator, recordingIs(true, T0 + 3_000, 'w_mod')]);
  expect(decide(aView(meeting), tier, aContext(NOW)).actions).toMatchObject(wanted);
});

test('the list of internal ids alone is enough to see a recording', () => {
  const listed: MeetingEvent = {
    type: 'analytics-snapshot',
    internalMeetingId: MEETING,
    at: T0 + 5_000,
    until: T0 + 6_000,
    users: [{ internalUserId: userId('w_mod'), fullName: 'M', role: 'MODERATOR' }],
    recordingActive: true,
  };
  expect(actions([moderator, listed]).at(-1)).toMatchObject({
    type: 'stop-recording',
    candidates: ['w_mod'],
  });
});
