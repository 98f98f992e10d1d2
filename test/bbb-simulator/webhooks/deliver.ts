/** Delivers webhook events as bbb-webhooks does: form body, checksum or bearer, retries by the schedule; it maps nothing. */
import type { Clock, Scheduled } from '../../../sidecar/core/clock';
import { type ChecksumAlgorithm, hashHex } from '../http/checksum';
import type { Hook, HookRegistry } from './hooks';

/** After the last of these a hook is dropped; a permanent one is tried again every minute for ever. */
export const RETRY_INTERVALS_MS: readonly number[] = [
  100, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 30_000, 60_000, 60_000, 60_000, 60_000,
];
export const PERMANENT_RETRY_MS = 60_000;

export interface DeliverySettings {
  readonly clock: Clock;
  readonly secret: string;
  readonly domain: string;
  readonly checksumAlgorithm: ChecksumAlgorithm;
  readonly bearer: boolean;
  /** Real time. */
  readonly requestTimeoutMs: number;
  readonly hooks: HookRegistry;
  /** Switched off at run time: what is due is not tried, and is lost. */
  readonly isOff: () => boolean;
}

/** One attempt, for tests to look at. */
export interface Attempt {
  readonly at: number;
  readonly hookId: string;
  readonly callbackURL: string;
  readonly body: string;
  /** HTTP status; undefined: no answer. */
  readonly status: number | undefined;
}

export interface Deliveries {
  /** `event`: the JSON text of one event, mapped or raw. */
  send(hook: Hook, event: string): void;
  readonly attempts: readonly Attempt[];
  /** Resolves when no request is under way (retries may wait). */
  idle(): Promise<void>;
  stop(): void;
}

export function deliveries(settings: DeliverySettings): Deliveries {
  const { clock, hooks } = settings;
  const attempts: Attempt[] = [];
  const waiting = new Set<Scheduled>();
  const underWay = new Set<Promise<void>>();
  const aborter = new AbortController();

  function tryNow(hook: Hook, body: string, failures: number): void {
    const attempt = tryOnce(hook, body, failures);
    underWay.add(attempt);
    void attempt.finally(() => underWay.delete(attempt));
  }

  function tryAfter(delayMs: number, hook: Hook, body: string, failures: number): void {
    const scheduled = clock.schedule(delayMs, () => {
      waiting.delete(scheduled);
      tryNow(hook, body, failures);
    });
    waiting.add(scheduled);
  }

  async function tryOnce(hook: Hook, body: string, failures: number): Promise<void> {
    if (settings.isOff() || aborter.signal.aborted || !hooks.has(hook)) return;
    const status = await post(settings, hook.callbackURL, body, aborter.signal);
    if (aborter.signal.aborted) return;
    attempts.push({ at: clock.now(), hookId: hook.id, callbackURL: hook.callbackURL, body, status });
    const intervalMs = isDelivered(status) ? undefined : retryIntervalMs(hook, failures);
    if (intervalMs !== undefined) tryAfter(intervalMs, hook, body, failures + 1);
    else if (!isDelivered(status)) hooks.drop(hook);
  }

  return {
    send: (hook, event) => tryNow(hook, formBody(settings.domain, event, clock.now()), 0),
    attempts,
    async idle() {
      await Promise.all(underWay);
    },
    stop() {
      for (const scheduled of waiting) scheduled.cancel();
      aborter.abort();
    },
  };
}

/** Undefined: given up. */
function retryIntervalMs(hook: Hook, failures: number): number | undefined {
  return RETRY_INTERVALS_MS[failures] ?? (hook.permanent ? PERMANENT_RETRY_MS : undefined);
}

/** Any 2xx, and 401 too: bbb-webhooks takes a refusal for an answer. */
function isDelivered(status: number | undefined): boolean {
  return status !== undefined && ((status >= 200 && status < 300) || status === 401);
}

/** `domain`, `event` (an array of exactly one), `timestamp` of the first attempt, in this order. */
export function formBody(domain: string, event: string, timestamp: number): string {
  return new URLSearchParams({ domain, event: `[${event}]`, timestamp: String(timestamp) }).toString();
}

/** The URL as registered, with the checksum over it, the raw body and the secret. */
export function signedUrl(
  callbackURL: string,
  body: string,
  secret: string,
  algorithm: ChecksumAlgorithm,
): string {
  const separator = new URL(callbackURL).search === '' ? '?' : '&';
  return `${callbackURL}${separator}checksum=${hashHex(algorithm, callbackURL + body + secret)}`;
}

async function post(
  settings: DeliverySettings,
  callbackURL: string,
  body: string,
  stopped: AbortSignal,
): Promise<number | undefined> {
  const { secret, bearer, checksumAlgorithm, requestTimeoutMs } = settings;
  const headers: Record<string, string> = {
    'Content-Type': 'application/x-www-form-urlencoded;charset=UTF-8',
  };
  if (bearer) headers.Authorization = `Bearer ${secret}`;
  const url = bearer ? callbackURL : signedUrl(callbackURL, body, secret, checksumAlgorithm);
  try {
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(requestTimeoutMs)]);
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'follow', signal });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}
