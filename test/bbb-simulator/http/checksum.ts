/** Checksums as bbb-web checks them: over the query exactly as it was sent; nothing is re-encoded here. */
import { createHash } from 'node:crypto';

export const CHECKSUM_ALGORITHMS = ['sha1', 'sha256', 'sha384', 'sha512'] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** The length of the hex tells the algorithm. */
const BY_LENGTH: Readonly<Record<number, ChecksumAlgorithm>> = {
  40: 'sha1',
  64: 'sha256',
  96: 'sha384',
  128: 'sha512',
};

export function hashHex(algorithm: ChecksumAlgorithm, text: string): string {
  return createHash(algorithm).update(text, 'utf8').digest('hex');
}

/** `HEX(HASH(call + query + secret))`, the query without its checksum and without `?`. */
export function apiChecksum(
  algorithm: ChecksumAlgorithm,
  call: string,
  query: string,
  secret: string,
): string {
  return hashHex(algorithm, call + query + secret);
}

/** The raw query with its `checksum` parameter taken out, wherever it stood. */
export function withoutChecksum(rawQuery: string): string {
  return rawQuery
    .split('&')
    .filter((part) => !part.startsWith('checksum='))
    .join('&');
}

export interface ChecksumRule {
  readonly secret: string;
  readonly supported: readonly ChecksumAlgorithm[];
}

/** True when the query's checksum fits (`GetChecksumValidator`; upper or lower case). */
export function isChecksumRight(call: string, rawQuery: string, rule: ChecksumRule): boolean {
  const given = /(?:^|&)checksum=([^&]*)/.exec(rawQuery)?.[1]?.toLowerCase() ?? '';
  const algorithm = BY_LENGTH[given.length];
  if (algorithm === undefined || !rule.supported.includes(algorithm)) return false;
  return given === apiChecksum(algorithm, call, withoutChecksum(rawQuery), rule.secret);
}
