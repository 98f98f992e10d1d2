import type { Action } from '../../../../sidecar/core/actions';
import { type Decision, decide } from '../../../../sidecar/core/decide';
import type { Meeting } from '../../../../sidecar/core/meeting';
import {
  aContext,
  anEffectiveTier,
  aView,
  created,
  HOUR,
  joined,
  left,
  MEETING,
  MINUTE,
  meetingAfter,
  meetingId,
  someLimits,
  T0,
} from '../../../support/builders';

const tier = anEffectiveTier();
const running = meetingAfter([created(), joined('p1', T0 + 1_000)]);

function at(now: number, meeting: Meeting = running, sent?: ReadonlyMap<string, number>): Decision {
  return decide(aView(meeting), tier, aContext(now, sent));
}

function types(decision: Decision): string[] {
  return decision.actions.map((action) => action.type);
}

function notice(decision: Decision): (Action & { type: 'send-notice' }) | undefined {
  return decision.actions.find(
    (action): action is Action & { type: 'send-notice' } => action.type === 'send-notice',
  );
}

describe('the end', () => {
  test.each([
    [T0 + HOUR - 1, []],
    [T0 + HOUR + 14_999, []],
    [T0 + HOUR + 15_000, ['end-meeting']],
    [T0 + 30 * HOUR, ['end-meeting']],
  ])('at %d', (now, expected) => {
    const sent = new Map(
      [10, 5, 1].map((minutes) => [`meeting_duration/notice/${minutes * MINUTE}/${HOUR}`, T0]),
    );
    expect(types(at(now, running, sent))).toEqual(expected);
  });

  test('numbers of that second go with it', () => {
    expect(at(T0 + HOUR + 15_000).actions[0]?.reason).toEqual({
      limit: 'meeting_duration',
      enforce: 'hard',
      value: 61,
      allowed: 60,
    });
  });

  test('an ended meeting is not ended again', () => {
    const over = meetingAfter([
      created(),
      {
        type: 'meeting-ended',
        via: 'bus',
        internalMeetingId: MEETING,
        at: T0 + HOUR,
        reason: 'ENDED_FROM_API',
      },
    ]);
    expect(at(T0 + 2 * HOUR, over)).toEqual({ actions: [], recheckAt: undefined });
  });

  test('a meeting whose creation is unknown is left alone', () => {
    expect(at(T0 + 9 * HOUR, meetingAfter([joined('p1', T0)]))).toEqual({
      actions: [],
      recheckAt: undefined,
    });
  });

  test('unlimited never ends', () => {
    const open = anEffectiveTier({
      limits: someLimits({ meeting_duration: { max: 'unlimited', enforce: 'hard' } }),
    });
    expect(decide(aView(running), open, aContext(T0 + 1_000 * HOUR))).toEqual({
      actions: [],
      recheckAt: undefined,
    });
  });

  test('the empty meeting too is ended, without a word', () => {
    const empty = meetingAfter([created(), joined('p1', T0 + 1_000), left('p1', T0 + 2_000)]);
    expect(types(at(T0 + HOUR - MINUTE, empty))).toEqual([]);
    expect(types(at(T0 + HOUR + 15_000, empty))).toEqual(['end-meeting']);
  });
});

