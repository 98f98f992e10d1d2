/** The fields that BBB's JSON is made of, whichever way it comes, and how long each may be; knows no message. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { bbbInstant } from './core/bbb-instant';

/** Ids are `sha1-createTime` and `w_…`; anything much longer is not BBB's. */
export const LONGEST_ID = 256;
export const LONGEST_NAME = 1024;
/** A claim has some 500 characters; longer values are left out, the others stay. */
const LONGEST_METADATA_VALUE = 4096;
const MOST_METADATA = 256;
/** The last instant a JavaScript Date can name. */
const LATEST_MS = 8_640_000_000_000_000;

export const id = z.string().min(1).max(LONGEST_ID);

function shortened(account: string): string {
  if (account.length <= LONGEST_ID) return account;
  const hash = createHash('sha256').update(account, 'utf8').digest('hex');
  return `${account.slice(0, LONGEST_ID - hash.length - 1)}…${hash}`;
}

/** `userID` of a `join`, which BBB does not bound. A long one is shortened to its beginning and its hash, alike on the bus, in webhooks and lists. */
export const account = z.string().min(1).transform(shortened);

/** A stamp of BBB's, epoch ms. */
export const instant = z.number().int().nonnegative().max(LATEST_MS).transform(bbbInstant);
/** Any integer, as BBB itself takes it; what is not positive is none, 0 (`maxUsers > 0`, `duration > 0`). */
export const setting = z
  .number()
  .int()
  .transform((input) => Math.max(0, input));

/** Anything but a moderator may do no more than a viewer. */
export const role = z
  .string()
  .transform((input): 'MODERATOR' | 'VIEWER' => (input === 'MODERATOR' ? 'MODERATOR' : 'VIEWER'));

/** For matching and for the operator's page, so a cut one does no harm. */
export const name = z
  .string()
  .catch('')
  .transform((input) => input.slice(0, LONGEST_NAME));

/** Written by whoever called `create`; keys lower-case, as BBB has them. What is no text is left out. */
export const metadata = z.unknown().transform((input): Readonly<Record<string, string>> => {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return {};
  const entries = Object.entries(input).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' && value.length <= LONGEST_METADATA_VALUE ? [[key.toLowerCase(), value]] : [],
  );
  return Object.fromEntries(entries.filter(([key]) => key !== '__proto__').slice(0, MOST_METADATA));
});
