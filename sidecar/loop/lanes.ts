/** One lane per meeting: wakes are coalesced, runs never overlap, one timer each. Knows nothing of what is run. */
import type { Clock, Scheduled } from '../core/clock';
import { MINUTE_MS, SECOND_MS } from '../core/duration';

export interface Lanes<Key> {
  /** Runs the lane at once, or once more when it is running. */
  wake(key: Key): void;
  /** Waits until nothing runs. */
  drain(): Promise<void>;
  /** No more runs, no more timers. */
  stop(): Promise<void>;
  /** Lanes that run or wait for their timer. */
  readonly size: number;
  /** Lanes that run. */
  readonly active: number;
}

export interface LanesOptions<Key> {
  readonly clock: Clock;
  /** Returns when to run again without being woken, epoch ms. */
  readonly run: (key: Key) => Promise<number | undefined>;
  /** The lane is run again with backoff after this. */
  readonly onError: (key: Key, error: unknown) => void;
}

interface Lane {
  running: boolean;
  again: boolean;
  failures: number;
  timer: Scheduled | undefined;
}

const FIRST_RETRY_MS = SECOND_MS;
const LONGEST_RETRY_MS = MINUTE_MS;

/** Makes lanes over the given clock. */
export function createLanes<Key>(options: LanesOptions<Key>): Lanes<Key> {
  const { clock, run, onError } = options;
  const lanes = new Map<Key, Lane>();
  const idle = new Set<() => void>();
  let active = 0;
  let stopped = false;

  function arm(key: Key, lane: Lane, at: number): void {
    lane.timer = clock.schedule(at - clock.now(), () => {
      lane.timer = undefined;
      wake(key);
    });
  }

  async function step(key: Key, lane: Lane): Promise<number | undefined> {
    try {
      const recheckAt = await run(key);
      lane.failures = 0;
      return recheckAt;
    } catch (error) {
      onError(key, error);
      const retryMs = Math.min(FIRST_RETRY_MS * 2 ** lane.failures, LONGEST_RETRY_MS);
      lane.failures += 1;
      return clock.now() + retryMs;
    }
  }

  async function loop(key: Key, lane: Lane): Promise<void> {
    active += 1;
    lane.running = true;
    let recheckAt: number | undefined;
    do {
      lane.again = false;
      recheckAt = await step(key, lane);
    } while (lane.again && !stopped);
    lane.running = false;
    active -= 1;
    if (recheckAt !== undefined && !stopped) arm(key, lane, recheckAt);
    else lanes.delete(key);
    if (active === 0) for (const resolve of idle) resolve();
  }

  function wake(key: Key): void {
    if (stopped) return;
    const lane = lanes.get(key) ?? { running: false, again: false, failures: 0, timer: undefined };
    lanes.set(key, lane);
    if (lane.running) {
      lane.again = true;
      return;
    }
    lane.timer?.cancel();
    lane.timer = undefined;
    void loop(key, lane);
  }

  async function drain(): Promise<void> {
    while (active > 0) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          idle.delete(done);
          resolve();
        };
        idle.add(done);
      });
    }
  }

  return {
    wake,
    drain,
    async stop() {
      stopped = true;
      for (const lane of lanes.values()) lane.timer?.cancel();
      await drain();
    },
    get size() {
      return lanes.size;
    },
    get active() {
      return active;
    },
  };
}
