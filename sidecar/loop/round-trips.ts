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
  /**
   * Is it back, or a later one, and what akka-apps had sent until just now received? An old answer shows what was sent a while ago. Where
   * nothing but answers has ever come by the bus, nothing is on its way: BBB's lists are all there is.
   */
  isBack(trip: number): boolean;
  /**
   * The answer to the question of this number was received; `ageMs`: how long it was under way, undefined: no longer than since it was
   * asked. One of another process is none of ours.
   */
  answered(trip: number, ageMs?: number): void;
  /** Something was received by the bus that is no answer. */
  received(): void;
  /** Since then no answer has come in time; undefined: the last one did, or nothing was asked. */
  readonly missingSince: number | undefined;
  /** So many questions are on their way to Redis. */
  readonly sending: number;
}

/** From akka-apps through Redis to here, until something is done on the strength of it; else the bus is late. */
const QUICK_MS = SECOND_MS / 2;

interface Open {
  readonly begunAt: number;
  readonly onBack: (() => void) | undefined;
}

/** None begun. */
export function createRoundTrips({ clock, ask, log }: RoundTripOptions): RoundTrips {
  const open = new Map<number, Open>();
  let begun = Number.NEGATIVE_INFINITY;
  let back = { trip: Number.NEGATIVE_INFINITY, sentAt: Number.NEGATIVE_INFINITY };
  let missingSince: number | undefined;
  let hasReceived = false;
  let sending = 0;
  return {
    begin(onBack) {
      // The body has a place for a moment, which nobody but the asker reads: BBB's own questions differ in `system`.
      begun = Math.max(clock.wall(), begun + 1);
      const trip = begun;
      open.set(trip, { begunAt: clock.now(), onBack });
      missingSince ??= clock.now();
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
    isBack: (trip) => !hasReceived || (trip <= back.trip && clock.now() - back.sentAt <= QUICK_MS),
    received() {
      hasReceived = true;
    },
    answered(trip, ageMs = Number.POSITIVE_INFINITY) {
      const answered = open.get(trip);
      if (answered === undefined) return;
      const now = clock.now();
      const sentAt = Math.max(answered.begunAt, now - ageMs);
      if (trip > back.trip) back = { trip, sentAt };
      if (now - sentAt <= QUICK_MS) missingSince = undefined;
      for (const [each, { onBack }] of [...open]) {
        if (each > trip) continue;
        open.delete(each);
        onBack?.();
      }
    },
    get missingSince() {
      return missingSince;
    },
    get sending() {
      return sending;
    },
  };
}
