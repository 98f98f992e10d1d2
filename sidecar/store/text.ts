/** Makes any string one that PostgreSQL takes; never shortens an ordinary one and never confuses two ids. */
import { createHash } from 'node:crypto';

/** BBB's ids are far shorter. An index entry must stay under a third of a page, several ids together. */
const LONGEST_ID = 256;
const LONGEST_TEXT = 2_000;

/** NUL, which PostgreSQL's text cannot hold, and halves of surrogate pairs, which are no Unicode text. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/**
 * An id as it is stored and searched for: itself, or when it is longer than 256 characters or no valid text, `sha256:` and its hash,
 * so that hostile ids stay apart and find their rows again.
 */
export function storedId(id: string): string {
  if (id.length <= LONGEST_ID && !UNSTORABLE.test(id)) return id;
  // UTF-16, because as UTF-8 all lone surrogates would be the same.
  return `sha256:${createHash('sha256').update(Buffer.from(id, 'utf16le')).digest('hex')}`;
}

/** Free text as it is stored: what cannot be stored is replaced by U+FFFD, and 2,000 characters are enough. */
export function storedText(text: string): string {
  const short = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 1)}…` : text;
  return short.replaceAll(new RegExp(UNSTORABLE, 'gu'), '\uFFFD');
}