describe('notices', () => {
  test.each([
    [T0 + 50 * MINUTE - 1, undefined],
    [T0 + 50 * MINUTE, 'This meeting ends in 10m. The tier Free allows 1h a meeting.'],
    [T0 + 55 * MINUTE - 1, 'This meeting ends in 6m. The tier Free allows 1h a meeting.'],
    [T0 + 55 * MINUTE, 'This meeting ends in 5m. The tier Free allows 1h a meeting.'],
    [T0 + 59 * MINUTE, 'This meeting ends in 1m. The tier Free allows 1h a meeting.'],
    [T0 + HOUR, undefined],
  ])('at %d: %s', (now, text) => {
    expect(notice(at(now))?.text).toBe(text);
  });

  test('each is sent once; the next one still comes', () => {
    const key = notice(at(T0 + 50 * MINUTE))?.key ?? '';
    const sent = new Map([[key, T0 + 50 * MINUTE]]);
    expect(at(T0 + 51 * MINUTE, running, sent)).toEqual({ actions: [], recheckAt: T0 + 55 * MINUTE });
    expect(notice(at(T0 + 55 * MINUTE, running, sent))).toBeDefined();
  });

  test('it looks again when the next one is due, then at the end, then at the grace', () => {
    expect(at(T0 + MINUTE).recheckAt).toBe(T0 + 50 * MINUTE);
    expect(at(T0 + 59 * MINUTE).recheckAt).toBe(T0 + HOUR);
    expect(at(T0 + HOUR).recheckAt).toBe(T0 + HOUR + 15_000);
  });

  test('BBB ends it earlier: the notices follow that end, the tier the other', () => {
    const short = meetingAfter([created({ durationMinutes: 30 }), joined('p1', T0 + 1_000)]);
    expect(notice(at(T0 + 25 * MINUTE, short))?.text).toContain('ends in 5m');
    expect(types(at(T0 + 31 * MINUTE, short))).toEqual([]);
  });

  test('a notice as long as the meeting is not sent at its start', () => {
    const five = anEffectiveTier({
      limits: someLimits({ meeting_duration: { max: 5 * MINUTE, enforce: 'hard' } }),
    });
    expect(decide(aView(running), five, aContext(T0 + 1_000))).toEqual({
      actions: [],
      recheckAt: T0 + 4 * MINUTE,
    });
  });

  test('a raised tier makes them come again before the new end', () => {
    const sent = new Map([[`meeting_duration/notice/${5 * MINUTE}/${HOUR}`, T0]]);
    const three = anEffectiveTier({
      limits: someLimits({ meeting_duration: { max: 3 * HOUR, enforce: 'hard' } }),
    });
    const decision = decide(aView(running), three, aContext(T0 + 175 * MINUTE, sent));
    expect(notice(decision)?.text).toContain('ends in 5m');
  });
});

describe('soft and observe', () => {
  const enforced = (enforce: 'soft' | 'observe') =>
    anEffectiveTier({ limits: someLimits({ meeting_duration: { max: HOUR, enforce } }) });

  test('soft says so and lets it go on', () => {
    expect(notice(decide(aView(running), enforced('soft'), aContext(T0 + 55 * MINUTE)))?.text).toContain(
      'may go on',
    );
    const { actions } = decide(aView(running), enforced('soft'), aContext(T0 + HOUR));
    expect(actions).toMatchObject([
      { type: 'record-breach' },
      {
        type: 'send-notice',
        text: expect.stringContaining('It may go on'),
        explains: 'meeting_duration/breach',
      },
    ]);
  });

  test('observe is silent', () => {
    expect(decide(aView(running), enforced('observe'), aContext(T0 + 55 * MINUTE)).actions).toEqual([]);
    expect(decide(aView(running), enforced('observe'), aContext(T0 + HOUR)).actions).toEqual([
      expect.objectContaining({ type: 'record-breach' }),
    ]);
  });
});

describe('a breakout room', () => {
  const ROOM = meetingId('room-1-1');
  const room = meetingAfter(
    [created({ isBreakout: true, parentInternalMeetingId: MEETING, createTime: T0 + 30 * MINUTE }, ROOM)],
    ROOM,
  );
  const inRoom = (now: number, parent: Meeting | undefined): string[] =>
    types(decide(aView(room, { parent }), tier, aContext(now)));

  test('has its parent for a clock, and is not ended before it', () => {
    expect(inRoom(T0 + HOUR + 20_000, running)).toEqual([]);
  });

  test('ends when its parent ended and it did not follow', () => {
    const over = meetingAfter([
      created(),
      { type: 'meeting-ended', via: 'bus', internalMeetingId: MEETING, at: T0 + 40 * MINUTE, reason: 'x' },
    ]);
    expect(inRoom(T0 + 40 * MINUTE + 14_999, over)).toEqual([]);
    expect(inRoom(T0 + 40 * MINUTE + 15_000, over)).toEqual(['end-meeting']);
  });

  test('is left alone while its parent is unknown', () => {
    expect(inRoom(T0 + 9 * HOUR, undefined)).toEqual([]);
  });
});
