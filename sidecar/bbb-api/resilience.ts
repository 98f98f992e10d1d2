/** When a call is tried again and when BBB is left alone for a while; retries reads only and never hides what went wrong. */
import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleType,
  retry,
  wrap,
} from 'cockatiel';
import { messageOf, TransientError } from '../errors';

export interface ResilienceOptions {
  /** Attempts after the first, for reads. */
  readonly retries: number;
  /** The first pause between attempts; it doubles, with jitter. */
  readonly retryAfterMs: number;
  /** So many failed calls in a row, retries included, open the circuit … */
  readonly breakAfter: number;
  /** … for this long; then one call tries. */
  readonly breakForMs: number;
}

export interface Resilience {
  /** For calls that change nothing. */
  read<T>(run: () => Promise<T>): Promise<T>;
  /** For calls that do something: once. */
  act<T>(run: () => Promise<T>): Promise<T>;
  /** False while BBB is left alone. */
  readonly closed: boolean;
}

const LONGEST_PAUSE_MS = 2000;

/** One circuit for all calls to one BBB. A refusal (TerminalError) is an answer: it is neither repeated nor held against BBB. */
export function createResilience(options: ResilienceOptions): Resilience {
  const transient = handleType(TransientError);
  const breaker = circuitBreaker(transient, {
    halfOpenAfter: options.breakForMs,
    breaker: new ConsecutiveBreaker(options.breakAfter),
  });
  const backoff = new ExponentialBackoff({ initialDelay: options.retryAfterMs, maxDelay: LONGEST_PAUSE_MS });
  const reads = wrap(breaker, retry(transient, { maxAttempts: options.retries, backoff }));

  let lastFailure = '';

  async function named<T>(run: Promise<T>): Promise<T> {
    try {
      return await run;
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) {
        lastFailure = messageOf(error);
        throw error;
      }
      throw new TransientError(
        `BBB's API failed ${options.breakAfter} times in a row and is left alone for a moment (${lastFailure})`,
      );
    }
  }

  return {
    read: (run) => named(reads.execute(run)),
    act: (run) => named(breaker.execute(run)),
    get closed() {
      return breaker.state === CircuitState.Closed;
    },
  };
}
