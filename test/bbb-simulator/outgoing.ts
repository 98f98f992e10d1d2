/** Requests the server itself sends, now or later by the clock; whom and what is the caller's business. */
import type { Clock, Scheduled } from '../../sidecar/core/clock';

export interface Outgoing {
  /** Aborted when the simulator stops. */
  readonly stopped: AbortSignal;
  now(request: () => Promise<void>): void;
  after(delayMs: number, request: () => Promise<void>): void;
  /** Resolves when no request is under way (later ones may wait). */
  idle(): Promise<void>;
  stop(): void;
}

export function outgoing(clock: Clock): Outgoing {
  const waiting = new Set<Scheduled>();
  const underWay = new Set<Promise<void>>();
  const aborter = new AbortController();

  function now(request: () => Promise<void>): void {
    if (aborter.signal.aborted) return;
    const sent = request();
    underWay.add(sent);
    void sent.finally(() => underWay.delete(sent));
  }
  return {
    stopped: aborter.signal,
    now,
    after(delayMs, request) {
      const scheduled = clock.schedule(delayMs, () => {
        waiting.delete(scheduled);
        now(request);
      });
      waiting.add(scheduled);
    },
    async idle() {
      await Promise.all(underWay);
    },
    stop() {
      for (const scheduled of waiting) scheduled.cancel();
      aborter.abort();
    },
  };
}

/** The HTTP status, or undefined when there was no answer within `timeoutMs` of real time. */
export async function statusOf(
  url: string,
  init: RequestInit,
  timeoutMs: number,
  stopped: AbortSignal,
): Promise<number | undefined> {
  try {
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(timeoutMs)]);
    const response = await fetch(url, { ...init, redirect: 'follow', signal });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}
