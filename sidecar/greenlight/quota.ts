/** Who has more accounts or rooms than their tier: ids and numbers for a report; deletes nothing and reads no name or address. */
import type { Config, Tenant } from '../core/config';
import type { Tier } from '../core/tier';
import { tierOfRole } from '../core/tier-resolution';
import type { Count } from './native-numbers';
import type { Queryable } from './room-owner-query';
import { tenantTier } from './tenant-tier';

/** How one tenant's Greenlight stands. */
export interface QuotaReport {
  readonly tenant: string;
  /** Code of the tenant's own tier, which allows its accounts. */
  readonly tier: string;
  readonly accounts: { readonly used: number; readonly allowed: Count; readonly over: boolean };
  /** Accounts with more rooms than allowed, most rooms first. */
  readonly rooms: readonly RoomsOver[];
}

export interface RoomsOver {
  /** As in `userID` at the join: `gl-` and `users.id`. */
  readonly account: string;
  /** Code of the tier that counts for this account. */
  readonly tier: string;
  readonly used: number;
  readonly allowed: number;
}

/** One account that has rooms. */
export interface AccountRooms {
  readonly account: string;
  readonly roleName: string;
  readonly rooms: number;
}

export interface QuotaReading {
  readonly accounts: number;
  readonly rooms: readonly AccountRooms[];
}

/** One container has one provider, this one; SuperAdmins (`bn`) are the operator's. */
const PROVIDER = 'greenlight';
/** Counted as the overlay counts before it admits another one: everybody but the banned. */
const ACCOUNTS = 'SELECT count(*)::int AS accounts FROM users WHERE provider = $1 AND status <> 2';
const ROOMS = `
  SELECT u.id::text AS id, coalesce(ro.name, '') AS role_name, count(r.id)::int AS rooms
  FROM rooms r JOIN users u ON u.id = r.user_id LEFT JOIN roles ro ON ro.id = u.role_id
  WHERE u.provider = $1 GROUP BY u.id, ro.name HAVING count(r.id) > $2
  ORDER BY rooms DESC, u.id`;

/** The numbers of one tenant. `database`: its Greenlight's, with the rights of the read-only role. Throws what `pg` throws. */
export async function readQuota(database: Queryable, config: Config, tenant: Tenant): Promise<QuotaReading> {
  const accounts = await database.query<{ accounts: number }>(ACCOUNTS, [PROVIDER]);
  const smallest = smallestAllowance(config, tenant);
  const rooms =
    smallest === undefined
      ? []
      : (await database.query<{ id: string; role_name: string; rooms: number }>(ROOMS, [PROVIDER, smallest]))
          .rows;
  return {
    accounts: accounts.rows[0]?.accounts ?? 0,
    rooms: rooms.map(({ id, role_name, rooms }) => ({ account: `gl-${id}`, roleName: role_name, rooms })),
  };
}

/** What the numbers mean by the tenant's tier, and with `tier_by_role` by each account's. */
export function quotaReport(config: Config, tenant: Tenant, reading: QuotaReading): QuotaReport {
  const own = tenantTier(config, tenant);
  const rooms = reading.rooms.flatMap(({ account, roleName, rooms: used }): RoomsOver[] => {
    const tier = (tenant.tierByRole ? tierOfRole(roleName, config) : undefined) ?? own;
    const allowed = tier.roomsPerAccount;
    return allowed === 'unlimited' || used <= allowed ? [] : [{ account, tier: tier.code, used, allowed }];
  });
  const over = own.accounts !== 'unlimited' && reading.accounts > own.accounts;
  return {
    tenant: tenant.id,
    tier: own.code,
    accounts: { used: reading.accounts, allowed: own.accounts, over },
    rooms,
  };
}

/** Nobody with fewer rooms is above any tier that may count here; undefined: each of them is unlimited. */
function smallestAllowance(config: Config, tenant: Tenant): number | undefined {
  const tiers: readonly Tier[] = tenant.tierByRole
    ? [...config.tiers.tiers.values()]
    : [tenantTier(config, tenant)];
  const numbers = tiers.flatMap(({ roomsPerAccount }) =>
    roomsPerAccount === 'unlimited' ? [] : [roomsPerAccount],
  );
  return numbers.length === 0 ? undefined : Math.min(...numbers);
}
