/** A config as plain JSON data with the keys of the files, for programs; a sender's address stays out of it. */
import type { Config, Tenant } from '../core/config';
import { formatDuration } from '../core/duration';
import { LIMITS } from '../core/limits/index';
import type { Tier } from '../core/tier';
import { settingValue } from './setting-text';

function durationOr(ms: number | undefined): string {
  return ms === undefined ? 'unlimited' : formatDuration(ms);
}

function tierJson(tier: Tier): object {
  const limits = LIMITS.map((limit) => {
    const setting = tier.limits[limit.name];
    return [limit.name, { max: settingValue(limit, setting), enforce: setting.enforce }] as const;
  });
  return {
    code: tier.code,
    title: tier.title,
    server: tier.server,
    branding: tier.branding,
    accounts: tier.accounts,
    rooms_per_account: tier.roomsPerAccount,
    ...Object.fromEntries(limits),
    recording_retention: durationOr(tier.recordingRetentionMs),
    recording_grace: durationOr(tier.recordingGraceMs),
    setup_fee: tier.setupFee,
    monthly_fee: tier.monthlyFee,
  };
}

function tenantJson(tenant: Tenant): object {
  const { id, host, tier, tierByRole, unknownOwner, branding } = tenant;
  return {
    id,
    host,
    tier,
    tier_by_role: tierByRole,
    unknown_owner: unknownOwner,
    branding: branding ?? null,
  };
}

/** Tiers and tenants in the order of their files; durations as text (`3h`). */
export function configJson(config: Config): object {
  const { tiers } = config;
  return {
    config_version: config.version,
    currency: tiers.currency,
    default_tier: tiers.defaultTier,
    setup_fee_waived_from_months: tiers.setupFeeWaivedFromMonths ?? null,
    notices: tiers.noticesMs.map(formatDuration),
    retention: formatDuration(tiers.retentionMs),
    tiers: [...tiers.tiers.values()].map(tierJson),
    tenants: [...config.tenants.values()].map(tenantJson),
  };
}
