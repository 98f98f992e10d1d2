/** The tier a tenant stands on; never the one of a single meeting or account. */
import type { Config, Tenant } from '../core/config';
import type { Tier } from '../core/tier';

/** Throws for a config that the loader would have refused. */
export function tenantTier(config: Config, tenant: Tenant): Tier {
  const { tiers, defaultTier } = config.tiers;
  const tier = tiers.get(tenant.tier) ?? tiers.get(defaultTier);
  if (tier !== undefined) return tier;
  throw new Error(`neither '${tenant.tier}' nor '${defaultTier}' is among the tiers`);
}
