/** Says who a bearer of an admin token is, or what is wrong with it; algorithm, issuer, audience and longest life are pinned. */
import { verify } from 'jsonwebtoken';
import { formatDuration, MINUTE_MS, SECOND_MS } from '../core/duration';
import {
  type Admin,
  adminClaims,
  fromEpochSeconds,
  LONGEST_LIFE_MS,
  TOKEN_ALGORITHM,
  TOKEN_PARTY,
} from './token';

/** More than any token of ours needs. */
const MAX_TOKEN_LENGTH = 2_048;
/** Two machines' clocks may differ by this much. */
const CLOCK_TOLERANCE_MS = MINUTE_MS;

/** `problem`: one line for the bearer; never quotes the token. */
export type Verified = { readonly admin: Admin } | { readonly problem: string };

/** jsonwebtoken's message without what it knows of the key or the payload. */
function problemOf(error: unknown): string {
  const name = error instanceof Error ? error.name : '';
  if (name === 'TokenExpiredError') return 'the token has expired';
  const message = error instanceof Error ? error.message : '';
  if (message.startsWith('jwt audience')) return `expected a token for the audience '${TOKEN_PARTY}'`;
  if (message.startsWith('jwt issuer')) return `expected a token of the issuer '${TOKEN_PARTY}'`;
  if (message === 'invalid algorithm') return `expected a token signed with ${TOKEN_ALGORITHM}`;
  return 'the token is malformed or was not signed with the key of this service';
}

/** Checks a token at `now` (epoch ms) with the service's ADMIN_JWT_SECRET. Never throws. */
export function verifyAdminToken(token: string, secret: string, now: number): Verified {
  if (token.length > MAX_TOKEN_LENGTH)
    return { problem: `the token is longer than ${MAX_TOKEN_LENGTH} characters` };
  let payload: unknown;
  try {
    payload = verify(token, secret, {
      algorithms: [TOKEN_ALGORITHM],
      issuer: TOKEN_PARTY,
      audience: TOKEN_PARTY,
      clockTimestamp: Math.floor(now / SECOND_MS),
    });
  } catch (error) {
    return { problem: problemOf(error) };
  }
  const claims = adminClaims.safeParse(payload);
  if (!claims.success) {
    const [issue] = claims.error.issues;
    return {
      problem: `the token's claim '${issue?.path.join('.') ?? ''}' is missing or not what is expected`,
    };
  }
  const { sub, role, iat, exp } = claims.data;
  if (fromEpochSeconds(exp - iat) > LONGEST_LIFE_MS)
    return { problem: `the token lives longer than ${formatDuration(LONGEST_LIFE_MS)}` };
  if (fromEpochSeconds(iat) > now + CLOCK_TOLERANCE_MS)
    return { problem: 'the token is from the future: compare the clocks' };
  return { admin: { subject: sub, role, expiresAt: fromEpochSeconds(exp) } };
}
