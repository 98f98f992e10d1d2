/** Moments as PostgreSQL reads them; what it would not read, or not read back, is refused here. Knows no clock. */

/** `2026-11-03T18:00:00.000Z`. */
export type Moment = string;

/** The years 1 to 9999: before and after them the text is one that PostgreSQL does not take. */
const EARLIEST_MS = Date.parse('0001-01-01T00:00:00.000Z');
const LATEST_MS = Date.parse('9999-12-31T23:59:59.999Z');

/** Are these epoch milliseconds a moment that the database can hold? */
export function isMoment(ms: number): boolean {
  return ms >= EARLIEST_MS && ms <= LATEST_MS;
}

/** The same epoch milliseconds. Throws RangeError when they are no moment: such an entry is refused by itself instead of spoiling a batch. */
export function checkedMoment(ms: number): number {
  if (isMoment(ms)) return ms;
  throw new RangeError(`expected epoch milliseconds of the years 1 to 9999, found ${ms}`);
}

/** Throws RangeError when `ms` is no moment. */
export function moment(ms: number): Moment {
  return new Date(checkedMoment(ms)).toISOString();
}

/** The same for what may not be known. */
export function momentOrNull(ms: number | undefined): Moment | null {
  return ms === undefined ? null : moment(ms);
}
