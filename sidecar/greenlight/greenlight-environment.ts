/** The variables that make a stock Greenlight container a tenant's; no secret is ever among them. */
import type { Branding, Tenant } from '../core/config';
import type { Tier } from '../core/tier';
import { guideNumbers, nativeNumbers } from './native-numbers';

/** Where the policy volume is mounted, in Greenlight's containers and in the sidecar's. */
export const POLICY_DIRECTORY = '/policy';
export const POLICY_FILE = `${POLICY_DIRECTORY}/policy.json`;

const BRAND_VARIABLES: ReadonlyArray<readonly [string, keyof Branding]> = [
  ['BRAND_NAME', 'name'],
  ['BRAND_LOGO_URL', 'logo_url'],
  ['BRAND_PRIMARY_COLOR', 'primary_color'],
  ['BRAND_PRIMARY_COLOR_LIGHT', 'primary_color_light'],
  ['BRAND_BANNER_TEXT', 'banner_text'],
  ['BRAND_TERMS_URL', 'terms_url'],
  ['BRAND_PRIVACY_URL', 'privacy_url'],
  ['BRAND_HELP_URL', 'help_url'],
];

/** By name, in a fixed order. TIER_CLAIM_SECRET is missing on purpose: it comes from the tenant's own `.env`. */
export function greenlightEnvironment(tenant: Tenant, tier: Tier): Readonly<Record<string, string>> {
  const native = nativeNumbers(tier);
  const guide = guideNumbers(tier);
  return {
    TIER_TENANT: tenant.id,
    TIER_CODE: tier.code,
    TIER_TITLE: wellFormed(tier.title),
    TIER_ACCOUNTS: String(native.accounts),
    TIER_ROOMS_PER_ACCOUNT: String(native.rooms_per_account),
    TIER_MEETING_DURATION_MINUTES: String(native.meeting_duration_minutes),
    TIER_MAX_PARTICIPANTS: String(native.max_participants),
    ...(guide.meeting_duration_minutes === undefined
      ? {}
      : { TIER_GUIDE_MEETING_DURATION_MINUTES: String(guide.meeting_duration_minutes) }),
    ...(guide.max_participants === undefined
      ? {}
      : { TIER_GUIDE_MAX_PARTICIPANTS: String(guide.max_participants) }),
    TIER_RECORDING: String(native.recording),
    TIER_POLICY_FILE: POLICY_FILE,
    ...(tier.branding && tenant.branding !== undefined ? brand(tenant.branding) : {}),
    ...(tenant.email === undefined ? {} : sender(tenant.email)),
  };
}

function brand(branding: Branding): Readonly<Record<string, string>> {
  const set = BRAND_VARIABLES.flatMap(([name, field]) => {
    const value = branding[field];
    return value === undefined ? [] : [[name, wellFormed(value)] as const];
  });
  return Object.fromEntries(set);
}

/** Greenlight's own names. */
function sender({ from, name }: NonNullable<Tenant['email']>): Readonly<Record<string, string>> {
  return {
    SMTP_SENDER_EMAIL: from,
    ...(name === undefined ? {} : { SMTP_SENDER_NAME: wellFormed(name) }),
  };
}

/** An environment is bytes: half a surrogate pair, which YAML's \u escapes can make, has none. */
function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
