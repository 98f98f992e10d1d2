/** Has the ledger counted before somebody reads it; never fails the reader, and never keeps them waiting for long. */
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Clock } from '../core/clock';
import { describeDatabaseError } from '../store/database-error';
import { timeBoxed } from '../store/time-box';

/** Counting goes on after that: its result is there for the next reader. */
const LONGEST_WAIT_MS = 1_000;

/** What is returned has `count` count; whoever comes while that is under way waits for the same. It never rejects. */
export function createCountDue(
  count: (pool: Pool) => Promise<unknown>,
  clock: Clock,
  log: Pick<Logger, 'warn'>,
): (pool: Pool) => Promise<void> {
  let running: Promise<unknown> | undefined;
  return async (pool) => {
    running ??= count(pool).finally(() => {
      running = undefined;
    });
    try {
      await timeBoxed(running, LONGEST_WAIT_MS, clock);
    } catch (error) {
      log.warn(
        { reason: describeDatabaseError(error) },
        'cannot count usage up to now; answering with the last count',
      );
    }
  };
}
