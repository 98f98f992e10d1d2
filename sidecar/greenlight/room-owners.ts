/** Who owns a room, by the tenant's Greenlight database: answers at once from memory and queries behind it; never blocks, never throws. */
import type { Pool } from 'pg';
import type { Clock } from '../core/clock';
import type { RoomOwner, RoomOwnerReading } from '../core/tier-resolution';
import { messageOf } from '../errors';
import type { Log } from '../log';
import type { RoomOwners } from '../loop/ports';
import { createAnswerCache } from './answer-cache';
import { createQueryQueue, type QueueLimits } from './query-queue';
import { canBeRoom, readRoomOwners } from './room-owner-query';
import { openTenantPool } from './tenant-pool';

export interface RoomOwnersOptions {
  /** Read-only URL of the tenant's database; undefined: not configured, nothing is asked. */
  readonly databaseUrlOf: (tenantId: string) => string | undefined;
  readonly clock: Clock;
  readonly log: Pick<Log, 'info' | 'warn'>;
  /** A look-up is now answered otherwise than before. */
  readonly onChange: (tenantId: string, externalMeetingId: string) => void;
  readonly limits?: Partial<RoomOwnerLimits>;
}

export interface RoomOwnerLimits extends QueueLimits {
  /** For connecting, and again for the query. */
  readonly timeoutMs: number;
  /** Answers kept, of all tenants together. */
  readonly answers: number;
}

const LIMITS: RoomOwnerLimits = {
  timeoutMs: 2_000,
  perTenant: 2,
  overall: 8,
  batch: 200,
  waiting: 1_000,
  answers: 10_000,
};
/** Each resync looks running meetings up again, so that a new role counts within a minute; more often than this nothing is queried. */
const FRESH_MS = 20_000;

export interface GreenlightRoomOwners extends RoomOwners {
  /** Stops asking and closes the connections; what is known is still answered. */
  close(): Promise<void>;
}

/** Knows nothing at first, and opens no connection before the first look-up. */
export function createRoomOwners(options: RoomOwnersOptions): GreenlightRoomOwners {
  const { clock, log, databaseUrlOf } = options;
  const limits = { ...LIMITS, ...options.limits };
  const answers = createAnswerCache<RoomOwner | undefined>(limits.answers);
  const pools = createPools(options, limits);
  const queue = createQueryQueue<RoomOwner>({
    clock,
    limits,
    query: (tenant, rooms) => readRoomOwners(pools.of(tenant), rooms),
    onAnswer(tenant, room, owner) {
      const key = keyOf(tenant, room);
      const before = answers.get(key);
      answers.set(key, { value: owner, freshUntil: clock.now() + FRESH_MS });
      if (before === undefined || !sameOwner(before.value, owner)) report(options, tenant, room);
    },
    onTrouble(tenant, error) {
      const { code } = error as NodeJS.ErrnoException;
      log.warn(
        { tenant, code, reason: messageOf(error) },
        'cannot read from a Greenlight database; retrying',
      );
    },
    onRecovery: (tenant) => log.info({ tenant }, 'the Greenlight database answers again'),
  });
  return {
    lookUp(tenantId, externalMeetingId): RoomOwnerReading {
      if (!canBeRoom(externalMeetingId) || databaseUrlOf(tenantId) === undefined) return { state: 'none' };
      const known = answers.get(keyOf(tenantId, externalMeetingId));
      if (known === undefined || clock.now() >= known.freshUntil) queue.put(tenantId, externalMeetingId);
      if (known === undefined) {
        const retryAt = queue.retryAt(tenantId);
        // Connecting and the query may take `timeoutMs` each.
        const until = retryAt ?? clock.now() + 2 * limits.timeoutMs;
        return { state: 'unknown', until, failing: retryAt !== undefined };
      }
      return known.value === undefined ? { state: 'none' } : { state: 'known', owner: known.value };
    },
    close() {
      queue.close();
      return pools.close();
    },
  };
}

/** One pool per tenant, opened when it is first asked. */
function createPools({ databaseUrlOf, log }: RoomOwnersOptions, limits: RoomOwnerLimits) {
  const pools = new Map<string, Pool>();
  return {
    of(tenant: string): Pool {
      const known = pools.get(tenant);
      if (known !== undefined) return known;
      const url = databaseUrlOf(tenant);
      if (url === undefined) throw new Error(`tenant '${tenant}' has no database any more`);
      const { timeoutMs, perTenant: maxConnections } = limits;
      const pool = openTenantPool(url, { log, tenant, timeoutMs, maxConnections });
      pools.set(tenant, pool);
      return pool;
    },
    async close(): Promise<void> {
      await Promise.all([...pools.values()].map((pool) => pool.end().catch(() => {})));
    },
  };
}

function report({ onChange, log }: RoomOwnersOptions, tenant: string, room: string): void {
  try {
    onChange(tenant, room);
  } catch (error) {
    log.warn(
      { tenant, reason: messageOf(error) },
      "cannot pass on a room's new owner; its tier follows at the next resync",
    );
  }
}

function sameOwner(a: RoomOwner | undefined, b: RoomOwner | undefined): boolean {
  return a?.owner === b?.owner && a?.roleName === b?.roleName;
}

/** A tenant's id has no line break. */
function keyOf(tenant: string, room: string): string {
  return `${tenant}\n${room}`;
}
