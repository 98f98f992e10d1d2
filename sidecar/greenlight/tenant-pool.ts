/** Few and short-lived connections to one tenant's Greenlight database; never a query of its own and never a write. */
import { Pool } from 'pg';
import type { Log } from '../log';

export interface TenantPoolOptions {
  readonly log: Pick<Log, 'warn'>;
  readonly tenant: string;
  /** How long connecting, and then the query, may take. */
  readonly timeoutMs: number;
  readonly maxConnections: number;
}

/** The server's own error is to come first; the client's limit speaks only when the server no longer answers. */
const QUERY_TIMEOUT_MARGIN_MS = 500;
/** Greenlight needs its database's connections more than we do. */
const IDLE_MS = 10_000;

/** Opens nothing before the first query. */
export function openTenantPool(databaseUrl: string, options: TenantPoolOptions): Pool {
  const { log, tenant, timeoutMs, maxConnections } = options;
  const pool = new Pool({
    connectionString: databaseUrl,
    application_name: 'bbb-tiers greenlight',
    max: maxConnections,
    idleTimeoutMillis: IDLE_MS,
    connectionTimeoutMillis: timeoutMs,
    statement_timeout: timeoutMs,
    query_timeout: timeoutMs + QUERY_TIMEOUT_MARGIN_MS,
  });
  // Without a listener a server that restarts would end the process.
  pool.on('error', (error: NodeJS.ErrnoException) => {
    log.warn({ tenant, code: error.code }, 'an idle connection to a Greenlight database broke');
  });
  return pool;
}
