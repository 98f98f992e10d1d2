/** What an admin token is: who it may be issued to, for how long, and as what; issues and verifies nothing by itself. */
import { z } from 'zod';
import { DAY_MS, SECOND_MS } from '../core/duration';

/** Viewers read; operators also end meetings and reload the configuration. */
export const ADMIN_ROLES = ['viewer', 'operator'] as const;
export type AdminRole = (typeof ADMIN_ROLES)[number];

/** Both issuer and audience of a token. */
export const TOKEN_PARTY = 'bbb-tiers';
export const TOKEN_ALGORITHM = 'HS256';
/** A token that lives longer is refused, whoever signed it. */
export const LONGEST_LIFE_MS = 30 * DAY_MS;

/** An id that goes into the decision log: no e-mail address, no name with spaces. */
export const SUBJECT_PATTERN = /^[A-Za-z0-9._:-]{1,64}$/;

export const adminClaims = z.object({
  iss: z.literal(TOKEN_PARTY),
  aud: z.literal(TOKEN_PARTY),
  sub: z.string().regex(SUBJECT_PATTERN),
  role: z.enum(ADMIN_ROLES),
  /** Epoch seconds, as in every JWT. */
  iat: z.number().int().nonnegative(),
  exp: z.number().int().nonnegative(),
});

/** Who holds a token that stands. */
export interface Admin {
  /** An id, never a name. */
  readonly subject: string;
  readonly role: AdminRole;
  /** Epoch ms. */
  readonly expiresAt: number;
}

/** Does this role allow what that one does? */
export function mayAct(role: AdminRole, needed: AdminRole): boolean {
  return ADMIN_ROLES.indexOf(role) >= ADMIN_ROLES.indexOf(needed);
}

/** Epoch seconds of JWTs as epoch ms. */
export function fromEpochSeconds(seconds: number): number {
  return seconds * SECOND_MS;
}
