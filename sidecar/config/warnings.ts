/** What is allowed and yet hardly meant; never a reason to refuse a config. */
import type { Config } from '../core/config';
import type { Finding } from './finding';

/** Findings in tenants.yml. */
export function warningsAbout(config: Config): readonly Finding[] {
  return [...config.tenants.values()].flatMap((tenant): readonly Finding[] => {
    const tier = config.tiers.tiers.get(tenant.tier);
    if (tenant.branding === undefined || tier === undefined || tier.branding) return [];
    const message = `will not be shown, the tier '${tier.code}' has no branding`;
    return [{ path: ['tenants', tenant.id, 'branding'], at: 'key', message }];
  });
}
