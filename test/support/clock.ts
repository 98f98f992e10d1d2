/** Clocks for tests and the demo: one moved by hand, one that runs faster; neither reads the time of day. */
import type { Clock, Scheduled } from '../../sidecar/core/clock';
import { systemClock } from '../../sidecar/system-clock';

/** Waits until what was set off has come to rest, e.g. a simulator's `settled`. */
export type Settle = () => Promise<void>;

export interface ManualClock extends Clock {
  /** Moves time on by `ms`, running what falls due in order of time; between two instants I/O may settle. */
  advance(ms: number): Promise<void>;
  /** Sets the wall clock forward, or back; the steady clock goes on as if nothing had happened. */
  stepWall(ms: number): void;
  /** Adds a wait between two instants, on top of some turns of the event loop; returns its removal. */
  settleWith(settle: Settle): () => void;
  /** How many calls are waiting. */
  pending(): number;
}

interface Waiting {
  readonly at: number;
  readonly run: () => void;
}

/** Turns of the event loop given to I/O between two instants, so that replies on loopback are read. */
const TURNS = 4;

/** A clock that stands still at `startMs` (epoch ms) until it is advanced. */
export function manualClock(startMs: number): ManualClock {
  let now = startMs;
  let wallOffsetMs = 0;
  const waiting = new Set<Waiting>();
  const settles = new Set<Settle>();

  async function advance(ms: number): Promise<void> {
    const until = now + ms;
    await settle(settles);
    for (let at = earliest(waiting); at !== undefined && at <= until; at = earliest(waiting)) {
      now = Math.max(now, at);
      for (const call of [...waiting].filter((each) => each.at <= now).sort((a, b) => a.at - b.at)) {
        if (waiting.delete(call)) call.run();
      }
      await settle(settles);
    }
    now = until;
  }

  return {
    now: () => now,
    wall: () => now + wallOffsetMs,
    stepWall(ms) {
      wallOffsetMs += ms;
    },
    schedule(delayMs, run): Scheduled {
      const call = { at: now + Math.max(0, delayMs), run };
      waiting.add(call);
      return { cancel: () => void waiting.delete(call) };
    },
    advance,
    settleWith(settle) {
      settles.add(settle);
      return () => void settles.delete(settle);
    },
    pending: () => waiting.size,
  };
}

function earliest(waiting: ReadonlySet<Waiting>): number | undefined {
  let at: number | undefined;
  for (const call of waiting) if (at === undefined || call.at < at) at = call.at;
  return at;
}

async function settle(settles: ReadonlySet<Settle>): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resume) => setImmediate(resume));
  for (const each of settles) await each();
}

/** A clock that starts at `startMs` (epoch ms) and runs `factor` times as fast as real time. */
export function scaledClock(startMs: number, factor: number): Clock {
  const real = systemClock();
  const startedAt = performance.now();
  const now = (): number => Math.floor(startMs + (performance.now() - startedAt) * factor);
  return {
    now,
    wall: now,
    schedule: (delayMs, run) => real.schedule(Math.ceil(delayMs / factor), run),
  };
}
