/** BBB's clock as seen from here: meetings are timed by the clock that made their `createTime`, even when ours differs. */
import { MINUTE_MS, SECOND_MS } from '../core/duration';

/** Smaller differences are the way of the message, not of the clock. */
const IGNORED_MS = 2 * SECOND_MS;
const WINDOW_MS = 5 * MINUTE_MS;

export interface BbbClock {
  /** Epoch ms on BBB's clock. */
  now(): number;
  /** Takes note of a message stamped `at` by BBB and received just now. */
  observe(at: number): void;
  /** Ours minus BBB's in ms, 0 while too small to matter. */
  readonly skewMs: number;
}

/**
 * A message is never received before it was stamped, so the smallest `received − stamped` of late is the best reading of the difference.
 * Two windows overlap, so that an old reading fades after a clock was set.
 */
export function createBbbClock(ownNow: () => number): BbbClock {
  let current = Number.POSITIVE_INFINITY;
  let previous = Number.POSITIVE_INFINITY;
  let windowEndsAt = ownNow() + WINDOW_MS;

  function skewMs(): number {
    const least = Math.min(current, previous);
    return Number.isFinite(least) && Math.abs(least) >= IGNORED_MS ? least : 0;
  }

  return {
    now: () => ownNow() - skewMs(),
    observe(at) {
      const received = ownNow();
      if (received >= windowEndsAt || received < windowEndsAt - WINDOW_MS) {
        previous = received < windowEndsAt - WINDOW_MS ? Number.POSITIVE_INFINITY : current;
        current = Number.POSITIVE_INFINITY;
        windowEndsAt = received + WINDOW_MS;
      }
      current = Math.min(current, received - at);
    },
    get skewMs() {
      return skewMs();
    },
  };
}
