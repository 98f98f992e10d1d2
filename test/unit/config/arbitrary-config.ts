/** Makes valid configs at random, each as what it means and as what an operator could have written for it. */
import fc from 'fast-check';
import { type Config, type Tenant, UNKNOWN_OWNER_RULES } from '../../../sidecar/core/config';
import type { Tier } from '../../../sidecar/core/tier';

/** One value with the spelling that stands in the file. */
interface Spelled<Meaning> {
  readonly means: Meaning;
  readonly written: unknown;
}

export interface ArbitraryConfig {
  readonly means: Omit<Config, 'version'>;
  readonly tiersFile: Record<string, unknown>;
  readonly tenantsFile: Record<string, unknown>;
}

const same = <Value>(value: Value): Spelled<Value> => ({ means: value, written: value });
const SECONDS = { d: 86_400, h: 3_600, m: 60, s: 1 } as const;

const duration: fc.Arbitrary<Spelled<number>> = fc
  .record({ d: fc.nat(9), h: fc.nat(30), m: fc.nat(90), s: fc.nat(90) })
  .filter(({ d, h, m, s }) => d + h + m + s > 0)
  .map((parts) => {
    const units = Object.entries(parts).filter(([, count]) => count > 0) as [keyof typeof SECONDS, number][];
    const seconds = units.reduce((sum, [unit, count]) => sum + count * SECONDS[unit], 0);
    return { means: seconds * 1000, written: units.map(([unit, count]) => `${count}${unit}`).join('') };
  });

const amount = fc.oneof(fc.nat(5000), fc.constantFrom(9.5, 0.01, 1_000_000)).map(same);
const count: fc.Arbitrary<Spelled<number | 'unlimited'>> = fc
  .oneof(fc.integer({ min: 1, max: 100_000 }), fc.constant('unlimited' as const))
  .map(same);
const printable = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(...' #:-{}[]&*!|>\'"%@`$,?~äß日🎈'),
      fc.string({ minLength: 1, maxLength: 1 }),
    ),
    maxLength: 20,
  })
  .map((text) => text.replace(/\p{Cc}/gu, ''));

type Enforce = 'hard' | 'soft' | 'observe';
/** The short form, or the long one with or without its manner. */
function setting<Value>(
  value: fc.Arbitrary<Spelled<Value>>,
): fc.Arbitrary<Spelled<{ max: Value; enforce: Enforce }>> {
  return fc
    .tuple(value, fc.constantFrom('short', 'long', 'hard', 'soft', 'observe'))
    .map(([{ means, written }, form]) => {
      if (form === 'short') return { means: { max: means, enforce: 'hard' }, written };
      if (form === 'long') return { means: { max: means, enforce: 'hard' }, written: { max: written } };
      const enforce = form as Enforce;
      return { means: { max: means, enforce }, written: { max: written, enforce } };
    });
}

const unlimited = fc.constant(same('unlimited' as const));
const keep: fc.Arbitrary<Spelled<number | undefined>> = fc.oneof(
  duration,
  fc.constantFrom({ means: undefined, written: undefined }, { means: undefined, written: 'unlimited' }),
);

const tierParts = fc.record({
  title: printable,
  server: fc.constantFrom('shared' as const, 'dedicated' as const).map(same),
  branding: fc.boolean().map(same),
  accounts: count,
  rooms_per_account: count,
  meeting_duration: setting<number | 'unlimited'>(fc.oneof(duration, unlimited)),
  participants: setting(count),
  recording: setting(fc.boolean().map(same)),
  recording_retention: keep,
  recording_grace: keep,
  setup_fee: amount,
  monthly_fee: fc.oneof(amount, fc.constant(same('on-request' as const))),
});

const code = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,12}$/).filter((text) => !/^\d+$/.test(text));
// Names that are special in JavaScript, and words that YAML knows.
const tierCode = fc.oneof(
  { weight: 5, arbitrary: code },
  fc.constantFrom('constructor', 'null', 'true', 'no', 'valueof'),
);

function writtenOf(parts: Record<string, Spelled<unknown> | string>): Record<string, unknown> {
  const entries = Object.entries(parts).map(([key, part]) => [
    key,
    typeof part === 'string' ? part : part.written,
  ]);
  return Object.fromEntries(entries.filter(([, written]) => written !== undefined));
}

