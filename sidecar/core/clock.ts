/** The clock as everything here sees it; nothing in the service reads the wall clock or sets a timer past it. */

/** A scheduled call that can be taken back. */
export interface Scheduled {
  cancel(): void;
}

/** Time is passed in: the real clock in production, a hand-moved or a compressed one in tests and in the demo. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /**
   * Calls `run` once, `delayMs` milliseconds of this clock from now (negative counts as 0).
   * Delays beyond 2^31-1 ms are legal: an implementation must not pass them to one `setTimeout`, which would fire at once.
   */
  schedule(delayMs: number, run: () => void): Scheduled;
}
