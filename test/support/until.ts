/** Waits until something can be observed; never a pause of a fixed length. */

import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 10;

/** Returns when `holds` does; after `limitMs` it throws, naming `what` was waited for. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 30_000,
): Promise<void> {
  const limit = AbortSignal.timeout(limitMs);
  while (!(await holds())) {
    if (limit.aborted) throw new Error(`waited ${limitMs} ms in vain: ${what}`);
    await sleep(POLL_MS);
  }
}
