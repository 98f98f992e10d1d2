/** BBB's clock as seen from here: meetings are timed by the clock that made their `createTime`, even when ours differs. */
import { MINUTE_MS, SECOND_MS } from '../core/duration';

/** Smaller differences are the way of the message, not of the clock. */
export const IGNORED_MS = 2 * SECOND_MS;
const WINDOW_MS = 5 * MINUTE_MS;
/** So many messages must agree before BBB's time is taken to be later: one with a wrong stamp must not end every meeting. */
const AGREEING = 3;

export interface BbbClock {
  /** Epoch ms on BBB's clock. */
  now(): number;
  /** Takes note of a message stamped `at` by BBB and received just now. */
  observe(at: number): void;
  /** Ours minus BBB's in ms, 0 while too small to matter. */
  readonly skewMs: number;
}

/** The smallest few of a list, in order. */
function smallest(differences: readonly number[]): readonly number[] {
  return differences.toSorted((a, b) => a - b).slice(0, AGREEING);
}

/**
 * A message is never received before it was stamped, so the smallest `received − stamped` of late is the best reading of the difference;
 * the third smallest is nearly as good, and no single message makes it. While there are fewer, the reading stands that gives meetings more
 * time. Two windows overlap, so that an old reading fades after a clock was set.
 */
export function createBbbClock(ownNow: () => number): BbbClock {
  let current: readonly number[] = [];
  let previous: readonly number[] = [];
  let windowEndsAt = ownNow() + WINDOW_MS;
  let skewMs = 0;

  function read(): number {
    const least = smallest([...previous, ...current]);
    const reading = least.at(-1) ?? 0;
    const isAgreed = least.length === AGREEING;
    if (Math.abs(reading) < IGNORED_MS || (!isAgreed && reading < 0)) return 0;
    return reading;
  }

  return {
    now: () => ownNow() - skewMs,
    observe(at) {
      const received = ownNow();
      const wasSetBack = received < windowEndsAt - WINDOW_MS;
      if (received >= windowEndsAt || wasSetBack) {
        previous = wasSetBack ? [] : current;
        current = [];
        windowEndsAt = received + WINDOW_MS;
      }
      current = smallest([...current, received - at]);
      skewMs = read();
    },
    get skewMs() {
      return skewMs;
    },
  };
}
