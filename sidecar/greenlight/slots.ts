/** Gives each tenant a number of its own, from which its loopback port and Redis database follow; remembers nothing between two renderings. */
import { createHash } from 'node:crypto';

/** So many databases the rendered Redis has; each costs it some 500 bytes. */
export const REDIS_DATABASES = 10_000;
/** Above BBB's own TCP ports, below the range that outgoing connections are given (32768 and up). */
const FIRST_PORT = 20_000;

/** A tenant's place on the host. */
export interface Slot {
  /** On 127.0.0.1. */
  readonly port: number;
  /** Never 0, which a stock Greenlight beside ours uses. */
  readonly redisDatabase: number;
}

/**
 * Slots by tenant id. The number comes from the id alone, so tenants that come and go move nobody else. Where two ids ask
 * for the same number, who stands earlier in the file has it and the later one takes the next free number.
 * Throws when there are more tenants than numbers.
 */
export function allotSlots(tenantIds: readonly string[]): ReadonlyMap<string, Slot> {
  const numbers = REDIS_DATABASES - 1;
  if (tenantIds.length > numbers)
    throw new Error(`expected at most ${numbers} tenants on one host, got ${tenantIds.length}`);
  const taken = new Set<number>();
  const slots = new Map<string, Slot>();
  for (const id of tenantIds) {
    let number = wantedNumber(id, numbers);
    while (taken.has(number)) number = (number % numbers) + 1;
    taken.add(number);
    slots.set(id, { port: FIRST_PORT + number, redisDatabase: number });
  }
  return slots;
}

/** From 1 to `numbers`. */
function wantedNumber(tenantId: string, numbers: number): number {
  return (createHash('sha256').update(tenantId).digest().readUIntBE(0, 6) % numbers) + 1;
}
