/** Empties a backlog into a store that may be away: at once when it is there, again and again when it is not. Never loses its place. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock, Scheduled } from '../core/clock';
import type { Backlog } from './backlog';
import type { Line } from './lines';
import { timeBoxed } from './time-box';

export interface WriteBehindOptions {
  readonly backlog: Backlog;
  readonly clock: Clock;
  /** Throws when the store does not take them; they come again then. */
  readonly store: (lines: readonly Line[]) => Promise<void>;
  /** Asks whether the store is there; throws when it is not. */
  readonly probe: () => Promise<unknown>;
  /** Called after every success, and after every failure. */
  readonly onUp: () => void;
  readonly onDown: (error: unknown) => void;
}

export interface WriteBehind {
  /** There is something to write, or it is to be found out whether the store is there. */
  wake(): void;
  /** Tries at once and for at most so long to get everything written; true when nothing is left. */
  flush(timeoutMs: number): Promise<boolean>;
  /** No more attempts; waits for the one that is under way. */
  close(): Promise<void>;
}

const LARGEST_BATCH = 500;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;

interface Pace {
  failures: number;
  /** Halved by each failure: a store that is merely slow gets through with less. */
  batch: number;
}

/** Milliseconds until the next attempt after so many failures in a row. */
export function retryAfterMs(failures: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 30), LONGEST_RETRY_MS);
}

async function drain(
  { backlog, store, probe, onUp }: WriteBehindOptions,
  pace: Pace,
  isClosed: () => boolean,
): Promise<void> {
  // What is written in one turn of the event loop goes out together.
  await nextTurn();
  if (backlog.size === 0) await probe();
  while (backlog.size > 0 && !isClosed()) {
    await store(backlog.next(pace.batch));
    backlog.written();
    pace.batch = Math.min(pace.batch * 2, LARGEST_BATCH);
    pace.failures = 0;
    onUp();
  }
  pace.failures = 0;
  onUp();
}

/** Sleeps until it is woken. */
export function createWriteBehind(options: WriteBehindOptions): WriteBehind {
  const { backlog, clock, onDown } = options;
  const pace: Pace = { failures: 0, batch: LARGEST_BATCH };
  let running: Promise<void> | undefined;
  let retry: Scheduled | undefined;
  let closed = false;
  const flushes = new Set<() => void>();

  function failed(error: unknown): void {
    backlog.failed();
    pace.failures += 1;
    pace.batch = Math.max(1, Math.floor(pace.batch / 2));
    if (closed) return;
    retry = clock.schedule(retryAfterMs(pace.failures), () => {
      retry = undefined;
      wake();
    });
    onDown(error);
  }

  function wake(): void {
    if (closed || running !== undefined || retry !== undefined) return;
    running = drain(options, pace, () => closed)
      .catch(failed)
      .finally(() => {
        running = undefined;
        if (backlog.size > 0) wake();
        else for (const resolve of flushes) resolve();
      });
  }

  return {
    wake,
    async flush(timeoutMs) {
      if (backlog.size === 0) return true;
      let stop = (): void => {};
      const done = new Promise<void>((resolve) => {
        stop = resolve;
        flushes.add(resolve);
      });
      retry?.cancel();
      retry = undefined;
      wake();
      await timeBoxed(done, timeoutMs, clock).catch(() => {});
      flushes.delete(stop);
      return backlog.size === 0;
    },
    async close() {
      closed = true;
      retry?.cancel();
      await running;
    },
  };
}
