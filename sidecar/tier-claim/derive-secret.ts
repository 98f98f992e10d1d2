/** The key with which one tenant signs its tier claims; derived, so that only one secret has to be kept. */
import { createHmac } from 'node:crypto';

/** Lower-case hex of HMAC-SHA256(`claimSecret`, `tier-claim:` + tenant id); used as a string, given to the tenant's Greenlight as TIER_CLAIM_SECRET. */
export function deriveClaimSecret(claimSecret: string, tenantId: string): string {
  return createHmac('sha256', claimSecret).update(`tier-claim:${tenantId}`, 'utf8').digest('hex');
}
