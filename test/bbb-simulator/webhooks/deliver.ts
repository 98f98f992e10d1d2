/** Delivers webhook events as bbb-webhooks does: form body, checksum or bearer, retries by the schedule; it maps nothing. */
import type { Clock } from '../../../sidecar/core/clock';
import { type ChecksumAlgorithm, hashHex } from '../http/checksum';
import { outgoing, statusOf } from '../outgoing';
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
  const requests = outgoing(clock);

  async function tryOnce(hook: Hook, body: string, failures: number): Promise<void> {
    if (settings.isOff() || !hooks.has(hook)) return;
    const status = await post(settings, hook.callbackURL, body, requests.stopped);
    if (requests.stopped.aborted) return;
    attempts.push({ at: clock.now(), hookId: hook.id, callbackURL: hook.callbackURL, body, status });
    if (isDelivered(status)) return;
    const intervalMs = retryIntervalMs(hook, failures);
    if (intervalMs === undefined) hooks.drop(hook);
    else requests.after(intervalMs, () => tryOnce(hook, body, failures + 1));
  }

  return {
    send(hook, event) {
      const body = formBody(settings.domain, event, clock.now());
      requests.now(() => tryOnce(hook, body, 0));
    },
    attempts,
    idle: requests.idle,
    stop: requests.stop,
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

function post(
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
  return statusOf(url, { method: 'POST', headers, body }, requestTimeoutMs, stopped);
}
