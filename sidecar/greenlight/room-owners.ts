/** Who owns a room, by the tenant's Greenlight: answers at once from what it knows and asks behind it; never blocks, never throws. */
import type { Pool } from 'pg';
import type { Clock } from '../core/clock';
import type { RoomOwner } from '../core/tier-resolution';
import { messageOf } from '../errors';
import type { Log } from '../log';
import type { RoomOwners } from '../loop/ports';
import { createAnswerCache } from './answer-cache';
import { createQuestionDesk, type DeskLimits } from './question-desk';
import { askRoomOwner, canBeRoom } from './room-owner-query';
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

export interface RoomOwnerLimits extends DeskLimits {
  /** For connecting, and again for the query. */
  readonly timeoutMs: number;
  /** Answers kept, of all tenants together. */
  readonly answers: number;
}

const LIMITS: RoomOwnerLimits = {
  timeoutMs: 2_000,
  perTenant: 2,
  overall: 8,
  waiting: 1_000,
  answers: 10_000,
};
/** Tiers are read again on a reload only; an owner's new role then counts if the answer is older than this. */
const FRESH_MS = 5 * 60_000;
/** Greenlight makes the room before its meeting, so a room that is not there may still appear. */
const FRESH_UNKNOWN_MS = 30_000;

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
  const desk = createQuestionDesk<RoomOwner | undefined>({
    clock,
    limits,
    ask: (tenant, room) => askRoomOwner(pools.of(tenant), room),
    onAnswer(tenant, room, owner) {
      const key = keyOf(tenant, room);
      const before = answers.get(key)?.value;
      const freshMs = owner === undefined ? FRESH_UNKNOWN_MS : FRESH_MS;
      answers.set(key, { value: owner, freshUntil: clock.now() + freshMs });
      if (!sameOwner(before, owner)) tell(options, tenant, room);
    },
    onTrouble(tenant, error) {
      const { code } = error as NodeJS.ErrnoException;
      log.warn({ tenant, code, reason: messageOf(error) }, 'the Greenlight database does not answer');
    },
    onRecovery: (tenant) => log.info({ tenant }, 'the Greenlight database answers again'),
  });
  return {
    lookUp(tenantId, externalMeetingId) {
      const known = answers.get(keyOf(tenantId, externalMeetingId));
      const fresh = known !== undefined && clock.now() < known.freshUntil;
      if (!fresh && canBeRoom(externalMeetingId) && databaseUrlOf(tenantId) !== undefined)
        desk.put(tenantId, externalMeetingId);
      return known?.value;
    },
    close() {
      desk.close();
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

function tell({ onChange, log }: RoomOwnersOptions, tenant: string, room: string): void {
  try {
    onChange(tenant, room);
  } catch (error) {
    log.warn({ tenant, reason: messageOf(error) }, 'telling of a room owner failed');
  }
}

function sameOwner(a: RoomOwner | undefined, b: RoomOwner | undefined): boolean {
  return a?.owner === b?.owner && a?.roleName === b?.roleName;
}

/** A tenant's id has no line break. */
function keyOf(tenant: string, room: string): string {
  return `${tenant}\n${room}`;
}
