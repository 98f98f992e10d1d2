/** Durations as operators write them (`90m`, `3h`, `1h30m`, `30d`); reads and writes text, knows nothing of limits. */

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Days, hours, minutes, seconds in that order, each at most once, at least one; also given to the JSON Schema so that editors know it. */
export const DURATION_PATTERN = '^(?=\\d)(?:\\d{1,4}d)?(?:\\d{1,5}h)?(?:\\d{1,6}m)?(?:\\d{1,7}s)?$';

const PARTS = /^(?=\d)(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,7})s)?$/;

/** Milliseconds of `1h30m`-like text; undefined when it is not a duration or is zero. */
export function parseDuration(text: string): number | undefined {
  const match = PARTS.exec(text);
  if (match === null) return undefined;
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0));
  const ms =
    (days ?? 0) * DAY_MS + (hours ?? 0) * HOUR_MS + (minutes ?? 0) * MINUTE_MS + (seconds ?? 0) * SECOND_MS;
  return ms > 0 ? ms : undefined;
}

/** The shortest text that `parseDuration` reads back: 5400000 → `1h30m`. Rounds up to whole seconds. Days only for whole days of two or more. */
export function formatDuration(ms: number): string {
  let rest = Math.ceil(ms / SECOND_MS) * SECOND_MS;
  if (rest >= 2 * DAY_MS && rest % DAY_MS === 0) return `${rest / DAY_MS}d`;
  let text = '';
  for (const [unit, unitMs] of [
    ['h', HOUR_MS],
    ['m', MINUTE_MS],
    ['s', SECOND_MS],
  ] as const) {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    if (count > 0) text += `${count}${unit}`;
  }
  return text === '' ? '0s' : text;
}
