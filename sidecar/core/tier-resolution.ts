/** Which tier a meeting has, and why: known, none, or unknown until something is read. Pure: signatures are checked and databases read before. */
import { bbbEpochMs } from './bbb-instant';
import type { Config, Tenant } from './config';
import { LIMITS } from './limits/index';
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

/** A room's owner in a tenant's Greenlight database. */
export interface RoomOwner {
  /** External user id of the owner (`gl-…`). */
  readonly owner: string;
  readonly roleName: string;
}

/**
 * What a tenant's Greenlight database has of a room. `none`: no database is configured, or it has no such room. `unknown`: not answered
 * yet; `until`: when the next answer may come, epoch ms; `failing`: the last try failed.
 */
export type RoomOwnerReading =
  | { readonly state: 'known'; readonly owner: RoomOwner }
  | { readonly state: 'none' }
  | { readonly state: 'unknown'; readonly until: number; readonly failing: boolean };

export interface TierAssignment {
  readonly tierCode: string;
  readonly tierTitle: string;
  readonly source: 'claim' | 'role' | 'host' | 'default' | 'parent';
  readonly tenant: string | undefined;
  readonly owner: string | undefined;
  readonly limits: TierLimits;
  readonly configVersion: string;
}

/** An assignment as the journal has it: written by another version it may lack a limit. */
export type KeptAssignment = Omit<TierAssignment, 'limits'> & { readonly limits: Partial<TierLimits> };

/**
 * What this run of the meeting had before. `isRestored`: read from the journal, and not resolved by this process yet. `none`: it had
 * nothing. `unknown`: the journal could not be read yet.
 */
export type TierBefore =
  | { readonly state: 'known'; readonly assignment: TierAssignment; readonly isRestored: boolean }
  | { readonly state: 'none' }
  | { readonly state: 'unknown'; readonly until: number };

/** The service's own database, or the tenant's Greenlight. */
export type TierSource = 'database' | 'greenlight';

/**
 * `none`: nothing is known that a tier could follow from. `unknown`: limits only observe `until` (epoch ms) `waitsFor` is read.
 * `candidates`: what it may turn out to be; empty: anything.
 */
export type TierResolution =
  | { readonly state: 'known'; readonly assignment: TierAssignment }
  | { readonly state: 'none' }
  | {
      readonly state: 'unknown';
      readonly until: number;
      readonly waitsFor: TierSource;
      readonly tenant: string | undefined;
      readonly candidates: readonly TierAssignment[];
    };

