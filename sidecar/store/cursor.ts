/** The place in a list to read on from, as text for clients that must not look inside; reads nothing. */
import { isMoment } from './moment';

/** The last row that was read. Newer rows come before it, so that what is added does not shift the pages. */
export interface Cursor {
  /** Epoch ms. */
  readonly at: number;
  /** Distinguishes rows of one moment. */
  readonly id: string;
}

/** One page, and the cursor of the next when there is one. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next: Cursor | undefined;
}

const SHAPE = /^(-?\d{1,16}) ([\s\S]{1,300})$/;
const LONGEST = 2_000;

/** Letters, digits, `-` and `_`. */
export function formatCursor({ at, id }: Cursor): string {
  return Buffer.from(`${at} ${id}`, 'utf8').toString('base64url');
}

/** Undefined when it is no cursor that `formatCursor` made. */
export function parseCursor(text: string): Cursor | undefined {
  if (text.length > LONGEST) return undefined;
  const match = SHAPE.exec(Buffer.from(text, 'base64url').toString('utf8'));
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  const cursor = { at: Number(match[1]), id: match[2] };
  return formatCursor(cursor) === text && isMoment(cursor.at) ? cursor : undefined;
}

/** The page out of `limit + 1` rows: the one too many says that there is a next page. */
export function pageOf<Row>(rows: readonly Row[], limit: number, cursorOf: (row: Row) => Cursor): Page<Row> {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, next: rows.length > limit && last !== undefined ? cursorOf(last) : undefined };
}
