/** Readings of the clocks in, doubt out. */
import fc from 'fast-check';
import { bbbInstant } from '../../../sidecar/core/bbb-instant';
import {
  type ClockState,
  freshClockState,
  skewMs,
  trustedOffsetMs,
  withBbbStamp,
  withOwnWall,
  withReading,
} from '../../../sidecar/core/clock-doubt';
import { clockText } from '../../../sidecar/core/clock-text';
import { HOUR, T0 } from '../../support/builders';

const SECOND = 1_000;
const RESYNC = 30 * SECOND;

interface Scene {
  state: ClockState;
  now: number;
  /** How far each wall clock is ahead of the true time. */
  own: number;
  bbb: number;
}

/** Both clocks right, and `seconds` of stamps every 10 s, each under way for 5 ms. */
function scene(seconds = 60, own = 0, bbb = 0): Scene {
  const made = { state: freshClockState(T0, T0 + own, RESYNC), now: T0, own, bbb };
  pass(made, seconds);
  return made;
}

function pass(of: Scene, seconds: number, delayMs = 5): void {
  for (let passed = 0; passed < seconds; passed += 10) {
    of.now += 10 * SECOND;
    of.state = withOwnWall(of.state, of.now, of.now + of.own);
    of.state = withBbbStamp(of.state, of.now, bbbInstant(of.now - delayMs + of.bbb));
  }
}

const isDoubtful = ({ state }: Scene): boolean => state.doubt !== undefined;

test('clocks that agree → no doubt', () => {
  const both = scene();
  expect(isDoubtful(both)).toBe(false);
  expect(clockText(both.state)).toBe("agrees with BBB's clock");
});

test.each([HOUR, -HOUR])('constant difference of %d ms from the start → offset, no doubt', (bbb) => {
  const both = scene(60, 0, bbb);
  expect(isDoubtful(both)).toBe(false);
  expect(trustedOffsetMs(both.state)).toBe(bbb - 5);
  expect(clockText(both.state)).toBe(
    `BBB's clock is steadily 1h ${bbb > 0 ? 'ahead of' : 'behind'} this host's`,
  );
});

describe.each([
  { whose: 'own', seenWithin: 10 },
  { whose: 'bbb', seenWithin: 30 },
] as const)('$whose clock', ({ whose, seenWithin }) => {
  test.each([HOUR, -HOUR, 3 * SECOND])('set by %d ms, BBB not read → doubt for two intervals', (step) => {
    const both = scene();
    both[whose] += step;
    pass(both, seenWithin);
    expect(isDoubtful(both)).toBe(true);
    pass(both, 50);
    expect(isDoubtful(both)).toBe(true);
    pass(both, 10);
    expect(isDoubtful(both)).toBe(false);
    expect(skewMs(both.state)).toBe(both.bbb - both.own - 5);
    expect(trustedOffsetMs(both.state)).toBe(both.bbb - 5);
  });
});

test('clock set, and set right again → two intervals from then on', () => {
  const both = scene();
  both.own += HOUR;
  pass(both, 30);
  both.own -= HOUR;
  pass(both, 60);
  expect(isDoubtful(both)).toBe(true);
  pass(both, 10);
  expect(isDoubtful(both)).toBe(false);
});

test('slewed by half a second, or drifting for a day → no doubt', () => {
  const both = scene();
  both.bbb += 500;
  pass(both, 60);
  for (let hour = 0; hour < 24; hour += 1) {
    both.bbb += 400;
    pass(both, 600);
  }
  expect(isDoubtful(both)).toBe(false);
});

test.each([10 * 365 * 24 * HOUR, -HOUR])('one message stamped %d ms wrong → no doubt', (wrong) => {
  const both = scene();
  both.state = withBbbStamp(both.state, both.now, bbbInstant(both.now + wrong));
  both.state = withBbbStamp(both.state, both.now, bbbInstant(both.now + wrong));
  pass(both, 60);
  expect(isDoubtful(both)).toBe(false);
  expect(trustedOffsetMs(both.state)).toBe(-5);
});

test('messages that queued for 5 s while the service was busy → no doubt', () => {
  const both = scene();
  both.now += 5 * SECOND;
  for (let late = 5 * SECOND; late >= 0; late -= 10)
    both.state = withBbbStamp(both.state, both.now, bbbInstant(both.now - late));
  expect(isDoubtful(both)).toBe(false);
});

test('own wall clock set while BBB is silent → doubt until its stamps are back', () => {
  const both = scene();
  both.own += HOUR;
  for (let round = 0; round < 100; round += 1) {
    both.now += RESYNC;
    both.state = withOwnWall(both.state, both.now, both.now + both.own);
  }
  expect(isDoubtful(both)).toBe(true);
  pass(both, 10);
  expect(isDoubtful(both)).toBe(false);
});

test('BBB never stamped anything, own wall clock set → doubt for two intervals', () => {
  const both = scene(0);
  both.own += HOUR;
  both.state = withOwnWall(both.state, both.now, both.now + both.own);
  expect(isDoubtful(both)).toBe(true);
  both.now += 2 * RESYNC;
  both.state = withOwnWall(both.state, both.now, both.now + both.own);
  expect(isDoubtful(both)).toBe(false);
});

test('own wall clock set, BBB read → over with a reading a whole interval later', () => {
  const both = scene();
  both.own += HOUR;
  pass(both, 10);
  const seenAt = both.now;
  for (let second = 0; second < 30; second += 10) {
    both.state = withReading(both.state, both.now);
    expect(isDoubtful(both)).toBe(true);
    pass(both, 10);
  }
  expect(both.now).toBe(seenAt + RESYNC);
  expect(isDoubtful(both)).toBe(true);
  both.state = withReading(both.state, both.now);
  expect(isDoubtful(both)).toBe(false);
});

test('own wall clock set while BBB stamps nothing → readings alone end no doubt', () => {
  const both = scene();
  both.own += HOUR;
  both.state = withOwnWall(both.state, both.now + 1, both.now + 1 + both.own);
  both.now += 10 * RESYNC;
  both.state = withReading(both.state, both.now);
  expect(isDoubtful(both)).toBe(true);
});

test('doubt → which clock, by how much, and what it means', () => {
  const both = scene();
  both.own += HOUR;
  both.bbb -= 5 * SECOND;
  pass(both, 30);
  expect(clockText(both.state)).toMatch(
    /^this host's wall clock was set forward by 1h; BBB's clock was set back by 5s: no meeting is ended and nobody is removed until the clocks have agreed in two readings, 30s apart \(\d\d:\d\d:\d\dZ at the earliest\)$/,
  );
});

test('any history of steps → doubtful within 30 s of each, certain and right 90 s after the last', () => {
  const step = fc.record({
    own: fc.integer({ min: -2 * HOUR, max: 2 * HOUR }),
    bbb: fc.integer({ min: -2 * HOUR, max: 2 * HOUR }),
    seconds: fc.integer({ min: 3, max: 30 }).map((tens) => tens * 10),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
      const both = scene();
      for (const { own, bbb, seconds } of steps) {
        both.own += own;
        both.bbb += bbb;
        pass(both, 30);
        if (Math.abs(own) > 2 * SECOND || Math.abs(bbb) > 2 * SECOND + 10)
          expect(isDoubtful(both)).toBe(true);
        pass(both, seconds - 30);
      }
      pass(both, 90);
      expect(isDoubtful(both)).toBe(false);
      expect(Math.abs((trustedOffsetMs(both.state) ?? Number.NaN) - both.bbb)).toBeLessThanOrEqual(2_000);
    }),
  );
});
