import * as fc from 'fast-check';
import { outlook } from '../../../sidecar/core/outlook';
import {
  anEffectiveTier,
  aView,
  created,
  HOUR,
  joined,
  left,
  MINUTE,
  meetingAfter,
  meetingId,
  people,
  someLimits,
  T0,
  webListed,
} from '../../support/builders';

const NOTICES = [10 * MINUTE, 5 * MINUTE, MINUTE];
const at = (now: number) => ({ now, noticesMs: NOTICES });
const free = anEffectiveTier();
const unlimited = anEffectiveTier({
  limits: someLimits({ meeting_duration: { max: 'unlimited', enforce: 'hard' } }),
});
const GRACE = 15_000;

test('a meeting of the free tier, early on', () => {
  const meeting = meetingAfter([created(), ...people(3)]);
  expect(outlook(aView(meeting), free, at(T0 + 5 * MINUTE))).toEqual({
    endsAt: T0 + HOUR,
    remainingSeconds: 55 * 60,
    people: 3,
    dialIns: 0,
    places: 10,
    recording: 'off',
    recordingAllowed: false,
    next: { action: 'send-notice', at: T0 + 50 * MINUTE },
  });
});

describe('what is next', () => {
  const meeting = meetingAfter([created(), ...people(2)]);
  test.each([
    ['before the first notice', 49 * MINUTE, { action: 'send-notice', at: T0 + 50 * MINUTE }],
    ['on the first notice', 50 * MINUTE, { action: 'send-notice', at: T0 + 55 * MINUTE }],
    ['after the last', 59 * MINUTE + 1, { action: 'end-meeting', at: T0 + HOUR + GRACE }],
    ['in the grace', HOUR + 5_000, { action: 'end-meeting', at: T0 + HOUR + GRACE }],
    ['overdue', HOUR + MINUTE, { action: 'end-meeting', at: T0 + HOUR + MINUTE }],
  ])('%s', (_case, offset, next) => {
    expect(outlook(aView(meeting), free, at(T0 + offset)).next).toEqual(next);
  });

  test("BBB's own end is sooner", () => {
    const native = meetingAfter([created({ durationMinutes: 30 }), ...people(2)]);
    const seen = outlook(aView(native), free, at(T0 + 29 * MINUTE + 30_000));
    expect(seen.endsAt).toBe(T0 + 30 * MINUTE);
    expect(seen.next).toEqual({ action: 'end-meeting', at: T0 + 30 * MINUTE });
  });

  test("only BBB's own end", () => {
    const native = meetingAfter([created({ durationMinutes: 30 }), ...people(2)]);
    const end = { action: 'end-meeting', at: T0 + 30 * MINUTE };
    expect(outlook(aView(native), unlimited, at(T0 + MINUTE)).next).toEqual(end);
  });

  test('no end at all', () => {
    const seen = outlook(aView(meeting), unlimited, at(T0 + 30 * HOUR));
    expect(seen).toMatchObject({ endsAt: undefined, remainingSeconds: undefined, next: undefined });
  });

  test('observed only: nobody says or ends anything', () => {
    const observe = anEffectiveTier({
      limits: someLimits({ meeting_duration: { max: HOUR, enforce: 'observe' } }),
    });
    const seen = outlook(aView(meeting), observe, at(T0 + 59 * MINUTE));
    expect(seen.next).toEqual({ action: 'look-again', at: T0 + HOUR });
    expect(outlook(aView(meeting), observe, at(T0 + 2 * HOUR)).next).toBeUndefined();
  });

  test('more people than places: looked at again very soon', () => {
    const full = meetingAfter([created(), ...people(11)]);
    const now = T0 + 12_000;
    const seen = outlook(aView(webListed(full, T0)), free, at(now));
    expect(seen.people).toBe(11);
    expect(seen.next).toMatchObject({ action: 'look-again' });
    expect((seen.next?.at ?? 0) - now).toBeLessThanOrEqual(3_000);
  });
});

test('people are counted as the tier counts them', () => {
  const phone = {
    type: 'dial-in-joined',
    internalMeetingId: meetingId('aaaa-1760000000000'),
    at: T0 + 9_000,
    internalUserId: 'v_1',
  };
  const meeting = meetingAfter([
    created(),
    joined('a', T0 + 1_000),
    joined('a', T0 + 2_000, { internalUserId: 'w_a2' as never }),
    joined('bot', T0 + 3_000, { bot: true }),
    joined('gone', T0 + 4_000),
    left('gone', T0 + 5_000),
    phone as never,
  ]);
  expect(outlook(aView(meeting), free, at(T0 + 10_000))).toMatchObject({ people: 2, dialIns: 1 });
});

test("a breakout room ends with its parent's clock", () => {
  const parent = meetingAfter([created(), ...people(2)]);
  const room = meetingAfter(
    [
      created(
        { isBreakout: true, createTime: T0 + 30 * MINUTE, parentInternalMeetingId: parent.internalMeetingId },
        meetingId('room-1'),
      ),
    ],
    meetingId('room-1'),
  );
  const seen = outlook(aView(room, { parent }), free, at(T0 + 40 * MINUTE));
  expect(seen.endsAt).toBe(T0 + HOUR);
});

describe('recording', () => {
  const status = (active: boolean) =>
    ({
      type: 'recording-status-changed',
      internalMeetingId: meetingId('aaaa-1760000000000'),
      at: T0 + 1_000,
      active,
      setBy: undefined,
    }) as never;
  test.each([
    ['runs', [created(), status(true)], 'on'],
    ['was stopped', [created(), status(false)], 'off'],
    ['may not be made', [created({ record: false, autoStartRecording: undefined })], 'off'],
    ['starts by itself, not told yet', [created({ autoStartRecording: true })], 'unknown'],
    ['is not told by lists', [created({ autoStartRecording: undefined })], 'unknown'],
  ])('%s', (_case, events, expected) => {
    expect(outlook(aView(meetingAfter(events)), free, at(T0 + 2_000)).recording).toBe(expected);
  });
});

test('whatever the moment and the limits: what is next is never in the past, and nothing runs on for ever', () => {
  void fc.assert(
    fc.property(
      fc.integer({ min: -MINUTE, max: 30 * HOUR }),
      fc.option(fc.integer({ min: 1, max: 24 * 60 }), { nil: undefined }),
      fc.integer({ min: 0, max: 24 * 60 }),
      fc.constantFrom('hard', 'soft', 'observe'),
      fc.array(fc.integer({ min: 1, max: 120 }), { maxLength: 5 }),
      fc.integer({ min: 0, max: 14 }),
      (offset, maxMinutes, durationMinutes, enforce, leads, count) => {
        const max = maxMinutes === undefined ? ('unlimited' as const) : maxMinutes * MINUTE;
        const tier = anEffectiveTier({ limits: someLimits({ meeting_duration: { max, enforce } }) });
        const meeting = meetingAfter([created({ durationMinutes }), ...people(count)]);
        const noticesMs = leads.map((lead) => lead * MINUTE).sort((a, b) => b - a);
        const now = T0 + offset;
        const seen = outlook(aView(meeting), tier, { now, noticesMs });
        expect(seen.next === undefined || seen.next.at >= now).toBe(true);
        expect(seen.remainingSeconds === undefined).toBe(seen.endsAt === undefined);
        expect(seen.people).toBe(count);
        if (seen.next?.action === 'end-meeting' && seen.endsAt !== undefined && now < seen.endsAt)
          expect(seen.next.at).toBeGreaterThanOrEqual(seen.endsAt);
      },
    ),
  );
});
