/** Verifies in constant time that a delivery comes from our bbb-webhooks; it keeps and logs nothing of it. */
import { createHash, timingSafeEqual } from 'node:crypto';

/** By the length of their hex; which of them bbb-webhooks uses is its `hookChecksumAlgorithm` (sha1 as it comes). */
const ALGORITHM_BY_LENGTH: ReadonlyMap<number, HookChecksumAlgorithm> = new Map([
  [40, 'sha1'],
  [64, 'sha256'],
  [96, 'sha384'],
  [128, 'sha512'],
]);

export type HookChecksumAlgorithm = 'sha1' | 'sha256' | 'sha384' | 'sha512';

export const HOOK_CHECKSUM_ALGORITHMS: readonly HookChecksumAlgorithm[] = [
  'sha1',
  'sha256',
  'sha384',
  'sha512',
];

export interface HookSecret {
  /** Exactly as registered: it is part of what is hashed, whatever a proxy made of it on the way. */
  readonly callbackUrl: string;
  /** BBB's secret, which bbb-webhooks shares. */
  readonly secret: string;
  readonly algorithms: readonly HookChecksumAlgorithm[];
}

/** Both are hashed first, so that not even the length of the secret shows in the time. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
  return timingSafeEqual(digest(a), digest(b));
}

/**
 * `checksum` from the query: hex of the hash over callback URL, raw body and secret (`callback-emitter.js`). Upper case is fine.
 * False for anything else, an algorithm not in the list included.
 */
export function isGenuineChecksum(hook: HookSecret, body: Buffer, checksum: string): boolean {
  const algorithm = ALGORITHM_BY_LENGTH.get(checksum.length);
  if (algorithm === undefined || !hook.algorithms.includes(algorithm) || !/^[0-9a-f]+$/i.test(checksum))
    return false;
  const expected = createHash(algorithm)
    .update(hook.callbackUrl, 'utf8')
    .update(body)
    .update(hook.secret, 'utf8')
    .digest();
  return timingSafeEqual(expected, Buffer.from(checksum, 'hex'));
}

/** `Authorization: Bearer <secret>`, which bbb-webhooks sends instead with `auth2_0`. */
export function isGenuineBearer(hook: HookSecret, authorization: string): boolean {
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
  return token !== undefined && hook.secret !== '' && sameText(token, hook.secret);
}
