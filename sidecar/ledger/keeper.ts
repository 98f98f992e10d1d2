/** Keeps the ledger counted and within its retention, at intervals, for as long as the service runs. Adds nothing up itself. */
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Clock, Scheduled } from '../core/clock';
import { describeDatabaseError } from '../store/database-error';
import { purge } from './retention';
import { rollUp } from './roll-up';

export interface LedgerKeeperOptions {
  readonly pool: Pool;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** How long decisions and meetings are kept, as the running configuration says. */
  readonly retentionMs: () => number;
}

export interface LedgerKeeper {
  /** Counts what is due now instead of in the next minute. Throws what the database says. */
  run(): Promise<void>;
  stop(): Promise<void>;
}

const EVERY_MS = 60_000;
const PURGE_EVERY_MS = 6 * 60 * EVERY_MS;

/** Begins after a minute: at the start the journal has better things to do. */
export function createLedgerKeeper({ pool, clock, log, retentionMs }: LedgerKeeperOptions): LedgerKeeper {
  let timer: Scheduled | undefined;
  let running: Promise<void> | undefined;
  let purgedAt = Number.NEGATIVE_INFINITY;
  let failing = false;
  let stopped = false;

  async function work(): Promise<void> {
    await rollUp(pool);
    if (clock.now() - purgedAt < PURGE_EVERY_MS) return;
    // Of two clocks that differ the one that deletes less: what is deleted does not come back when a clock is set right.
    const purged = await purge(pool, Math.min(clock.now(), clock.wall()) - retentionMs());
    purgedAt = clock.now();
    if (purged.meetings + purged.decisions > 0)
      log.info(purged, 'deleted entries older than their retention');
  }

  /** One at a time; who comes while one is under way waits for it and has another one. */
  async function run(): Promise<void> {
    while (running !== undefined) await running.catch(() => {});
    running = work().finally(() => {
      running = undefined;
    });
    await running;
  }

  async function tick(): Promise<void> {
    try {
      await run();
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ reason: describeDatabaseError(error) }, 'cannot update the ledger; retrying');
      failing = true;
    }
    arm();
  }

  function arm(): void {
    if (!stopped) timer = clock.schedule(EVERY_MS, () => void tick());
  }

  arm();
  return {
    run,
    async stop() {
      stopped = true;
      timer?.cancel();
      await running?.catch(() => {});
    },
  };
}
