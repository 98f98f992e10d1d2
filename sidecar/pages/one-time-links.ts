/** Codes that sign in once and soon: in memory only, few, and gone with a restart; knows no cookie and no page. */
import { randomBytes } from 'node:crypto';
import type { Admin } from '../admin-token/token';
import type { Clock } from '../core/clock';

/** How long a link may be used. */
export const LINK_LIFE_MS = 5 * 60_000;
const MOST = 100;
const CODE_BYTES = 24;

export interface OneTimeLinks {
  /** A code for whoever holds such a token. */
  make(admin: Admin): { readonly code: string; readonly expiresAt: number };
  /** Whose it was, once; undefined when it was never there, used or too old. */
  take(code: string): Admin | undefined;
}

interface Waiting {
  readonly admin: Admin;
  readonly expiresAt: number;
}

/** None yet. */
export function createOneTimeLinks(clock: Pick<Clock, 'now'>): OneTimeLinks {
  const waiting = new Map<string, Waiting>();
  return {
    make(admin) {
      const now = clock.now();
      for (const [code, { expiresAt }] of waiting) if (expiresAt <= now) waiting.delete(code);
      const [oldest] = waiting.keys();
      if (waiting.size >= MOST && oldest !== undefined) waiting.delete(oldest);
      const code = randomBytes(CODE_BYTES).toString('base64url');
      const expiresAt = now + LINK_LIFE_MS;
      waiting.set(code, { admin, expiresAt });
      return { code, expiresAt };
    },
    take(code) {
      const found = waiting.get(code);
      waiting.delete(code);
      return found !== undefined && found.expiresAt > clock.now() ? found.admin : undefined;
    },
  };
}
