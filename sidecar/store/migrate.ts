/** Brings the database's tables up to date; never goes back and never drops what an administrator made. */

import { join } from 'node:path';
import { constants, Script } from 'node:vm';
import { Client } from 'pg';
import type { Logger } from 'pino';
import { messageOf } from '../errors';

/** Everything of ours lives in this schema, also the list of migrations that have run. */
export const DATABASE_SCHEMA = 'bbb_tiers';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const LOCK_NOT_AVAILABLE = '55P03';

const MIGRATIONS_TABLE = 'migrations';

/** The `.sql` files lie beside this file: in the sources, and copied by the build in `dist/`. */
export const MIGRATIONS_DIRECTORY = join(__dirname, 'migrations');

export interface MigrateOptions {
  log: Pick<Logger, 'info' | 'debug'>;
  /** How long to wait for another starter's migrations, or for a lock another program holds on our tables. */
  lockTimeoutMs?: number;
  /** Where the `.sql` files lie; ours unless given. */
  directory?: string;
}

/**
 * Runs the migrations that are due, in the order of their numbers and in one transaction, and returns their names.
 *
 * Any number of starters may call it at once: all but one wait on the advisory lock and then find nothing left to do.
 * That lock belongs to a session, so `databaseUrl` must not lead through a pooler in transaction mode.
 * Throws when the database cannot be reached, when a lock is not had in time, and when a migration fails (nothing of this run remains then).
 */
export async function migrate(databaseUrl: string, options: MigrateOptions): Promise<string[]> {
  const { log, lockTimeoutMs = 60_000, directory = MIGRATIONS_DIRECTORY } = options;
  const client = new Client({
    connectionString: databaseUrl,
    application_name: 'bbb-tiers migrate',
    connectionTimeoutMillis: 10_000,
    lock_timeout: lockTimeoutMs,
    statement_timeout: 0,
  });
  // The query under way reports a broken connection; without a listener the event would end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    const applied = await run(client, directory, log);
    for (const migration of applied) log.info({ migration }, 'migration applied');
    return applied;
  } catch (error) {
    throw codeOf(error) === LOCK_NOT_AVAILABLE ? lockError(lockTimeoutMs, error) : migrationError(error);
  } finally {
    await client.end();
  }
}

async function run(client: Client, directory: string, log: MigrateOptions['log']): Promise<string[]> {
  const { runner } = await loadLibrary();
  const report = (reported: unknown) => log.debug({ reported: String(reported) }, 'migration runner');
  const applied = await runner({
    dbClient: client,
    dir: directory,
    ignorePattern: '(?!.*\\.sql$).*',
    direction: 'up',
    schema: DATABASE_SCHEMA,
    createSchema: !(await schemaExists(client)),
    migrationsTable: MIGRATIONS_TABLE,
    advisoryLockMode: 'wait',
    singleTransaction: true,
    logger: { debug: report, info: report, warn: report, error: report },
  });
  return applied.map(({ name }) => name);
}

/**
 * `create schema if not exists` demands the right to create schemas even where it exists,
 * so it is only sent when needed: a role that merely owns the schema must be enough.
 */
async function schemaExists(client: Client): Promise<boolean> {
  const { rowCount } = await client.query('select from pg_namespace where nspname = $1', [DATABASE_SCHEMA]);
  return rowCount === 1;
}

type MigrationLibrary = typeof import('node-pg-migrate');

/**
 * node-pg-migrate is an ES module only. Node requires those from 20.19, 22.12 and 24 on; where `require` refuses (an
 * older Node 22, Jest) the import is compiled by `vm`, because one written here becomes a `require` in CommonJS output.
 */
async function loadLibrary(): Promise<MigrationLibrary> {
  try {
    return require('node-pg-migrate') as MigrationLibrary;
  } catch (error) {
    if (codeOf(error) !== 'ERR_REQUIRE_ESM') throw error;
    const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
    return new Script('import("node-pg-migrate")', {
      filename: __filename,
      importModuleDynamically,
    }).runInThisContext();
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

function lockError(lockTimeoutMs: number, cause: unknown): Error {
  const seconds = lockTimeoutMs / 1_000;
  return new Error(
    `expected the migration lock within ${seconds} s, but another session holds it: see pg_stat_activity and pg_locks, then start again`,
    { cause },
  );
}

function migrationError(cause: unknown): Error {
  return new Error(`a migration failed and nothing of this run remains: ${messageOf(cause)}`, { cause });
}
