/** The clock as everything here sees it; nothing in the service reads the machine's clocks or sets a timer past it. */

/** A scheduled call that can be taken back. */
export interface Scheduled {
  cancel(): void;
}

/** Time is passed in: the real clock in production, a hand-moved or a compressed one in tests and in the demo. */
export interface Clock {
  /**
   * Our steady clock, epoch ms: the time of day at which the process started, plus the time that has passed since. It never jumps, whatever
   * is done to the machine's wall clock. Every moment in the core, in decisions and in the database is on it.
   */
  now(): number;
  /** The machine's wall clock, epoch ms: what others mean by the time of day (tokens, stamps that we send). It may be set at any moment. */
  wall(): number;
  /**
   * Calls `run` once, `delayMs` milliseconds of the steady clock from now (negative counts as 0).
   * Delays beyond 2^31-1 ms are legal: an implementation must not pass them to one `setTimeout`, which would fire at once.
   */
  schedule(delayMs: number, run: () => void): Scheduled;
}
