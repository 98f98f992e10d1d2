/** Takes a tenant's database away, once it is dumped and nobody uses it; touches no file of Greenlight's. */
import { escapeIdentifier } from 'pg';
import { TerminalError } from '../errors';
import { databaseAt, reasonOf, withAdminConnection } from './admin-connection';
import { dumpDatabase } from './database-dump';
import { connectionsTo } from './tenant-databases';
import { databaseName, serviceName } from './tenant-names';

export interface RemoveOptions {
  readonly adminUrl: string;
  readonly tenantId: string;
  readonly dumpDirectory: string;
  readonly pgDump: string;
  /** Epoch ms. */
  readonly now: number;
}

/** Path of the dump. Throws TerminalError and has dropped nothing: no such database, one in use, a dump that failed. */
export async function removeTenantDatabase(options: RemoveOptions): Promise<string> {
  const { adminUrl, tenantId } = options;
  const database = databaseName(tenantId);
  return withAdminConnection(adminUrl, async (admin) => {
    const connections = await connectionsTo(admin, database);
    if (connections === undefined)
      throw new TerminalError(
        `expected the database '${database}' of tenant '${tenantId}', found none: nothing to remove`,
      );
    if (connections > 0) throw inUse(database, tenantId, `${connections} connected`);
    const dump = await dumpDatabase({
      databaseUrl: databaseAt(adminUrl, database),
      database,
      directory: options.dumpDirectory,
      pgDump: options.pgDump,
      now: options.now,
    });
    try {
      // Without FORCE: who has connected meanwhile may have written what is not in the dump.
      await admin.query(`DROP DATABASE ${escapeIdentifier(database)}`);
    } catch (cause) {
      throw inUse(database, tenantId, `${reasonOf(cause)}; its dump is ${dump}`, cause);
    }
    return dump;
  });
}

function inUse(database: string, tenantId: string, found: string, cause?: unknown): TerminalError {
  const remedy = `take the tenant out of tenants.yml, render, and docker compose up -d --remove-orphans (it stops ${serviceName(tenantId)})`;
  return new TerminalError(`expected nobody to use '${database}', got ${found}: ${remedy}`, { cause });
}
