/** What the operators' two files say, once they are found valid. Plain data. */
import type { Tier } from './tier';

export interface TiersConfig {
  readonly currency: string;
  readonly defaultTier: string;
  /** The set-up fee falls away with a commitment of this many months; undefined: never. */
  readonly setupFeeWaivedFromMonths: number | undefined;
  /** How long before the end a chat notice is sent, longest first. */
  readonly noticesMs: readonly number[];
  /** By code, in the order of the file. */
  readonly tiers: ReadonlyMap<string, Tier>;
  /** How long the decision log and the ledger are kept. */
  readonly retentionMs: number;
}

export interface Branding {
  readonly name?: string;
  readonly logo_url?: string;
  readonly primary_color?: string;
  readonly primary_color_light?: string;
  readonly banner_text?: string;
  readonly terms_url?: string;
  readonly privacy_url?: string;
  readonly help_url?: string;
}

/**
 * Who keeps their seat in a full meeting while its owner is unknown: every moderator, the moderator who came first, or nobody.
 * In the order from the most to the least protective.
 */
export const UNKNOWN_OWNER_RULES = [
  'protect-moderators',
  'protect-first-moderator',
  'protect-nobody',
] as const;
export type UnknownOwnerRule = (typeof UNKNOWN_OWNER_RULES)[number];

export interface Tenant {
  /** A DNS label. */
  readonly id: string;
  /** Lower-case host name of its Greenlight. */
  readonly host: string;
  readonly tier: string;
  readonly tierByRole: boolean;
  readonly unknownOwner: UnknownOwnerRule;
  readonly branding: Branding | undefined;
  readonly email: { readonly from: string; readonly name?: string } | undefined;
}

export interface Config {
  readonly tiers: TiersConfig;
  /** By id, in the order of the file. */
  readonly tenants: ReadonlyMap<string, Tenant>;
  /** Short hash of both files' meaning; changes when anything that matters changes. */
  readonly version: string;
}

/** One thing wrong in a file. `line` and `col` count from 1. */
export interface ConfigProblem {
  readonly file: string;
  readonly line: number;
  readonly col: number;
  /** `tiers.free.meeting_duration`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}
