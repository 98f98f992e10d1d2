/** Makes the tenants' databases and the read-only role's rights as they should be, as often as one likes; drops nothing. */
import { type Client, escapeIdentifier } from 'pg';
import type { Tenant } from '../core/config';
import { databaseAt, withAdminConnection } from './admin-connection';
import { READER_ROLE } from './role-sql';
import { databaseName, isTenantDatabase } from './tenant-names';

export interface ApplyOptions {
  /** Of an account that may create databases and roles. */
  readonly adminUrl: string;
  readonly tenants: readonly Tenant[];
  /** Owner of databases that are made: the account Greenlight connects as; undefined: the administrator. */
  readonly owner: string | undefined;
  /** The text of `readonly-role.sql`. */
  readonly roleSql: string;
  readonly onApplied: (applied: AppliedTenant) => void;
}

export interface AppliedTenant {
  readonly tenant: string;
  readonly database: string;
  readonly created: boolean;
  /** False before Greenlight's first start: there are no tables yet, so nothing of them can be read. */
  readonly readable: boolean;
}

/** Two of these at once would trip over each other in the server's catalogue. */
const LOCK = "SELECT pg_advisory_lock(hashtextextended('bbb-tiers tenants', 0))";
/** https://www.postgresql.org/docs/current/errcodes-appendix.html: duplicate_database, and the same a moment earlier. */
const ALREADY_THERE = ['42P04', '23505'];

/** One tenant after the other. Returns whether the read-only role can log in with a password; throws what `pg` throws. */
export async function applyTenants(options: ApplyOptions): Promise<{ readonly passwordSet: boolean }> {
  return withAdminConnection(options.adminUrl, async (admin) => {
    await admin.query(LOCK);
    for (const tenant of options.tenants) {
      const database = databaseName(tenant.id);
      const created = await createDatabase(admin, database, options.owner);
      // Whoever may log in could else enter every tenant's database.
      await admin.query(`REVOKE CONNECT, TEMPORARY ON DATABASE ${escapeIdentifier(database)} FROM PUBLIC`);
      const readable = await grantReader(databaseAt(options.adminUrl, database), options.roleSql);
      options.onApplied({ tenant: tenant.id, database, created, readable });
    }
    return { passwordSet: await hasPassword(admin) };
  });
}

/** The databases on the server that are named like a tenant's. */
export async function tenantDatabases(adminUrl: string): Promise<ReadonlySet<string>> {
  return withAdminConnection(adminUrl, async (admin) => {
    const { rows } = await admin.query<{ datname: string }>(
      'SELECT datname FROM pg_database ORDER BY datname',
    );
    return new Set(rows.map(({ datname }) => datname).filter(isTenantDatabase));
  });
}

/** Undefined for a database that is not there; else how many others are connected to it. */
export async function connectionsTo(admin: Client, database: string): Promise<number | undefined> {
  const { rows } = await admin.query<{ connections: number }>(
    `SELECT (SELECT count(*)::int FROM pg_stat_activity a
       WHERE a.datname = d.datname AND a.backend_type = 'client backend') AS connections
     FROM pg_database d WHERE d.datname = $1`,
    [database],
  );
  return rows[0]?.connections;
}

/** `template0`, because `template1` can be in use and may hold what somebody put there. */
async function createDatabase(admin: Client, database: string, owner: string | undefined): Promise<boolean> {
  if ((await connectionsTo(admin, database)) !== undefined) return false;
  const owned = owner === undefined ? '' : ` OWNER ${escapeIdentifier(owner)}`;
  try {
    await admin.query(
      `CREATE DATABASE ${escapeIdentifier(database)}${owned} TEMPLATE template0 ENCODING 'UTF8'`,
    );
    return true;
  } catch (error) {
    if (ALREADY_THERE.includes(String((error as NodeJS.ErrnoException).code))) return false;
    throw error;
  }
}

async function grantReader(databaseUrl: string, roleSql: string): Promise<boolean> {
  return withAdminConnection(databaseUrl, async (client) => {
    await client.query(roleSql);
    const { rows } = await client.query<{ readable: boolean | null }>(
      `SELECT bool_and(coalesce(has_any_column_privilege($1, to_regclass('public.' || name), 'SELECT'), false)) AS readable
       FROM unnest(ARRAY['rooms', 'users', 'roles']) AS name`,
      [READER_ROLE],
    );
    return rows[0]?.readable === true;
  });
}

/** Only a superuser can see that; anybody else gets no row. */
async function hasPassword(admin: Client): Promise<boolean> {
  const { rows } = await admin.query<{ known: boolean }>(
    "SELECT has_table_privilege('pg_authid', 'SELECT') AS known",
  );
  if (rows[0]?.known !== true) return true;
  const found = await admin.query('SELECT FROM pg_authid WHERE rolname = $1 AND rolpassword IS NOT NULL', [
    READER_ROLE,
  ]);
  return found.rowCount === 1;
}
