/** Checks the signature of a meeting's tier claim; whether the claim fits the meeting is for the core to say. */
import { decode, verify } from 'jsonwebtoken';
import { z } from 'zod';
import type { ClaimResult, SignedClaim } from '../core/tier-resolution';
import { deriveClaimSecret } from './derive-secret';

/** More than any claim needs; BBB's metadata is whatever the caller of `create` sent. */
const MAX_TOKEN_LENGTH = 2_048;

const claimSchema = z.object({
  iss: z.literal('greenlight'),
  aud: z.literal('bbb-tiers'),
  tenant: z.string().min(1),
  tier: z.string().min(1),
  owner: z.string().min(1),
  room: z.string().min(1),
  iat: z.number().int(),
  exp: z.number().int(),
});

/** The tenant a token says it is from, to know which key to try; nothing is verified yet. */
function namedTenant(token: string): string | undefined {
  const payload = decode(token, { json: true });
  const tenant: unknown = payload?.tenant;
  return typeof tenant === 'string' && tenant !== '' ? tenant : undefined;
}

function verified(token: string, secret: string): SignedClaim | undefined {
  try {
    // The time is compared with the meeting's createTime, not with now: a restart hours later must accept it again.
    const payload = verify(token, secret, {
      algorithms: ['HS256'],
      issuer: 'greenlight',
      audience: 'bbb-tiers',
      ignoreExpiration: true,
      ignoreNotBefore: true,
    });
    const claim = claimSchema.safeParse(payload);
    return claim.success ? claim.data : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads `tier-claim` out of a meeting's metadata. Undefined when there is none; `refused` when it is not signed with the key of the
 * tenant it names. Never throws.
 */
export function createClaimVerifier(
  claimSecret: string,
): (metadata: Readonly<Record<string, string>>) => ClaimResult {
  return (metadata) => {
    const token = metadata['tier-claim'];
    if (token === undefined || token === '') return undefined;
    if (token.length > MAX_TOKEN_LENGTH) return { refused: 'malformed' };
    try {
      const tenant = namedTenant(token);
      if (tenant === undefined) return { refused: 'malformed' };
      const claim = verified(token, deriveClaimSecret(claimSecret, tenant));
      return claim === undefined ? { refused: 'bad-signature' } : { claim };
    } catch {
      return { refused: 'malformed' };
    }
  };
}
