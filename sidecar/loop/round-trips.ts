/**
 * Questions to akka-apps over the bus, which it answers at once (CheckAlivePingSysMsg). Redis keeps the order: with the answer, everything
 * that akka-apps sent before it has been received. Without one, something may still be on its way.
 */
import type { Clock } from '../core/clock';
import { SECOND_MS } from '../core/duration';
import { messageOf } from '../errors';
import type { Log } from '../log';

/** While akka-apps does not answer; an answer to a later question serves those before it. */
const MOST_OPEN = 100;

export interface RoundTripOptions {
  readonly clock: Pick<Clock, 'now' | 'wall'>;
  /** Sends the question of this number, which its answer repeats. Rejects when nobody receives it. */
  readonly ask: (trip: number) => Promise<void>;
  readonly log: Log;
}

export interface RoundTrips {
  /** Begins one and returns its number. `onBack`: called when it, or a later one, is back. */
  begin(onBack?: () => void): number;
  /** Is it back, or a later one, and was the newest that is back begun just now? What was slow shows what was sent a while ago. */
  isBack(trip: number): boolean;
  /** The answer to the question of this number was received. One of another process is none of ours. */
  answered(trip: number): void;
  /** So many questions are on their way to Redis. */
  readonly sending: number;
}

/** Of a question to its answer, through Redis and akka-apps; else the bus is late. */
const QUICK_MS = SECOND_MS / 2;

interface Open {
  readonly begunAt: number;
  readonly onBack: (() => void) | undefined;
}

/** None begun. */
export function createRoundTrips({ clock, ask, log }: RoundTripOptions): RoundTrips {
  const open = new Map<number, Open>();
  let begun = Number.NEGATIVE_INFINITY;
  let back = { trip: Number.NEGATIVE_INFINITY, begunAt: Number.NEGATIVE_INFINITY };
  let sending = 0;
  return {
    begin(onBack) {
      // The body has a place for a moment, which nobody but the asker reads: BBB's own questions differ in `system`.
      begun = Math.max(clock.wall(), begun + 1);
      const trip = begun;
      open.set(trip, { begunAt: clock.now(), onBack });
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
    isBack: (trip) => trip <= back.trip && clock.now() - back.begunAt <= QUICK_MS,
    answered(trip) {
      const answered = open.get(trip);
      if (answered === undefined) return;
      if (trip > back.trip) back = { trip, begunAt: answered.begunAt };
      for (const [each, { onBack }] of [...open]) {
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
