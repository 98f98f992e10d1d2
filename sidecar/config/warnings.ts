/** What is allowed and yet hardly meant; never a reason to refuse a config. */
import type { Config, Tenant } from '../core/config';
import type { Tier } from '../core/tier';
import type { Finding } from './finding';

function unshownBranding(tenant: Tenant, tier: Tier): readonly Finding[] {
  if (tenant.branding === undefined || tier.branding) return [];
  const message = `will not be shown, the tier '${tier.code}' has no branding`;
  return [{ path: ['tenants', tenant.id, 'branding'], at: 'key', message }];
}

/** Roles bring their tier's rooms and meetings; accounts are counted once for the whole Greenlight. */
function fewAccounts(tenant: Tenant, tier: Tier): readonly Finding[] {
  if (!tenant.tierByRole || tier.accounts === 'unlimited') return [];
  const accounts = tier.accounts === 1 ? '1 account' : `${tier.accounts} accounts`;
  const message = `allows ${accounts} in all of this Greenlight, whatever the roles say, administrators included; a tier with 'accounts: unlimited' leaves them to the roles`;
  return [{ path: ['tenants', tenant.id, 'tier'], at: 'value', message }];
}

/** Findings in tenants.yml. */
export function warningsAbout(config: Config): readonly Finding[] {
  return [...config.tenants.values()].flatMap((tenant) => {
    const tier = config.tiers.tiers.get(tenant.tier);
    return tier === undefined ? [] : [...fewAccounts(tenant, tier), ...unshownBranding(tenant, tier)];
  });
}
