/** The machine's own clocks; it holds no policy and never passes one `setTimeout` more than it can count. */
import type { Clock, Scheduled } from './core/clock';

/** Beyond 2^31-1 ms `setTimeout` fires after 1 ms instead of later. */
export const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** `now` is the same for every instance in this process; delays of any length are waited for in pieces. */
export function systemClock(): Clock {
  return {
    now: () => Math.floor(performance.timeOrigin + performance.now()),
    wall: () => Date.now(),
    schedule: scheduleInPieces,
  };
}

function scheduleInPieces(delayMs: number, run: () => void): Scheduled {
  let remainingMs = Math.max(0, delayMs);
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    const pieceMs = Math.min(remainingMs, LONGEST_TIMEOUT_MS);
    remainingMs -= pieceMs;
    timer = setTimeout(remainingMs > 0 ? wait : run, pieceMs);
  };
  wait();
  return { cancel: () => clearTimeout(timer) };
}
