/** Opens the connection pool to PostgreSQL with every timeout set; never holds a query of its own. */

import { type CustomTypesConfig, Pool, types } from 'pg';
import type { Logger } from 'pino';

/** Options of a pool. Everything in milliseconds is a duration. */
export interface PoolOptions {
  /** Shown in `pg_stat_activity`, so that a database administrator sees whose connection it is. */
  applicationName: string;
  /** Called for connections that broke while idle. */
  log: Pick<Logger, 'warn'>;
  /** Most connections at once. */
  maxConnections?: number;
  /** The server gives up a statement after this long. */
  statementTimeoutMs?: number;
  /** We give up waiting for a connection (a free one, or a new one being opened) after this long. */
  connectionTimeoutMs?: number;
}

/**
 * We wait this much longer than the server does, so that the server's own error arrives first
 * and the client's limit speaks only when the server or the network no longer answers at all.
 */
const QUERY_TIMEOUT_MARGIN_MS = 1_000;

/**
 * A pool on `databaseUrl`. Connections are opened at the first query, so a database that is away does not stop the start.
 *
 * What comes back, where it differs from pg's defaults: `bigint` (also `count(*)` and `sum(int)`) is a number, and a value
 * beyond 2^53-1 fails the query instead of being rounded; `date` is the string `YYYY-MM-DD`, as a Date it would be the local
 * midnight and so another day elsewhere. `numeric` stays a string, `timestamptz` stays a Date.
 * For a jsonb parameter pass `JSON.stringify(value)`: pg turns an array into a PostgreSQL array.
 */
export function createPool(databaseUrl: string, options: PoolOptions): Pool {
  const { applicationName, log, maxConnections = 10 } = options;
  const { statementTimeoutMs = 5_000, connectionTimeoutMs = 3_000 } = options;
  const pool = new Pool({
    connectionString: databaseUrl,
    application_name: applicationName,
    // Our queries are short: compiling one takes PostgreSQL longer than running it.
    options: '-c jit=off',
    max: maxConnections,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + QUERY_TIMEOUT_MARGIN_MS,
    connectionTimeoutMillis: connectionTimeoutMs,
    idle_in_transaction_session_timeout: 2 * statementTimeoutMs,
    keepAlive: true,
    types: columnTypes,
  });
  // Without a listener a server restart would end the process: an idle connection has no query that could fail instead.
  pool.on('error', (error: NodeJS.ErrnoException) => {
    if (pool.ending) return; // its last connections are closing, and the server may be stopping too
    const { code, message: reason } = error;
    log.warn({ code, reason }, 'an idle database connection broke; the next query opens another');
  });
  return pool;
}

const columnTypes: CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (format !== 'binary' && oid === types.builtins.INT8) return parseBigint;
    if (format !== 'binary' && oid === types.builtins.DATE) return (text: string) => text;
    return types.getTypeParser(oid, format);
  },
};

function parseBigint(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`expected a bigint of at most 2^53-1, found ${text}: cast it to text in the query`);
}
