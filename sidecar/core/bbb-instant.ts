/** Moments of BBB's wall clock. The compiler keeps them apart from our own, which are plain numbers. */

declare const onBbbClock: unique symbol;

/** A moment that BBB stamped, by the wall clock of its host. At run time epoch ms; only the functions below read it. */
export interface BbbInstant {
  readonly [onBbbClock]: never;
}

/** For the edges: a bus envelope's `timestamp`, a webhook's `event.ts`, a `createTime`; epoch ms of BBB's host. */
export function bbbInstant(epochMs: number): BbbInstant {
  return epochMs as unknown as BbbInstant;
}

/** As BBB wrote it, epoch ms of BBB's host: for outputs, and for comparison with other wall clocks. */
export function bbbEpochMs(instant: BbbInstant): number {
  return instant as unknown as number;
}

/** So much earlier, but no earlier than 1970. */
export function bbbEarlier(instant: BbbInstant, byMs: number): BbbInstant {
  return bbbInstant(Math.max(0, bbbEpochMs(instant) - byMs));
}

/** From `from` to `to` on BBB's clock, in ms. */
export function bbbElapsedMs(from: BbbInstant, to: BbbInstant): number {
  return bbbEpochMs(to) - bbbEpochMs(from);
}
