/** How an event comes from BBB's clock onto ours. */
import fc from 'fast-check';
import { type BbbInstant, bbbEpochMs, bbbInstant } from '../../../sidecar/core/bbb-instant';
import { fromBus, fromWebhook } from '../../../sidecar/core/stamped-event';
import { created, HOUR, joined, left, listed, MINUTE, stamped, T0 } from '../../support/builders';

const SECOND = 1_000;

test('the compiler keeps BBB’s moments and ours apart', () => {
  const instant: BbbInstant = bbbInstant(T0);
  // @ts-expect-error a moment of BBB's is no number
  const ours: number = instant;
  // @ts-expect-error a number is no moment of BBB's
  const theirs: BbbInstant = T0;
  expect([ours, theirs]).toEqual([T0, T0]);
  expect(bbbEpochMs(instant)).toBe(T0);
});

describe('an event of the bus', () => {
  test.each([
    ['on its way for 10 ms', -10, 0, -10],
    ['BBB an hour ahead', HOUR - 10, HOUR, -10],
    ['BBB an hour behind', -HOUR - 10, -HOUR, -10],
    ['stamped after it came', 500, 0, 0],
    ['clock set forward, not seen yet', HOUR, 0, 0],
    ['clock set back, not seen yet', -HOUR, 0, -2 * SECOND],
    ['offset uncertain', -HOUR, undefined, 0],
  ])('%s → at that moment by our clock', (_case, stamp, offsetMs, expected) => {
    expect(fromBus(stamped(joined('a', T0 + stamp)), T0, offsetMs).at).toBe(T0 + expected);
  });

  test('sent before the bus was subscribed to and received after → not before that', () => {
    const since = T0 - SECOND / 2;
    expect(fromBus(stamped(joined('a', T0 - SECOND)), T0, 0, { busSince: since }).at).toBe(since);
    expect(fromBus(stamped(joined('a', T0 - 10)), T0, 0, { busSince: since }).at).toBe(T0 - 10);
  });

  test('a going that was long on its way → both ends; a coming has its place in the order', () => {
    const [came, went] = [joined('a', T0 - 5 * SECOND), left('a', T0 - 5 * SECOND)];
    expect(fromBus(stamped(went), T0, 0)).toMatchObject({ at: T0 - 2 * SECOND, notBefore: T0 - 5 * SECOND });
    expect(fromBus(stamped(came), T0, 0)).toMatchObject({ at: T0 - 2 * SECOND });
    expect(fromBus(stamped(came), T0, 0)).not.toHaveProperty('notBefore');
    expect(fromBus(stamped(left('a', T0 - SECOND)), T0, 0)).not.toHaveProperty('notBefore');
  });

  test('a list that was long on its way → as old as it is', () => {
    const event = stamped(listed([], T0 - 6 * SECOND, { until: T0 - 5 * SECOND }));
    expect(fromBus(event, T0, 0)).toMatchObject({ at: T0 - 6 * SECOND, until: T0 - 5 * SECOND });
  });

  test('a list keeps its age', () => {
    const event = stamped(listed([], T0 + HOUR - SECOND, { until: T0 + HOUR }));
    expect(fromBus(event, T0, HOUR)).toMatchObject({ at: T0 - SECOND, until: T0 });
  });

  test('a creation is seen as it happens: there the run began', () => {
    expect(fromBus(stamped(created()), T0 + 5, 0)).toMatchObject({ at: T0, startedAt: T0 });
    expect(fromBus(stamped(created({ createTime: 1 })), T0 + 5, 0)).toMatchObject({ startedAt: T0 });
  });

  test('in order as stamped and received → in order by our clock', () => {
    const gap = fc.integer({ min: 0, max: 10_000 });
    fc.assert(
      fc.property(gap, gap, gap, fc.integer({ min: -HOUR, max: HOUR }), (stamp, stamps, receipts, offset) => {
        const first = fromBus(stamped(joined('a', T0 + offset)), T0 + stamp, offset).at;
        const second = fromBus(stamped(left('a', T0 + offset + stamps)), T0 + stamp + receipts, offset).at;
        expect(second).toBeGreaterThanOrEqual(first);
      }),
    );
  });
});

describe("a stamp from before the meeting's newest report", () => {
  const newestAt = T0 - 500;

  test.each([-HOUR, -600])('%i ms, a departure → in the order of receipt', (stamp) => {
    expect(fromBus(stamped(left('a', T0 + stamp)), T0, 0, { newestAt }).at).toBe(newestAt);
  });

  test.each([-HOUR, -600])('%i ms, an arrival → between its stamp and just after the newest', (stamp) => {
    const event = fromBus(stamped(joined('a', T0 + stamp)), T0, 0, { newestAt });
    expect(event).toMatchObject({ at: newestAt + 1, notBefore: T0 + stamp });
  });

  test('an arrival stamped before the subscription → not before that', () => {
    const event = fromBus(stamped(joined('a', T0 - HOUR)), T0, 0, { newestAt, busSince: T0 - SECOND });
    expect(event).toMatchObject({ at: newestAt + 1, notBefore: T0 - SECOND });
  });
});

describe('an event of a webhook', () => {
  test('a minute late → at its own moment', () => {
    expect(fromWebhook(stamped(left('a', T0 + HOUR)), T0 + MINUTE, HOUR).at).toBe(T0);
  });

  test('stamped later than it came → not after it was received', () => {
    expect(fromWebhook(stamped(left('a', T0 + HOUR)), T0, 0).at).toBe(T0);
  });

  test('offset uncertain → an arrival in the last minute, a departure as early as that', () => {
    const earliest = T0 - MINUTE - 2 * SECOND;
    expect(fromWebhook(stamped(joined('a', T0 + HOUR)), T0, undefined)).toMatchObject({
      at: T0,
      notBefore: earliest,
    });
    expect(fromWebhook(stamped(left('a', T0 + HOUR)), T0, undefined).at).toBe(earliest);
  });

  test('a creation is not seen as it happens', () => {
    expect(fromWebhook(stamped(created()), T0 + MINUTE, 0)).not.toHaveProperty(
      'startedAt',
      expect.anything(),
    );
  });
});
