/** The journal on PostgreSQL: writes behind the enforcement, in order and at least once; never makes it wait and never throws at it. */
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Clock } from '../core/clock';
import type { InternalMeetingId } from '../core/meeting';
import { TransientError } from '../errors';
import type { Journal, Recollection } from '../loop/ports';
import { type Backlog, createBacklog } from './backlog';
import { describeDatabaseError, errorCode, isValueFault } from './database-error';
import { writeAllButFaulty } from './isolate';
import { type Line, lineOf } from './lines';
import { createPool } from './pool';
import { readRecollections } from './recall';
import { storedId } from './text';
import { timeBoxed } from './time-box';
import { writeBatch } from './write-batch';
import { createWriteBehind } from './write-behind';

/** For health checks and metrics. */
export interface JournalState {
  /** Entries that wait to be written, what is being written included. */
  readonly pending: number;
  /** Entries given up because there was no more room for them while the database was away. */
  readonly dropped: number;
  /** Entries that cannot be stored, whatever the database's state. */
  readonly rejected: number;
  /** One line without secrets; undefined after a success. */
  readonly lastError: string | undefined;
  /** Epoch ms of our clock. */
  readonly lastWriteAt: number | undefined;
  /** Did the last attempt reach the database? False until the first one. */
  readonly connected: boolean;
}

export interface PgJournalOptions {
  /** A `pool` stays open at `close`; by `databaseUrl` the journal opens a small one of its own. */
  readonly database: { readonly pool: Pool } | { readonly databaseUrl: string };
  readonly clock: Clock;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Most entries that wait; some 500 bytes each, of somebody who comes and goes all the time up to 17 KB. Default 50,000. */
  readonly capacity?: number;
  /** Called when the database went or came back, and when an entry was given up or refused. */
  readonly onState?: (state: JournalState) => void;
  /** How long `recall` waits for an answer, per 500 meetings. Default 3,000. */
  readonly recallTimeoutMs?: number;
}

/** What a journal offers to whoever runs the service, beyond what the loop needs of it. */
export interface PgJournal extends Journal {
  state(): JournalState;
  /**
   * A list of BBB's meetings was read at this moment; `running`: which, or undefined when the list is not complete,
   * from which nothing is concluded. The first time, and the first time after the database was away, meetings still open in the
   * database that are not among them get a supposed end at the observation before: when they really ended nobody saw, and doubt
   * is not charged.
   */
  observed(at: number, running: ReadonlySet<InternalMeetingId> | undefined): void;
  /** Tries at once and for at most so long to have everything written; true when nothing is left. */
  flush(timeoutMs: number): Promise<boolean>;
  /** Stops writing; what still waits is lost. Flush before. */
  close(): Promise<void>;
}

const CAPACITY = 50_000;
const RECALL_TIMEOUT_MS = 3_000;
const RECALLED_AT_ONCE = 500;
/** One for the batches, the others to recall. */
const CONNECTIONS = 4;

interface Status {
  rejected: number;
  lastError: string | undefined;
  lastWriteAt: number | undefined;
  connected: boolean | undefined;
  /** Somebody may have ended unseen since the database last knew everything. */
  sweepDue: boolean;
}

/** The journal's state and its listener. */
function createReporter(backlog: Backlog, { clock, log, onState }: PgJournalOptions) {
  const status: Status = {
    rejected: 0,
    lastError: undefined,
    lastWriteAt: undefined,
    connected: undefined,
    sweepDue: true,
  };
  const state = (): JournalState => ({
    pending: backlog.size,
    dropped: backlog.dropped,
    rejected: status.rejected,
    lastError: status.lastError,
    lastWriteAt: status.lastWriteAt,
    connected: status.connected === true,
  });
  const changed = (): void => onState?.(state());
  return {
    status,
    state,
    changed,
    refused(entry: string, error: unknown): void {
      status.rejected += 1;
      const reason = describeDatabaseError(error);
      log.error(
        { entry, code: errorCode(error), reason },
        'a journal entry cannot be stored; it is left out',
      );
      changed();
    },
    written(): void {
      status.lastWriteAt = clock.now();
    },
    up(): void {
      const before = status.connected;
      status.connected = true;
      status.lastError = undefined;
      if (before === false)
        log.info({ pending: backlog.size }, 'journal entries are written to the database again');
      if (before !== true) changed();
    },
    down(error: unknown): void {
      const before = status.connected;
      const reason = describeDatabaseError(error);
      status.connected = false;
      status.lastError = reason;
      status.sweepDue = true;
      if (before === false) return;
      log.warn(
        { code: errorCode(error), reason },
        'cannot write journal entries to the database; they are queued, retrying',
      );
      changed();
    },
  };
}

async function recallAll(
  pool: Pool,
  meetings: readonly InternalMeetingId[],
  { clock, recallTimeoutMs = RECALL_TIMEOUT_MS }: PgJournalOptions,
): Promise<ReadonlyMap<InternalMeetingId, Recollection>> {
  const found = new Map<InternalMeetingId, Recollection>();
  for (let start = 0; start < meetings.length; start += RECALLED_AT_ONCE) {
    const reading = readRecollections(pool, meetings.slice(start, start + RECALLED_AT_ONCE));
    for (const [id, kept] of await timeBoxed(reading, recallTimeoutMs, clock)) found.set(id, kept);
  }
  return found;
}

/** Connects at once, so that `state` soon says whether the database is there; one that is away is no error and is tried again. */
export function createPgJournal(options: PgJournalOptions): PgJournal {
  const { clock, log, capacity = CAPACITY } = options;
  const { database } = options;
  const isOwn = 'databaseUrl' in database;
  const poolOptions = { applicationName: 'bbb-tiers journal', log, maxConnections: CONNECTIONS };
  const pool = isOwn ? createPool(database.databaseUrl, poolOptions) : database.pool;
  const backlog = createBacklog(capacity);
  const report = createReporter(backlog, options);
  const writer = createWriteBehind({
    backlog,
    clock,
    async store(lines) {
      const refuse = (line: Line, error: unknown) => report.refused(line.type, error);
      await writeAllButFaulty(lines, (some) => writeBatch(pool, some), isValueFault, refuse);
      report.written();
    },
    probe: () => pool.query('select 1'),
    onUp: report.up,
    onDown: report.down,
  });

  function add(entry: string, makeLine: () => Line | undefined): void {
    const droppedBefore = backlog.dropped;
    try {
      const line = makeLine();
      if (line !== undefined) backlog.add(line);
    } catch (error) {
      report.refused(entry, error);
    }
    if (droppedBefore === 0 && backlog.dropped > 0)
      log.error(
        { capacity },
        'the journal queue is full; dropping the least valuable entries until the database answers',
      );
    if (backlog.dropped > droppedBefore) report.changed();
    writer.wake();
  }

  writer.wake();
  return {
    write: (entry) => add(entry.type, () => lineOf(entry)),
    observed(at, running) {
      if (running === undefined) return;
      const listed = report.status.sweepDue ? [...running].map(storedId) : undefined;
      report.status.sweepDue = false;
      add('observation', () => ({ type: 'observation', at, running: listed }));
    },
    state: report.state,
    async recall(meetings) {
      try {
        return await recallAll(pool, meetings, options);
      } catch (cause) {
        const reason = describeDatabaseError(cause);
        throw new TransientError(`cannot read meetings from the database: ${reason}`, {
          cause,
        });
      }
    },
    flush: writer.flush,
    async close() {
      await writer.close();
      if (isOwn) await pool.end();
    },
  };
}
