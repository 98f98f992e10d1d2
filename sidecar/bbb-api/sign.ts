/** Builds and signs a call's URL; it sends nothing and never changes what it is given. */
import { createHash } from 'node:crypto';
import { util } from 'bigbluebutton-js';
import { wellFormed } from './well-formed';

/** What bbb-web accepts, distinguished by the length of the hex (`GetChecksumValidator.java`). */
export const CHECKSUM_ALGORITHMS = ['sha1', 'sha256', 'sha384', 'sha512'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

export interface Signing {
  /** As in `bbb-conf --secret`: `https://host/bigbluebutton`; a trailing `/` or `/api` does no harm. */
  readonly url: string;
  readonly secret: string;
  readonly algorithm: ChecksumAlgorithm;
}

/** Undefined ones are left out. */
export type Params = Readonly<Record<string, string | number | boolean | undefined>>;

/** BBB refuses 0x00–0x1F in any parameter. */
const CONTROL_CHARACTERS = /\p{Cc}/gu;

function textOf(name: string, value: string | number | boolean): string {
  if (typeof value === 'number' && (!Number.isSafeInteger(value) || value < 0))
    throw new TypeError(`${name}: BBB takes whole numbers from 0, got ${value}`);
  // A lone surrogate cannot be encoded; BBB would see U+FFFD anyway.
  return wellFormed(String(value)).replace(CONTROL_CHARACTERS, '');
}

function encodable(params: Params): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(params)) {
    if (name === 'checksum')
      throw new TypeError('checksum: expected no such parameter, it is added when signing');
    if (value !== undefined) texts[name] = textOf(name, value);
  }
  return texts;
}

/** The library leaves these five bare; a URL parser on the way encodes `'`, and then BBB hashes something else than was signed. */
function rfc3986(query: string): string {
  return query.replace(/[!'()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** `https://host/bigbluebutton`, however it was written. */
export function bbbRoot(url: string): string {
  return url.replace(/\/+$/, '').replace(/\/api$/, '');
}

/**
 * The URL of `call` (`getMeetings`, `hooks/create`): the library builds it, then it is signed anew, for the library knows SHA-1 alone.
 * BBB hashes call, raw query and secret. Throws TypeError on a number that BBB cannot take.
 */
export function signedUrl(signing: Signing, call: string, params: Params = {}): string {
  const root = bbbRoot(signing.url);
  const built = util.constructUrl(root, '', call, encodable(params));
  const query = rfc3986(built.slice(built.indexOf('?') + 1).replace(/(^|&)checksum=[0-9a-f]{40}$/, ''));
  const checksum = createHash(signing.algorithm)
    .update(`${call}${query}${signing.secret}`, 'utf8')
    .digest('hex');
  return `${root}/api/${call}?${query}${query === '' ? '' : '&'}checksum=${checksum}`;
}
