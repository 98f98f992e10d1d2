import { createBbbClock } from '../../../sidecar/loop/bbb-clock';

function clocks(skewMs: number) {
  let own = 1_000_000;
  const clock = createBbbClock(() => own);
  return {
    clock,
    /** A message made now on BBB's clock that takes `delayMs` to come here. */
    message(delayMs: number) {
      own += delayMs;
      clock.observe(own - delayMs - skewMs);
    },
    wait(ms: number) {
      own += ms;
    },
    own: () => own,
  };
}

test('delays alone are no difference', () => {
  const { clock, message, own } = clocks(0);
  for (const delay of [900, 40, 30_000, 5]) message(delay);
  expect(clock.skewMs).toBe(0);
  expect(clock.now()).toBe(own());
});

test.each([3_600_000, -3_600_000, 2_500])(
  'a clock that is off by %d ms is read through the delays',
  (skewMs) => {
    const { clock, message, own } = clocks(skewMs);
    for (const delay of [900, 7, 300]) message(delay);
    expect(clock.skewMs).toBe(skewMs + 7);
    expect(clock.now()).toBe(own() - skewMs - 7);
  },
);

test('an old reading fades after the clock was set', () => {
  const { clock, message, wait } = clocks(0);
  message(3);
  wait(300_000);
  // BBB's clock now lags by an hour.
  const late = (): void => clock.observe(clockOwn() - 3_600_000);
  const clockOwn = (): number => clock.now() + clock.skewMs;
  late();
  expect(clock.skewMs).toBe(0);
  wait(300_000);
  late();
  expect(clock.skewMs).toBe(3_600_000);
});
