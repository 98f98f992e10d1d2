/** The shape of tiers.yml and its meaning; the limits are taken from core's list, never listed here. */
import { z } from 'zod';
import type { TiersConfig } from '../core/config';
import { DAY_MS, MINUTE_MS } from '../core/duration';
import { ENFORCEMENTS, type LimitSetting } from '../core/limits/define-limit';
import { type AnyLimit, isSwitch, LIMITS } from '../core/limits/index';
import type { Tier, TierLimits } from '../core/tier';
import { countOrUnlimited, duration, expectations, fee, line, tierCode } from './fields';

/** What Greenlight's roles, BBB's metadata and file paths all carry unchanged. */
export const TIER_CODE_PATTERN = '^[a-z0-9][a-z0-9-]*$';
export const TIER_CODE_EXPECTED = "a code of lower-case letters, digits and hyphens such as 'level-1'";

const DEFAULT_NOTICES_MS = [10 * MINUTE_MS, 5 * MINUTE_MS, MINUTE_MS];
const DEFAULT_RETENTION_MS = 400 * DAY_MS;

/** The value alone, or `{max, enforce}`. A switch has no `unlimited`: yes is that already. */
function settingOf(limit: AnyLimit) {
  const value = isSwitch(limit) ? limit.schema : z.union([limit.schema, z.literal('unlimited')]);
  const long = z.strictObject({
    max: value,
    enforce: z.enum(ENFORCEMENTS).default('hard').meta({
      description:
        'hard: BBB and the sidecar hold it (default). soft: a chat line says so and it is recorded. observe: it is only recorded.',
    }),
  });
  const short = value.transform((max): LimitSetting<unknown> => ({ max, enforce: 'hard' }));
  return z.union([short, long]);
}

type LimitShape = { [Name in keyof TierLimits]: z.ZodType<TierLimits[Name]> };
const limitShape = Object.fromEntries(
  LIMITS.map((limit) => [limit.name, settingOf(limit)]),
) as unknown as LimitShape;

const keep = z.union([duration(), z.literal('unlimited')]);

const TierEntry = z.strictObject({
  title: line().meta({
    description:
      'The name people read. A Greenlight role of this name (or of the code) can stand for the tier.',
  }),
  server: z
    .enum(['shared', 'dedicated'])
    .meta({ description: 'Whether the tier shares its BigBlueButton server.' }),
  branding: z.boolean().meta({ description: "Whether a tenant's own name, logo and colours are shown." }),
  accounts: countOrUnlimited().meta({ description: 'Accounts in one Greenlight: a number, or unlimited.' }),
  rooms_per_account: countOrUnlimited().meta({
    description: 'Rooms that one account may have: a number, or unlimited.',
  }),
  ...limitShape,
  recording_retention: keep
    .optional()
    .meta({ description: 'How long published recordings are kept; for ever when absent.' }),
  recording_grace: keep.optional().meta({
    description: 'How long recordings outlive a change to a tier without recording; for ever when absent.',
  }),
  setup_fee: fee().meta({ description: 'Paid once.' }),
  monthly_fee: z
    .union([fee(), z.literal('on-request')])
    .meta({ description: 'Paid every month: an amount, or on-request.' }),
});

/** Codes are checked apart (`cross-checks.ts`), so that a wrong one does not hide what else is wrong in its tier. */
export const TiersFile = z
  .strictObject({
    version: z.literal(1).meta({ description: 'The version of this file format.' }),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .register(expectations, { expected: "a currency code such as 'EUR'" }),
    default_tier: tierCode().meta({ description: 'The tier of a meeting whose own is missing or unknown.' }),
    setup_fee_waived_from_months: z
      .int()
      .positive()
      .optional()
      .meta({ description: 'A commitment of this many months waives the set-up fee; never when absent.' }),
    notices: z
      .array(duration())
      .register(expectations, { expected: 'a list of durations such as [10m, 5m, 1m]' })
      .optional()
      .meta({
        description:
          'How long before the end of a meeting a chat notice is sent; 10m, 5m and 1m when absent.',
      }),
    retention: duration()
      .optional()
      .meta({ description: 'How long the decision log and the meeting ledger are kept; 400d when absent.' }),
    tiers: z
      .record(z.string().meta({ pattern: TIER_CODE_PATTERN }), TierEntry)
      .register(expectations, { expected: 'a map of tiers by their code' }),
  })
  .meta({ title: 'bbb-tiers: tiers.yml' });

export type TiersFileData = z.output<typeof TiersFile>;

function toTier(code: string, entry: TiersFileData['tiers'][string]): Tier {
  const limits = Object.fromEntries(LIMITS.map(({ name }) => [name, entry[name]])) as unknown as TierLimits;
  return {
    code,
    title: entry.title,
    server: entry.server,
    branding: entry.branding,
    accounts: entry.accounts,
    roomsPerAccount: entry.rooms_per_account,
    limits,
    setupFee: entry.setup_fee,
    monthlyFee: entry.monthly_fee,
    recordingRetentionMs: entry.recording_retention === 'unlimited' ? undefined : entry.recording_retention,
    recordingGraceMs: entry.recording_grace === 'unlimited' ? undefined : entry.recording_grace,
  };
}

/** The meaning of a valid file, with every default filled in. */
export function toTiersConfig(data: TiersFileData): TiersConfig {
  return {
    currency: data.currency,
    defaultTier: data.default_tier,
    setupFeeWaivedFromMonths: data.setup_fee_waived_from_months,
    noticesMs: [...new Set(data.notices ?? DEFAULT_NOTICES_MS)].toSorted((a, b) => b - a),
    tiers: new Map(Object.entries(data.tiers).map(([code, entry]) => [code, toTier(code, entry)])),
    retentionMs: data.retention ?? DEFAULT_RETENTION_MS,
  };
}