export interface TierEvidence {
  readonly props: MeetingProps;
  readonly config: Config;
  readonly claim: ClaimResult;
  readonly roomOwner: RoomOwnerReading;
  readonly before: TierBefore;
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
  { source, tenant, owner }: Pick<TierAssignment, 'source' | 'tenant' | 'owner'>,
  config: Config,
): TierAssignment {
  return {
    tierCode: tier.code,
    tierTitle: tier.title,
    limits: tier.limits,
    configVersion: config.version,
    source,
    tenant,
    owner,
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

type Found = Pick<TierAssignment, 'source' | 'tenant' | 'owner'>;

function sameLimits(a: TierLimits, b: TierLimits): boolean {
  return LIMITS.every(({ name }) => a[name].max === b[name].max && a[name].enforce === b[name].enforce);
}

/**
 * A running meeting keeps what it had and takes what allows more, and then the name of the tier that allows it. Whose it is follows the
 * newer reading.
 */
export function reassign(before: TierAssignment, after: TierAssignment): TierAssignment {
  const limits = mostGenerous(before.limits, after.limits);
  const isOther = before.tierCode !== after.tierCode;
  const { tierCode, tierTitle, source } = isOther && sameLimits(limits, before.limits) ? before : after;
  return { ...after, tierCode, tierTitle, source, owner: after.owner ?? before.owner, limits };
}

function since(before: TierAssignment | undefined, found: TierAssignment): TierAssignment {
  return before === undefined ? found : reassign(before, found);
}

/** The tier of that code as the files have it today; a tier that is gone leaves the assignment as it was. */
function today(before: TierAssignment, config: Config): TierAssignment {
  const tier = config.tiers.tiers.get(before.tierCode);
  return tier === undefined ? before : reassign(before, assignment(tier, before, config));
}

/** A claim that fitted stays good for the run. What the tenant or the owner's role has come to since may allow more. */
function ofClaim(claimed: TierAssignment, { config, roomOwner }: TierEvidence): TierAssignment {
  const current = today(claimed, config);
  const tenant = claimed.tenant === undefined ? undefined : config.tenants.get(claimed.tenant);
  if (tenant === undefined) return current;
  const byRole = roomOwner.state === 'known' ? tierOfRole(roomOwner.owner.roleName, config) : undefined;
  const raised = tenant.tierByRole ? byRole : config.tiers.tiers.get(tenant.tier);
  if (raised === undefined) return current;
  return { ...reassign(current, assignment(raised, claimed, config)), source: 'claim', owner: claimed.owner };
}

/** The tenant has roles, and whose room it is has not been read yet. */
function beforeRole(
  tenant: Tenant,
  until: number,
  before: TierAssignment | undefined,
  config: Config,
): TierResolution {
  const found: Found = { source: 'role', tenant: tenant.id, owner: undefined };
  const candidates = [...config.tiers.tiers.values()].map((tier) =>
    since(before, assignment(tier, found, config)),
  );
  return { state: 'unknown', until, waitsFor: 'greenlight', tenant: tenant.id, candidates };
}

function withoutClaim(evidence: TierEvidence, before: TierAssignment | undefined): TierResolution {
  const { props, config, roomOwner } = evidence;
  const known = (tier: Tier, found: Found): TierResolution => ({
    state: 'known',
    assignment: since(before, assignment(tier, found, config)),
  });
  const tenant = tenantOf(props, config);
  if (tenant === undefined)
    return known(tierNamed(config.tiers.defaultTier, config), {
      source: 'default',
      tenant: undefined,
      owner: undefined,
    });
  const owner = roomOwner.state === 'known' ? roomOwner.owner : undefined;
  if (tenant.tierByRole && roomOwner.state === 'unknown') {
    const isRestored = evidence.before.state === 'known' && evidence.before.isRestored;
    // What was kept may be outdated by a role that was raised meanwhile: one try is waited for, an outage is not.
    if (before === undefined || (isRestored && !roomOwner.failing))
      return beforeRole(tenant, roomOwner.until, before, config);
    if (before.source === 'role') return { state: 'known', assignment: today(before, config) };
  }
  const byRole = tenant.tierByRole && owner !== undefined ? tierOfRole(owner.roleName, config) : undefined;
  return known(byRole ?? tierNamed(tenant.tier, config), {
    source: byRole === undefined ? 'host' : 'role',
    tenant: tenant.id,
    owner: owner?.owner,
  });
}

/** The rules in their order: what the run had, a claim that stands, the tenant by its host (with the owner's role where it counts), the default. */
export function resolveTier(evidence: TierEvidence): {
  readonly resolution: TierResolution;
  readonly refused: ClaimRefusal | undefined;
} {
  const { props, config, claim, before } = evidence;
  if (before.state === 'unknown') {
    const tenant = tenantOf(props, config)?.id;
    const { until } = before;
    return {
      resolution: { state: 'unknown', until, waitsFor: 'database', tenant, candidates: [] },
      refused: undefined,
    };
  }
  const had = before.state === 'known' ? before.assignment : undefined;
  if (had?.source === 'claim')
    return { resolution: { state: 'known', assignment: ofClaim(had, evidence) }, refused: undefined };
  const signed = claim !== undefined && 'claim' in claim ? claim.claim : undefined;
  const refusedBefore = claim !== undefined && 'refused' in claim ? claim.refused : undefined;
  const refused = signed === undefined ? refusedBefore : claimRefusal(signed, props, config);
  if (signed === undefined || refused !== undefined)
    return { resolution: withoutClaim(evidence, had), refused };
  const found: Found = { source: 'claim', tenant: signed.tenant, owner: signed.owner };
  const claimed = since(had, assignment(tierNamed(signed.tier, config), found, config));
  return { resolution: { state: 'known', assignment: ofClaim(claimed, evidence) }, refused: undefined };
}

/** A limit whose value cannot be read: nothing is held. */
const OBSERVED = { max: 'unlimited', enforce: 'observe' } as const;

/**
 * The kept assignment with every limit of today. One that is missing is taken from today's tier of that code; without such a tier it is
 * unknown, and only observed.
 */
export function completed(kept: KeptAssignment, config: Config): TierAssignment {
  const tier = config.tiers.tiers.get(kept.tierCode);
  const limits = LIMITS.map(({ name }) => [name, kept.limits[name] ?? tier?.limits[name] ?? OBSERVED]);
  return { ...kept, limits: Object.fromEntries(limits) as TierLimits };
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
