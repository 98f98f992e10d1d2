/** The clocks tests run on: order by hand, pieces for long waits. */
import fc from 'fast-check';
import { LONGEST_TIMEOUT_MS, systemClock } from '../../../sidecar/system-clock';
import { manualClock, scaledClock } from '../../support/clock';

describe('moved by hand', () => {
  test('stands still until advanced, then runs what is due at its own moment', async () => {
    const clock = manualClock(1_000);
    const seen: [string, number][] = [];
    clock.schedule(50, () => seen.push(['late', clock.now()]));
    clock.schedule(10, () => seen.push(['early', clock.now()]));
    clock.schedule(-5, () => seen.push(['at once', clock.now()]));
    await clock.advance(20);
    expect(seen).toEqual([
      ['at once', 1_000],
      ['early', 1_010],
    ]);
    expect([clock.now(), clock.pending()]).toEqual([1_020, 1]);
  });

  test('what is scheduled on the way is run on the way', async () => {
    const clock = manualClock(0);
    const times: number[] = [];
    const again = (): void => {
      times.push(clock.now());
      clock.schedule(10, again);
    };
    clock.schedule(10, again);
    await clock.advance(35);
    expect(times).toEqual([10, 20, 30]);
  });

  test('a call taken back is not run, even by another of the same moment', async () => {
    const clock = manualClock(0);
    const seen: string[] = [];
    clock.schedule(5, () => {
      seen.push('first');
      second.cancel();
    });
    const second = clock.schedule(5, () => seen.push('second'));
    await clock.advance(10);
    expect(seen).toEqual(['first']);
  });

  test('between two moments it waits for what was set off', async () => {
    const clock = manualClock(0);
    const seen: string[] = [];
    const remove = clock.settleWith(async () => {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(`settled at ${clock.now()}`);
    });
    clock.schedule(5, () => seen.push('call'));
    await clock.advance(10);
    expect(seen).toEqual(['settled at 0', 'call', 'settled at 5']);
    remove();
    await clock.advance(1);
    expect(seen).toHaveLength(3);
  });

  test('any calls run in order of time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 40 }), { maxLength: 12 }), async (delays) => {
        const clock = manualClock(0);
        const seen: number[] = [];
        for (const delay of delays) clock.schedule(delay, () => seen.push(delay));
        await clock.advance(40);
        expect(seen).toEqual([...delays].sort((a, b) => a - b));
      }),
      { numRuns: 25 },
    );
  });
});

describe("the machine's own", () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test.each([0, 1, LONGEST_TIMEOUT_MS, LONGEST_TIMEOUT_MS + 1, 3 * LONGEST_TIMEOUT_MS + 7])(
    'waits %d ms, not a moment less',
    (delayMs) => {
      let runs = 0;
      systemClock().schedule(delayMs, () => {
        runs += 1;
      });
      jest.advanceTimersByTime(Math.max(0, delayMs - 1));
      expect(runs).toBe(delayMs === 0 ? 1 : 0);
      jest.advanceTimersByTime(1);
      expect([runs, jest.getTimerCount()]).toEqual([1, 0]);
    },
  );

  test('a long wait can be taken back in its second piece', () => {
    let runs = 0;
    const scheduled = systemClock().schedule(LONGEST_TIMEOUT_MS * 2, () => {
      runs += 1;
    });
    jest.advanceTimersByTime(LONGEST_TIMEOUT_MS + 5);
    scheduled.cancel();
    jest.advanceTimersByTime(LONGEST_TIMEOUT_MS * 2);
    expect([runs, jest.getTimerCount()]).toEqual([0, 0]);
  });

  test('the scaled one goes so many times as fast', () => {
    const clock = scaledClock(5_000, 60);
    let ranAt = 0;
    clock.schedule(60_000, () => {
      ranAt = clock.now();
    });
    jest.advanceTimersByTime(999);
    expect([ranAt, clock.now()]).toEqual([0, 5_000 + 999 * 60]);
    jest.advanceTimersByTime(1);
    expect(ranAt).toBe(65_000);
  });
});
