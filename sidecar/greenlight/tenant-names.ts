/** What a tenant's parts are called: service, database, files; derives names from ids and never looks anything up. */
import { createHash } from 'node:crypto';

/** https://www.postgresql.org/docs/current/limits.html: longer names are cut off, so two of them could become one. */
const LONGEST_DATABASE_NAME = 63;
const DATABASE_PREFIX = 'greenlight_';
const DIGEST_LENGTH = 8;

/** The sidecar's own service. */
export const SIDECAR_SERVICE = 'bbb-tiers';

/** Also the name of its files. Not `greenlight-…`: a tenant called `v3` would take the name of Greenlight's own service. */
export function serviceName(tenantId: string): string {
  return `tenant-${tenantId}`;
}

/** A name that needs no quotes in SQL. An id has no underscore, so two tenants never meet in one. */
export function databaseName(tenantId: string): string {
  const name = `${DATABASE_PREFIX}${tenantId.replaceAll('-', '_')}`;
  if (name.length <= LONGEST_DATABASE_NAME) return name;
  const digest = createHash('sha256').update(tenantId).digest('hex').slice(0, DIGEST_LENGTH);
  return `${name.slice(0, LONGEST_DATABASE_NAME - DIGEST_LENGTH - 1)}_${digest}`;
}

/** Does this database look like a tenant's? */
export function isTenantDatabase(database: string): boolean {
  return database.startsWith(DATABASE_PREFIX);
}
