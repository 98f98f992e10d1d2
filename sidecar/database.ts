/** The database behind the service: the one given, or the embedded one; migrated in the background, because nothing waits for it. */
import { join } from 'node:path';
import type { Clock, Scheduled } from './core/clock';
import { MINUTE_MS, SECOND_MS } from './core/duration';
import { startEmbeddedPostgres } from './embedded-postgres/server';
import type { Log } from './log';
import { describeDatabaseError } from './store/database-error';
import { migrate } from './store/migrate';

const FIRST_RETRY_MS = SECOND_MS;
const LONGEST_RETRY_MS = MINUTE_MS;

export interface Database {
  readonly databaseUrl: string;
  /** False until the tables are there. */
  readonly isMigrated: () => boolean;
  stop(): Promise<void>;
}

export interface DatabaseOptions {
  /** Undefined: the embedded PostgreSQL, its data in `.cache/postgres` of the given folder. */
  readonly databaseUrl: string | undefined;
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
}

async function addressOf(
  options: DatabaseOptions,
): Promise<{ databaseUrl: string; stop: () => Promise<void> }> {
  const { databaseUrl, log } = options;
  if (databaseUrl !== undefined) return { databaseUrl, stop: async () => undefined };
  const dataDir = join(options.folder, '.cache', 'postgres');
  log.warn(
    { dataDir },
    'DATABASE_URL is not set: using the embedded PostgreSQL, which is not for production',
  );
  return startEmbeddedPostgres({ dataDir, log });
}

/** Opens the database. Rejects only when the embedded one cannot be started; one that is away is tried again for ever. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { clock, log } = options;
  const { databaseUrl, stop } = await addressOf(options);
  let migrated = false;
  let stopped = false;
  let retry: Scheduled | undefined;
  let running: Promise<void> = Promise.resolve();

  async function attempt(failures: number): Promise<void> {
    try {
      await migrate(databaseUrl, { log });
      migrated = true;
    } catch (error) {
      log.warn({ reason: describeDatabaseError(error) }, 'cannot migrate the database; retrying');
      if (stopped) return;
      const delayMs = Math.min(FIRST_RETRY_MS * 2 ** Math.min(failures, 30), LONGEST_RETRY_MS);
      retry = clock.schedule(delayMs, () => {
        running = attempt(failures + 1);
      });
    }
  }

  running = attempt(0);
  // The tables are there before the first look at the meetings, unless the database is away.
  await running;
  return {
    databaseUrl,
    isMigrated: () => migrated,
    async stop() {
      stopped = true;
      retry?.cancel();
      await running;
      await stop();
    },
  };
}
