/** A meeting's tier as it is kept in its row, and read back as far as it still fits the limits of today; assigns nothing. */
import { z } from 'zod';
import { ENFORCEMENTS } from '../core/limits/define-limit';
import { LIMITS } from '../core/limits/index';
import type { TierLimits } from '../core/tier';
import type { KeptAssignment, TierAssignment } from '../core/tier-resolution';
import { storedId, storedText } from './text';

/** The columns of `bbb_tiers.meetings` that hold an assignment. `limits`: JSON. */
export interface AssignmentColumns {
  readonly tenant: string | null;
  readonly tier: string | null;
  readonly tier_title: string | null;
  readonly tier_source: string | null;
  readonly owner_external_user_id: string | null;
  readonly config_version: string | null;
  readonly limits: unknown;
}

const amount = z.union([z.number(), z.boolean(), z.literal('unlimited')]);
const setting = z.object({ max: amount, enforce: z.enum(ENFORCEMENTS) });
/** Read per limit: a row of another version may lack one, or have one that is unknown here. */
const limitsShape = z.object(
  Object.fromEntries(LIMITS.map(({ name }) => [name, setting.optional().catch(undefined)])),
);
const columnsShape = z.object({
  tenant: z.string().nullable(),
  tier: z.string(),
  tier_title: z.string(),
  // A source that another version has and this one does not says nothing of the tier.
  tier_source: z.enum(['claim', 'role', 'host', 'default', 'parent']).catch('default'),
  owner_external_user_id: z.string().nullable(),
  config_version: z.string(),
  limits: limitsShape.nullable().catch(null),
});

/** JSON knows no infinity; a limit that is no number at all must not come back as one. */
function storableLimit(key: string, value: unknown): unknown {
  if (value === Number.POSITIVE_INFINITY) return 'unlimited';
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new RangeError(`expected a limit's ${key} to be a number or 'unlimited', found ${value}`);
  }
  return value;
}

/** A run whose tier is not known yet. */
function unassigned(tenant: string | undefined): AssignmentColumns {
  return {
    tenant: tenant === undefined ? null : storedId(tenant),
    tier: null,
    tier_title: null,
    tier_source: null,
    owner_external_user_id: null,
    config_version: null,
    limits: null,
  };
}

/** The row's columns; `tenant` alone while the tier is unknown. Throws RangeError on a limit that is no number. */
export function assignmentColumns(
  assignment: TierAssignment | { readonly tenant: string | undefined },
): AssignmentColumns {
  if (!('tierCode' in assignment)) return unassigned(assignment.tenant);
  return {
    tenant: assignment.tenant === undefined ? null : storedId(assignment.tenant),
    tier: storedId(assignment.tierCode),
    tier_title: storedText(assignment.tierTitle),
    tier_source: assignment.source,
    owner_external_user_id: assignment.owner === undefined ? null : storedId(assignment.owner),
    config_version: storedId(assignment.configVersion),
    limits: JSON.parse(JSON.stringify(assignment.limits, storableLimit)),
  };
}

function readable(limits: Readonly<Record<string, unknown>> | null): Partial<TierLimits> {
  return Object.fromEntries(Object.entries(limits ?? {}).filter(([, value]) => value !== undefined));
}

/** The assignment of a row, with the limits that it can be read for; undefined when the row has no tier. */
export function assignmentOf(columns: AssignmentColumns): KeptAssignment | undefined {
  const parsed = columnsShape.safeParse(columns);
  if (!parsed.success) return undefined;
  const { tier, tier_title, tier_source, tenant, owner_external_user_id, config_version } = parsed.data;
  return {
    tierCode: tier,
    tierTitle: tier_title,
    source: tier_source,
    tenant: tenant ?? undefined,
    owner: owner_external_user_id ?? undefined,
    limits: readable(parsed.data.limits),
    configVersion: config_version,
  };
}
