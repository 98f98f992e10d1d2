/** Reads the database for the API: its being away is a 503, never a crash and never a wait without end. Holds the pool, no policy. */
import type { Pool } from 'pg';
import type { Log } from '../log';
import { describeDatabaseError, isValueFault } from '../store/database-error';
import { createPool } from '../store/pool';
import { Refusal } from './problem';

/** Reading must leave the journal its connections. */
const CONNECTIONS = 4;
const RETRY_AFTER_SECONDS = 5;

export interface DatabaseReads {
  /** What `read` reads. Throws Refusal 503 with a Retry-After when the database does not answer, and what it says to values that are none. */
  of<Answer>(read: (pool: Pool) => Promise<Answer>): Promise<Answer>;
  close(): Promise<void>;
}

/** Connects at the first read. */
export function createDatabaseReads(databaseUrl: string, log: Log): DatabaseReads {
  const pool = createPool(databaseUrl, {
    applicationName: 'bbb-tiers api',
    log,
    maxConnections: CONNECTIONS,
  });
  return {
    async of(read) {
      try {
        return await read(pool);
      } catch (error) {
        // What the database does not take was asked wrongly, by us: no later time would help.
        if (isValueFault(error)) throw error;
        log.warn({ reason: describeDatabaseError(error) }, 'cannot read from the database for an API call');
        throw new Refusal(
          503,
          'The database does not answer now; enforcement goes on without it. Try again soon.',
          {
            headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) },
          },
        );
      }
    },
    close: () => pool.end(),
  };
}
