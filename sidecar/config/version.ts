/** Names a config by its meaning: what is only written differently has the same version. Never looks at a file. */
import { createHash } from 'node:crypto';
import type { Config } from '../core/config';

const LENGTH = 12;

/** Sorted by key all the way down; what is undefined is left out. Lists keep their order, which has a meaning. */
function canonical(value: unknown): unknown {
  if (value instanceof Map) return canonical(Object.fromEntries(value));
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, canonical(inner)]);
}

/** Twelve hexadecimal digits that change with any value, and not with comments, white space or the order of keys. */
export function versionOf(meaning: Omit<Config, 'version'>): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(meaning)))
    .digest('hex')
    .slice(0, LENGTH);
}
