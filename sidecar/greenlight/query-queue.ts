/** Queues queries per tenant: many in one batch, few batches at a time, with a back-off for a database that fails. Does not query itself. */
import type { Clock, Scheduled } from '../core/clock';

export interface QueueLimits {
  /** Batches at a time: one silent database must not take the places of all the others. */
  readonly perTenant: number;
  readonly overall: number;
  /** Keys in one batch. */
  readonly batch: number;
  /** Per tenant; beyond it the oldest is dropped. */
  readonly waiting: number;
}

export interface QueryQueueOptions<Answer> {
  readonly clock: Clock;
  readonly limits: QueueLimits;
  /** Resolves to the answer of each key. */
  readonly query: (tenant: string, keys: readonly string[]) => Promise<ReadonlyMap<string, Answer>>;
  readonly onAnswer: (tenant: string, key: string, answer: Answer | undefined) => void;
  /** The first failure of a row, and its end. */
  readonly onTrouble: (tenant: string, error: unknown) => void;
  readonly onRecovery: (tenant: string) => void;
}

export interface QueryQueue {
  /** A key that waits or is being queried is not added a second time. It is retried until there is an answer. */
  put(tenant: string, key: string): void;
  /** When a tenant whose last batch failed is tried again, epoch ms; undefined: it does not fail. */
  retryAt(tenant: string): number | undefined;
  /** Nothing is queried and no answer passed on any more. */
  close(): void;
}

const FIRST_PAUSE_MS = 2_000;
/** Running meetings wait for the answers: shorter than the interval of the resync. */
const LONGEST_PAUSE_MS = 15_000;
const MOST_DOUBLINGS = 16;

interface Line {
  readonly tenant: string;
  /** In the order they were put. */
  readonly waiting: Set<string>;
  readonly querying: Set<string>;
  batches: number;
  failures: number;
  retryAt: number | undefined;
  /** Set while a database that failed is left alone. */
  pause: Scheduled | undefined;
}

/** An empty queue. */
export function createQueryQueue<Answer>(options: QueryQueueOptions<Answer>): QueryQueue {
  const { limits } = options;
  const lines = new Map<string, Line>();
  let batches = 0;
  let closed = false;
  let isPumpDue = false;

  /** Whoever was served goes to the end, so that no tenant waits for ever behind a busy one. */
  function pump(): void {
    isPumpDue = false;
    for (const line of [...lines.values()]) {
      while (!closed && batches < limits.overall && line.pause === undefined) {
        const keys = nextOf(line, limits);
        if (keys.length === 0) break;
        lines.delete(line.tenant);
        lines.set(line.tenant, line);
        batches += 1;
        void serve(line, keys, options).then((settle) => {
          batches -= 1;
          if (!closed) settle(pump);
          pump();
        });
      }
    }
  }

  return {
    put(tenant, key) {
      if (closed || lines.get(tenant)?.querying.has(key) === true) return;
      const line = lines.get(tenant) ?? newLine(tenant);
      lines.set(tenant, line);
      line.waiting.add(key);
      const [oldest] = line.waiting;
      if (line.waiting.size > limits.waiting && oldest !== undefined) line.waiting.delete(oldest);
      // What is put in one go becomes one batch.
      if (isPumpDue) return;
      isPumpDue = true;
      queueMicrotask(pump);
    },
    retryAt: (tenant) => lines.get(tenant)?.retryAt,
    close() {
      closed = true;
      for (const line of lines.values()) line.pause?.cancel();
    },
  };
}

function newLine(tenant: string): Line {
  return {
    tenant,
    waiting: new Set(),
    querying: new Set(),
    batches: 0,
    failures: 0,
    retryAt: undefined,
    pause: undefined,
  };
}

/** Moves a batch from those that wait to those that are being queried. */
function nextOf(line: Line, limits: QueueLimits): readonly string[] {
  if (line.batches >= limits.perTenant) return [];
  const keys = [...line.waiting].slice(0, limits.batch);
  for (const key of keys) {
    line.waiting.delete(key);
    line.querying.add(key);
  }
  if (keys.length > 0) line.batches += 1;
  return keys;
}

/** Never rejects; what comes of it is done by the function it resolves to, unless the queue was closed meanwhile. */
async function serve<Answer>(
  line: Line,
  keys: readonly string[],
  options: QueryQueueOptions<Answer>,
): Promise<(wake: () => void) => void> {
  try {
    const answers = await options.query(line.tenant, keys);
    return () => {
      if (line.failures > 0) options.onRecovery(line.tenant);
      line.failures = 0;
      line.retryAt = undefined;
      for (const key of keys) options.onAnswer(line.tenant, key, answers.get(key));
    };
  } catch (error) {
    return (wake) => {
      for (const key of keys) line.waiting.add(key);
      if (line.pause !== undefined) return;
      if (line.failures === 0) options.onTrouble(line.tenant, error);
      const pauseMs = Math.min(
        LONGEST_PAUSE_MS,
        FIRST_PAUSE_MS * 2 ** Math.min(line.failures, MOST_DOUBLINGS),
      );
      line.failures += 1;
      line.retryAt = options.clock.now() + pauseMs;
      line.pause = options.clock.schedule(pauseMs, () => {
        line.pause = undefined;
        wake();
      });
    };
  } finally {
    line.batches -= 1;
    for (const key of keys) line.querying.delete(key);
  }
}