const tier = fc.tuple(tierCode, tierParts).map(([tierCodeText, parts]) => {
  // A space and the code: no other tier can have this title, and no code has a space in it.
  const title = `${parts.title} ${tierCodeText}`;
  const means: Tier = {
    code: tierCodeText,
    title,
    server: parts.server.means,
    branding: parts.branding.means,
    accounts: parts.accounts.means,
    roomsPerAccount: parts.rooms_per_account.means,
    limits: {
      meeting_duration: parts.meeting_duration.means,
      participants: parts.participants.means,
      recording: parts.recording.means,
    },
    setupFee: parts.setup_fee.means,
    monthlyFee: parts.monthly_fee.means,
    recordingRetentionMs: parts.recording_retention.means,
    recordingGraceMs: parts.recording_grace.means,
  };
  return { means, written: writtenOf({ ...parts, title }) };
});

const url = fc.stringMatching(/^[a-z0-9/_.~-]{0,20}$/).map((path) => `https://files.example/${path}`);
const color = fc.stringMatching(/^#[0-9a-fA-F]{6}$/);
const text = printable.map((name) => `${name}x`);
const some = <Value>(value: fc.Arbitrary<Value>) => fc.record({ value }, { requiredKeys: [] });

const branding = fc.record(
  {
    name: text,
    logo_url: url,
    primary_color: color,
    primary_color_light: color,
    banner_text: fc.tuple(text, text).map((two) => two.join('\n')),
    terms_url: url,
    privacy_url: url,
    help_url: url,
  },
  { requiredKeys: [] },
);
const email = fc.record(
  { from: fc.constantFrom('meet@acme.example', 'a.b+c@x.org'), name: text },
  { requiredKeys: ['from'] },
);

const tenantParts = fc.tuple(
  fc.stringMatching(/^[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,8})?$/),
  some(fc.boolean()),
  some(branding),
  some(email),
  fc.boolean(),
  some(fc.constantFrom(...UNKNOWN_OWNER_RULES)),
);

function tenant(
  [id, byRole, brand, mail, upperCase, unknown]: typeof tenantParts extends fc.Arbitrary<infer T> ? T : never,
  tierCodes: readonly string[],
  index: number,
) {
  const host = `${id}.meet.example`;
  const means: Tenant = {
    id,
    host,
    tier: tierCodes[index % tierCodes.length] ?? '',
    tierByRole: byRole.value ?? false,
    unknownOwner: unknown.value ?? 'protect-moderators',
    branding: brand.value === undefined || Object.keys(brand.value).length === 0 ? undefined : brand.value,
    email: mail.value,
  };
  const optional = {
    tier_by_role: byRole.value,
    unknown_owner: unknown.value,
    branding: brand.value,
    email: mail.value,
  };
  const present = Object.entries(optional).filter(([, value]) => value !== undefined);
  const written = {
    host: upperCase ? host.toUpperCase() : host,
    tier: means.tier,
    ...Object.fromEntries(present),
  };
  return { means, written };
}

/** Any valid config; tiers and tenants keep the order in which they are written. */
export const arbitraryConfig: fc.Arbitrary<ArbitraryConfig> = fc
  .record({
    tiers: fc.uniqueArray(tier, { minLength: 1, maxLength: 5, selector: ({ means }) => means.code }),
    tenants: fc.uniqueArray(tenantParts, { maxLength: 4, selector: ([id]) => id }),
    currency: fc.stringMatching(/^[A-Z]{3}$/),
    months: some(fc.integer({ min: 1, max: 60 })),
    notices: some(fc.array(duration, { maxLength: 5 })),
    retention: some(duration),
    defaultIndex: fc.nat(4),
  })
  .map(({ tiers, tenants, currency, months, notices, retention, defaultIndex }) => {
    const codes = tiers.map(({ means }) => means.code);
    const defaultTier = codes[defaultIndex % codes.length] ?? '';
    const leadsMs = notices.value?.map(({ means }) => means) ?? [600_000, 300_000, 60_000];
    const all = tenants.map((parts, index) => tenant(parts, codes, index));
    const optional = {
      setup_fee_waived_from_months: months.value,
      notices: notices.value?.map(({ written }) => written),
      retention: retention.value?.written,
    };
    return {
      means: {
        tiers: {
          currency,
          defaultTier,
          setupFeeWaivedFromMonths: months.value,
          noticesMs: [...new Set(leadsMs)].sort((a, b) => b - a),
          tiers: new Map(tiers.map(({ means }) => [means.code, means])),
          retentionMs: retention.value?.means ?? 400 * 86_400_000,
        },
        tenants: new Map(all.map(({ means }) => [means.id, means])),
      },
      tiersFile: {
        version: 1,
        currency,
        default_tier: defaultTier,
        ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
        tiers: Object.fromEntries(tiers.map(({ means, written }) => [means.code, written])),
      },
      tenantsFile: {
        version: 1,
        tenants: Object.fromEntries(all.map(({ means, written }) => [means.id, written])),
      },
    };
  });
