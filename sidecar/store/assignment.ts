/** A meeting's tier as it is kept in its row, and read back as far as it still fits the limits of today; assigns nothing. */
import { z } from 'zod';
import { ENFORCEMENTS } from '../core/limits/define-limit';
import { LIMITS } from '../core/limits/index';
import type { TierLimits } from '../core/tier';
import type { TierAssignment } from '../core/tier-resolution';
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
/** Every limit there is: a row from before a limit was added cannot say what this tier allows of it. */
const limitsShape = z.object(Object.fromEntries(LIMITS.map(({ name }) => [name, setting])));
const columnsShape = z.object({
  tenant: z.string().nullable(),
  tier: z.string(),
  tier_title: z.string(),
  tier_source: z.enum(['claim', 'role', 'host', 'default', 'parent']),
  owner_external_user_id: z.string().nullable(),
  config_version: z.string(),
  limits: limitsShape,
});

/** JSON knows no infinity; a limit that is no number at all must not come back as one. */
function storableLimit(key: string, value: unknown): unknown {
  if (value === Number.POSITIVE_INFINITY) return 'unlimited';
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new RangeError(`expected a limit's ${key} to be a number or 'unlimited', found ${value}`);
  }
  return value;
}

/** The row's columns; throws RangeError on a limit that is no number. */
export function assignmentColumns(assignment: TierAssignment): AssignmentColumns {
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

/** The assignment of a row; undefined when there was none or when it lacks a limit that there is now. */
export function assignmentOf(columns: AssignmentColumns): TierAssignment | undefined {
  const parsed = columnsShape.safeParse(columns);
  if (!parsed.success) return undefined;
  const { tier, tier_title, tier_source, tenant, owner_external_user_id, config_version } = parsed.data;
  return {
    tierCode: tier,
    tierTitle: tier_title,
    source: tier_source,
    tenant: tenant ?? undefined,
    owner: owner_external_user_id ?? undefined,
    limits: parsed.data.limits as TierLimits,
    configVersion: config_version,
  };
}
