/** A database of its own with a journal on it for each test of a file, opened before and closed after; asserts that what is written is taken. */
import type { Pool } from 'pg';
import pino from 'pino';
import type { JournalEntry } from '../../../sidecar/loop/ports';
import { createPgJournal, type PgJournal } from '../../../sidecar/store/journal';
import { createPool } from '../../../sidecar/store/pool';
import { systemClock } from '../../../sidecar/system-clock';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

export const clock = systemClock();
export const log = pino({ level: 'silent' });

export interface Journaled {
  readonly database: TestDatabase;
  readonly pool: Pool;
  readonly journal: PgJournal;
  rows<Row>(text: string, values?: unknown[]): Promise<Row[]>;
  /** The service's next life: another journal on the same database. */
  reopen(): Promise<void>;
  /** Writes these, and waits until they are stored; none may be refused. */
  flushed(...entries: readonly JournalEntry[]): Promise<void>;
}

/** To be called once, at the top of a test file; what it returns changes from test to test. */
export function useJournal(): Journaled {
  let database: TestDatabase;
  let pool: Pool;
  let journal: PgJournal;
  function open(): void {
    journal = createPgJournal({ database: { pool }, clock, log });
  }
  beforeEach(async () => {
    database = await createTestDatabase();
    pool = createPool(database.databaseUrl, { applicationName: 'test', log });
    open();
  });
  afterEach(async () => {
    await journal.close();
    await pool.end();
    await database.drop();
  });
  return {
    get database() {
      return database;
    },
    get pool() {
      return pool;
    },
    get journal() {
      return journal;
    },
    rows: async <Row>(text: string, values: unknown[] = []) => (await pool.query(text, values)).rows as Row[],
    async reopen() {
      await journal.close();
      open();
    },
    async flushed(...entries) {
      for (const entry of entries) journal.write(entry);
      expect(await journal.flush(10_000)).toBe(true);
      expect(journal.state().rejected).toBe(0);
    },
  };
}
