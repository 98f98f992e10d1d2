/** Makes admin tokens for operators' tools and the dashboard; never one without an end. */
import { sign } from 'jsonwebtoken';
import { formatDuration, SECOND_MS } from '../core/duration';
import {
  ADMIN_ROLES,
  type AdminRole,
  LONGEST_LIFE_MS,
  SUBJECT_PATTERN,
  TOKEN_ALGORITHM,
  TOKEN_PARTY,
} from './token';

export interface TokenRequest {
  /** ADMIN_JWT_SECRET. */
  readonly secret: string;
  readonly role: AdminRole;
  /** Whoever it is for, as an id; it is kept with every meeting ended by its bearer. Letters, digits and `._:-`, at most 64. */
  readonly subject: string;
  /** From one second up to 30 days; rounded down to whole seconds. */
  readonly lifeMs: number;
  /** Epoch ms. */
  readonly now: number;
}

/** A signed JWT (HS256). Throws RangeError, saying what was expected, on a role, subject or life that would be refused later. */
export function issueAdminToken(request: TokenRequest): string {
  const { secret, role, subject, lifeMs, now } = request;
  if (!ADMIN_ROLES.includes(role))
    throw new RangeError(`role: expected one of ${ADMIN_ROLES.join(', ')}, got '${role}'`);
  if (!SUBJECT_PATTERN.test(subject))
    throw new RangeError(
      `subject: expected an id of at most 64 letters, digits and '._:-', got '${subject.slice(0, 80)}'`,
    );
  if (!(lifeMs >= SECOND_MS && lifeMs <= LONGEST_LIFE_MS))
    throw new RangeError(
      `expires: expected from 1s to ${formatDuration(LONGEST_LIFE_MS)}, got ${Number.isFinite(lifeMs) ? formatDuration(lifeMs) : lifeMs}`,
    );
  const iat = Math.floor(now / SECOND_MS);
  const exp = iat + Math.floor(lifeMs / SECOND_MS);
  const claims = { iss: TOKEN_PARTY, aud: TOKEN_PARTY, sub: subject, role, iat, exp };
  return sign(claims, secret, { algorithm: TOKEN_ALGORITHM });
}
