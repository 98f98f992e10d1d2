/**
 * Questions to akka-apps over the bus, which it answers at once (CheckAlivePingSysMsg). Redis keeps the order: with the answer, everything
 * that akka-apps sent before it has been received. Without one, something may still be on its way.
 */
import type { Clock } from '../core/clock';
import { messageOf } from '../errors';
import type { Log } from '../log';

/** While akka-apps does not answer; an answer to a later question serves those before it. */
const MOST_OPEN = 100;

export interface RoundTripOptions {
  readonly clock: Pick<Clock, 'wall'>;
  /** Sends the question of this number, which its answer repeats. Rejects when nobody receives it. */
  readonly ask: (trip: number) => Promise<void>;
  readonly log: Log;
}

export interface RoundTrips {
  /** Begins one and returns its number. `onBack`: called when it, or a later one, is back. */
  begin(onBack?: () => void): number;
  /** Is it back, or a later one? */
  isBack(trip: number): boolean;
  /** The answer to the question of this number was received. One of another process is none of ours. */
  answered(trip: number): void;
  /** So many questions are on their way to Redis. */
  readonly sending: number;
}

/** None begun. */
export function createRoundTrips({ clock, ask, log }: RoundTripOptions): RoundTrips {
  const open = new Map<number, (() => void) | undefined>();
  let begun = Number.NEGATIVE_INFINITY;
  let back = Number.NEGATIVE_INFINITY;
  let sending = 0;
  return {
    begin(onBack) {
      // The body has a place for a moment, which nobody but the asker reads: BBB's own questions differ in `system`.
      begun = Math.max(clock.wall(), begun + 1);
      const trip = begun;
      open.set(trip, onBack);
      const [oldest] = open.keys();
      if (open.size > MOST_OPEN && oldest !== undefined) open.delete(oldest);
      sending += 1;
      ask(trip)
        .catch((error: unknown) => {
          open.delete(trip);
          log.debug({ error: messageOf(error) }, 'akka-apps could not be asked');
        })
        .finally(() => {
          sending -= 1;
        });
      return trip;
    },
    isBack: (trip) => trip <= back,
    answered(trip) {
      if (!open.has(trip)) return;
      back = Math.max(back, trip);
      for (const [each, onBack] of [...open]) {
        if (each > trip) continue;
        open.delete(each);
        onBack?.();
      }
    },
    get sending() {
      return sending;
    },
  };
}
