/** The journals that the contract is held against, each with a way to start anew on what it kept. */
import pino from 'pino';
import type { InternalMeetingId } from '../../sidecar/core/meeting';
import { createPgJournal, type PgJournal } from '../../sidecar/store/journal';
import { createMemoryJournal } from '../../sidecar/store/memory-journal';
import { systemClock } from '../../sidecar/system-clock';
import { meetingId, T0 } from '../support/builders';
import { createTestDatabase, type TestDatabase } from '../support/postgres';

const log = pino({ level: 'silent' });
const clock = systemClock();
/** Ids and texts that somebody might send. */
export const HOSTILE = [
  "'; drop schema bbb_tiers cascade; --",
  'nul\0byte',
  'lone \ud800 surrogate',
  '\udc00',
  '"}]\\',
  '{1,2}',
  'ä𝒳‮',
  'x'.repeat(1_000_000),
];

export interface Harness {
  readonly journal: () => PgJournal;
  /** A journal that starts anew on what was kept; in memory the same one. */
  restart(): Promise<PgJournal>;
  close(): Promise<void>;
}

export async function onPostgres(): Promise<Harness> {
  const database: TestDatabase = await createTestDatabase();
  const open = () => createPgJournal({ database, clock, log });
  let journal = open();
  return {
    journal: () => journal,
    async restart() {
      expect(await journal.flush(10_000)).toBe(true);
      await journal.close();
      journal = open();
      return journal;
    },
    async close() {
      await journal.close();
      await database.drop();
    },
  };
}

export async function inMemory(): Promise<Harness> {
  const journal = createMemoryJournal();
  return { journal: () => journal, restart: async () => journal, close: () => journal.close() };
}

let ids = 0;
/** An id that no other test uses. */
export function freshMeeting(): InternalMeetingId {
  ids += 1;
  return meetingId(`contract${ids}-${T0}`);
}
