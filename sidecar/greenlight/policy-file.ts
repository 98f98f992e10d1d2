/** The numbers of every tier for the Greenlight overlay, as the JSON file it reads (TIER_POLICY_FILE); decides nothing. */
import type { Config } from '../core/config';
import type { Tier } from '../core/tier';
import { messageOf, TerminalError } from '../errors';
import { replaceFile } from './atomic-file';
import { type GuideNumbers, guideNumbers, type NativeNumbers, nativeNumbers } from './native-numbers';

export interface PolicyTier extends NativeNumbers {
  readonly title: string;
  readonly branding: boolean;
  /** For the line that moderators read; only where a limit is not hard. */
  readonly guide?: GuideNumbers;
}

/** Keys and their order are a contract with `greenlight-patches/overlay/bbb_tiers/policy_document.rb`. */
export interface Policy {
  readonly version: 1;
  readonly config_version: string;
  readonly tenants: Readonly<Record<string, { readonly tier: string; readonly tier_by_role: boolean }>>;
  readonly default_tier: string;
  readonly tiers: Readonly<Record<string, PolicyTier>>;
  /** Tier codes by the lower-case name of a Greenlight role: a tier answers to its code and to its title. */
  readonly roles: Readonly<Record<string, string>>;
}

function policyTier(tier: Tier): PolicyTier {
  const guide = guideNumbers(tier);
  const numbers = { title: tier.title, ...nativeNumbers(tier), branding: tier.branding };
  return Object.keys(guide).length === 0 ? numbers : { ...numbers, guide };
}

/** What the overlay has to know. */
export function policyOf(config: Config): Policy {
  const tiers = [...config.tiers.tiers.values()];
  return {
    version: 1,
    config_version: config.version,
    tenants: Object.fromEntries(
      [...config.tenants.values()].map(({ id, tier, tierByRole }) => [
        id,
        { tier, tier_by_role: tierByRole },
      ]),
    ),
    default_tier: config.tiers.defaultTier,
    tiers: Object.fromEntries(tiers.map((tier): [string, PolicyTier] => [tier.code, policyTier(tier)])),
    roles: Object.fromEntries(
      tiers.flatMap(({ code, title }) => [
        [code.toLowerCase(), code],
        [title.trim().toLowerCase(), code],
      ]),
    ),
  };
}

/** The unit's umask would keep it from Greenlight. No secret is in it. */
const READABLE_FOR_ALL = 0o644;

/**
 * Replaces the file at `path` in one step; readable for everyone, as Greenlight runs under another account.
 * Throws TerminalError, with the remedy, when it cannot be written; the old file then stays.
 */
export function writePolicyFile(path: string, config: Config): void {
  try {
    replaceFile(path, `${JSON.stringify(policyOf(config), null, 2)}\n`, READABLE_FOR_ALL);
  } catch (cause) {
    throw new TerminalError(
      `POLICY_FILE: expected a file that can be written, got '${path}' (${messageOf(cause)}): its directory has to exist and to be writable for this service`,
      { cause },
    );
  }
}
