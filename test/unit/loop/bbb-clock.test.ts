import fc from 'fast-check';
import { createBbbClock } from '../../../sidecar/loop/bbb-clock';

function clocks(skewMs: number) {
  let own = 1_000_000_000;
  const clock = createBbbClock(() => own);
  return {
    clock,
    /** A message made now on BBB's clock that takes `delayMs` to come here. */
    message(delayMs: number) {
      own += delayMs;
      clock.observe(own - delayMs - skewMs);
    },
    /** A message that comes now, with any stamp. */
    stamped: (at: number) => clock.observe(at),
    wait(ms: number) {
      own += ms;
    },
    own: () => own,
  };
}

test('delays alone are no difference', () => {
  const { clock, message, own } = clocks(0);
  for (const delay of [900, 40, 30_000, 5, 60]) message(delay);
  expect(clock.skewMs).toBe(0);
  expect(clock.now()).toBe(own());
});

test.each([3_600_000, -3_600_000, 2_500, -2_500])(
  'a clock that is off by %d ms is read through the delays',
  (skewMs) => {
    const { clock, message, own } = clocks(skewMs);
    for (const delay of [900, 7, 300, 5, 9]) message(delay);
    expect(clock.skewMs).toBe(skewMs + 9);
    expect(clock.now()).toBe(own() - skewMs - 9);
  },
);

test('ours being ahead is believed from the first message: a new meeting must not look an hour old', () => {
  const { clock, message } = clocks(3_600_000);
  message(5);
  expect(clock.skewMs).toBe(3_600_005);
});

test('BBB being ahead is believed when three messages say so', () => {
  const { clock, message } = clocks(-3_600_000);
  message(5);
  message(6);
  expect(clock.skewMs).toBe(0);
  message(7);
  expect(clock.skewMs).toBe(-3_599_993);
});

test('an old reading fades after the clock was set', () => {
  const { clock, message, stamped, wait, own } = clocks(0);
  for (const delay of [3, 3, 3]) message(delay);
  wait(300_000);
  // BBB's clock now lags by an hour.
  const late = (): void => stamped(own() - 3_600_000);
  late();
  expect(clock.skewMs).toBe(0);
  wait(300_000);
  late();
  expect(clock.skewMs).toBe(3_600_000);
});

test('no message with a wrong stamp makes it later than it is, alone or with another', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(0, 3_600_000, -3_600_000),
      fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 20 }),
      fc.array(fc.record({ after: fc.nat(20), at: fc.integer({ min: 0, max: 8_640_000_000_000_000 }) }), {
        maxLength: 2,
      }),
      (skewMs, delays, wrong) => {
        const { clock, message, stamped, own } = clocks(skewMs);
        for (const [index, delay] of delays.entries()) {
          message(delay);
          for (const { after, at } of wrong) if (after === index) stamped(at);
          expect(clock.now()).toBeLessThanOrEqual(own() - Math.min(skewMs, 0));
          // With ours ahead, ours would be too late.
          if (skewMs > 0) expect(clock.now()).toBeLessThanOrEqual(own() - skewMs);
        }
      },
    ),
    { numRuns: 500 },
  );
});
