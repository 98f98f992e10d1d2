/** Reads one tenant's quota from its Greenlight database for the command line; compares and prints nothing itself. */
import type { Config, Tenant } from '../core/config';
import { reasonOf } from '../greenlight/admin-connection';
import { type QuotaReport, quotaReport, readQuota } from '../greenlight/quota';
import { openTenantPool } from '../greenlight/tenant-pool';
import { scrub } from '../log';

const QUOTA_TIMEOUT_MS = 10_000;

/** The report, or why there is none; never rejects because of the database. `url`: the tenant's own database. */
export async function tenantQuota(
  config: Config,
  tenant: Tenant,
  url: string,
): Promise<QuotaReport | string> {
  const pool = openTenantPool(url, {
    log: { warn: () => {} }, // what breaks here is said by the query
    tenant: tenant.id,
    timeoutMs: QUOTA_TIMEOUT_MS,
    maxConnections: 1,
  });
  try {
    return quotaReport(config, tenant, await readQuota(pool, config, tenant));
  } catch (error) {
    return scrub(reasonOf(error));
  } finally {
    await pool.end();
  }
}
