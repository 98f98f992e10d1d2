/** Which tier a meeting has, and why; pure: signatures are checked and databases asked before. */
import { bbbEpochMs } from './bbb-instant';
import type { Config, Tenant } from './config';
import type { Meeting, MeetingProps } from './meeting';
import { mostGenerous, type Tier, type TierLimits } from './tier';

/** A tier claim whose signature fits the tenant it names. Times in epoch seconds, as in the token. */
export interface SignedClaim {
  readonly tenant: string;
  readonly tier: string;
  /** External user id with which the room's owner joins. */
  readonly owner: string;
  /** External meeting id of the `create` it was made for. */
  readonly room: string;
  readonly iat: number;
  readonly exp: number;
}

/** Why a claim was not taken; counted and logged under these names. */
export type ClaimRefusal =
  | 'malformed'
  | 'unknown-tenant'
  | 'bad-signature'
  | 'other-room'
  | 'other-time'
  | 'tier-not-allowed';

export type ClaimResult = { readonly claim: SignedClaim } | { readonly refused: ClaimRefusal } | undefined;

/** What a tenant's Greenlight says of a room; undefined: not configured, not known (yet) or not answering. */
export interface RoomOwner {
  /** External user id of the owner (`gl-…`). */
  readonly owner: string;
  readonly roleName: string;
}

export interface TierAssignment {
  readonly tierCode: string;
  readonly tierTitle: string;
  readonly source: 'claim' | 'role' | 'host' | 'default' | 'parent';
  readonly tenant: string | undefined;
  readonly owner: string | undefined;
  readonly limits: TierLimits;
  readonly configVersion: string;
}

const CLAIM_EARLY_S = 120;
const CLAIM_LIFE_S = 600;

/** Is this claim for this run of this room, and of a tier that its tenant may have? `createTime`, not now: a restart must accept it again. */
export function claimRefusal(
  claim: SignedClaim,
  props: MeetingProps,
  config: Config,
): ClaimRefusal | undefined {
  const tenant = config.tenants.get(claim.tenant);
  if (tenant === undefined) return 'unknown-tenant';
  if (claim.room !== props.externalMeetingId) return 'other-room';
  // Two wall clocks, BBB's and Greenlight's: both are kept by NTP.
  const createdS = bbbEpochMs(props.createTime) / 1_000;
  if (claim.exp - claim.iat > CLAIM_LIFE_S || createdS < claim.iat - CLAIM_EARLY_S || createdS > claim.exp)
    return 'other-time';
  if (!config.tiers.tiers.has(claim.tier)) return 'tier-not-allowed';
  if (claim.tier !== tenant.tier && !tenant.tierByRole) return 'tier-not-allowed';
  return undefined;
}

/** The tenant whose Greenlight created the meeting, by the host that it sends along (Greenlight ≥ 3.3). */
export function tenantOf(props: MeetingProps, config: Config): Tenant | undefined {
  const host = props.metadata['bbb-origin-server-name']?.toLowerCase();
  if (host === undefined) return undefined;
  for (const tenant of config.tenants.values()) if (tenant.host === host) return tenant;
  return undefined;
}

/** The tier of that Greenlight role: named like the tier's code or its title, whatever the case. */
export function tierOfRole(roleName: string, config: Config): Tier | undefined {
  const wanted = roleName.trim().toLowerCase();
  for (const tier of config.tiers.tiers.values()) {
    if (tier.code.toLowerCase() === wanted || tier.title.trim().toLowerCase() === wanted) return tier;
  }
  return undefined;
}

function assignment(
  tier: Tier,
  rest: Pick<TierAssignment, 'source' | 'tenant' | 'owner'>,
  config: Config,
): TierAssignment {
  return {
    tierCode: tier.code,
    tierTitle: tier.title,
    limits: tier.limits,
    configVersion: config.version,
    ...rest,
  };
}

function tierNamed(code: string, config: Config): Tier {
  const tier = config.tiers.tiers.get(code) ?? config.tiers.tiers.get(config.tiers.defaultTier);
  if (tier === undefined)
    throw new Error(
      `default_tier '${config.tiers.defaultTier}' is not among the tiers: the loader must refuse such a file`,
    );
  return tier;
}

/** The rules in their order: a claim that stands, the tenant by its host (with the owner's role where it counts), the default. */
export function assignTier(
  props: MeetingProps,
  config: Config,
  claim: ClaimResult,
  roomOwner: RoomOwner | undefined,
): { assignment: TierAssignment; refused: ClaimRefusal | undefined } {
  const refusedBefore = claim !== undefined && 'refused' in claim ? claim.refused : undefined;
  const signed = claim !== undefined && 'claim' in claim ? claim.claim : undefined;
  const refused = signed === undefined ? refusedBefore : claimRefusal(signed, props, config);
  if (signed !== undefined && refused === undefined) {
    const found = { source: 'claim', tenant: signed.tenant, owner: signed.owner } as const;
    return { assignment: assignment(tierNamed(signed.tier, config), found, config), refused };
  }
  const tenant = tenantOf(props, config);
  if (tenant === undefined) {
    const found = { source: 'default', tenant: undefined, owner: undefined } as const;
    return { assignment: assignment(tierNamed(config.tiers.defaultTier, config), found, config), refused };
  }
  const byRole =
    tenant.tierByRole && roomOwner !== undefined ? tierOfRole(roomOwner.roleName, config) : undefined;
  const found = {
    source: byRole === undefined ? 'host' : 'role',
    tenant: tenant.id,
    owner: roomOwner?.owner,
  } as const;
  return { assignment: assignment(byRole ?? tierNamed(tenant.tier, config), found, config), refused };
}

/** A running meeting keeps what it had and takes what allows more; who it belongs to follows the newer reading when that knows. */
export function reassign(before: TierAssignment, after: TierAssignment): TierAssignment {
  return { ...after, owner: after.owner ?? before.owner, limits: mostGenerous(before.limits, after.limits) };
}

/** A breakout room's tier is its parent's, whatever its own copy of the parent's metadata says. */
export function ofParent(parent: TierAssignment): TierAssignment {
  return { ...parent, source: 'parent' };
}

/** Does this meeting have to wait for its parent before anything can be said of its tier? */
export function awaitsParent(meeting: Meeting, parent: Meeting | undefined): boolean {
  return (
    meeting.props?.isBreakout === true &&
    meeting.props.parentInternalMeetingId !== undefined &&
    parent?.props === undefined
  );
}
