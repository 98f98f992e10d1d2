/** How much one address may ask of the API, and how often it may fail to sign in; the only state is in memory. */
import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, MemoryStore, rateLimit } from 'express-rate-limit';
import { MINUTE_MS } from '../core/duration';
import { Refusal } from './problem';

export interface ApiLimits {
  /** Calls of one address in a minute. */
  readonly callsPerMinute: number;
  /** Calls of one address without a valid token, in five minutes; valid ones are never held back by these. */
  readonly failuresPer5Minutes: number;
  /** Streams open at once, of everybody together. */
  readonly streams: number;
}

export const DEFAULT_LIMITS: ApiLimits = { callsPerMinute: 600, failuresPer5Minutes: 30, streams: 64 };
const FAILURES_WITHIN_MS = 5 * MINUTE_MS;

export interface RateLimits {
  readonly calls: RequestHandler;
  /** Counts a failed authentication; throws Refusal 429 once there were too many, so that guessing gets no answer. */
  failed(request: Request, response: Response): Promise<void>;
  close(): void;
}

function limiter(windowMs: number, limit: number, identifier: string, store: MemoryStore): RequestHandler {
  return rateLimit({
    windowMs,
    limit,
    identifier,
    store,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: (request) => ipKeyGenerator(request.ip ?? ''),
    // The answer is the same problem as every other; Retry-After is already set.
    handler: (_request, _response, next) =>
      next(new Refusal(429, `More than ${limit} in ${windowMs / MINUTE_MS} min: wait and try again.`)),
  });
}

/** Two buckets per address. */
export function createRateLimits(limits: ApiLimits): RateLimits {
  const stores = [new MemoryStore(), new MemoryStore()] as const;
  const failures = limiter(
    FAILURES_WITHIN_MS,
    limits.failuresPer5Minutes,
    'failed-authentication',
    stores[1],
  );
  return {
    calls: limiter(MINUTE_MS, limits.callsPerMinute, 'calls', stores[0]),
    failed: (request, response) =>
      new Promise((resolve, reject) => {
        const next = (error?: unknown): void => (error === undefined ? resolve() : reject(error));
        void failures(request, response, next);
      }),
    close() {
      for (const store of stores) store.shutdown();
    },
  };
}
