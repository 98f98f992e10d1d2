/** The shape of tenants.yml and its meaning; holds no secret and accepts none. */
import { z } from 'zod';
import { type Branding, type Tenant, UNKNOWN_OWNER_RULES } from '../core/config';
import { colour, expectations, host, httpsUrl, line, lines, mailAddress, tierCode } from './fields';

/** The id becomes part of host, database and service names, which is where the rule comes from (RFC 1035, §2.3.1, digits allowed first). */
export const TENANT_ID_PATTERN = '^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$';
export const TENANT_ID_EXPECTED =
  "a DNS label (lower-case letters, digits and inner hyphens, at most 63 characters) such as 'acme'";

const BrandingEntry = z.strictObject({
  name: lines().optional().meta({ description: 'Stands where Greenlight would name itself.' }),
  logo_url: httpsUrl()
    .optional()
    .meta({ description: "The logo's https address; also shown inside the meeting." }),
  primary_color: colour().optional(),
  primary_color_light: colour().optional(),
  banner_text: lines().optional().meta({ description: 'A line above every meeting.' }),
  terms_url: httpsUrl().optional(),
  privacy_url: httpsUrl().optional(),
  help_url: httpsUrl().optional(),
});

const EmailEntry = z.strictObject({
  from: mailAddress().meta({ description: 'The sender of the mail that Greenlight sends.' }),
  name: line().optional().meta({ description: "The sender's name." }),
});

const TenantEntry = z.strictObject({
  host: host().meta({ description: 'The host name of its Greenlight.' }),
  tier: tierCode().meta({ description: 'The code of a tier in tiers.yml.' }),
  tier_by_role: z.boolean().default(false).meta({
    description: "A Greenlight role named like a tier wins over `tier`, by the role of the room's owner.",
  }),
  unknown_owner: z.enum(UNKNOWN_OWNER_RULES).default('protect-moderators').meta({
    description:
      'Who keeps their seat in a full meeting whose owner is unknown (no claim, no role look-up): every moderator, the moderator who came first, or nobody.',
  }),
  branding: BrandingEntry.optional().meta({ description: 'Shown where the tier has branding.' }),
  email: EmailEntry.optional(),
});

/** Ids are checked apart (`cross-checks.ts`), so that a wrong one does not hide what else is wrong in its tenant. */
export const TenantsFile = z
  .strictObject({
    version: z.literal(1).meta({ description: 'The version of this file format.' }),
    tenants: z
      .record(z.string().meta({ pattern: TENANT_ID_PATTERN }), TenantEntry)
      .register(expectations, { expected: 'a map of tenants by their id', hint: 'write {} for none' }),
  })
  .meta({ title: 'bbb-tiers: tenants.yml' });

export type TenantsFileData = z.output<typeof TenantsFile>;

/** The meaning of a valid file, with every default filled in. */
export function toTenants(data: TenantsFileData): ReadonlyMap<string, Tenant> {
  const entries = Object.entries(data.tenants).map(([id, entry]): [string, Tenant] => {
    const { branding, email } = entry;
    const tenant: Tenant = {
      id,
      host: entry.host,
      tier: entry.tier,
      tierByRole: entry.tier_by_role,
      unknownOwner: entry.unknown_owner,
      branding:
        branding === undefined || Object.keys(branding).length === 0 ? undefined : (branding as Branding),
      email: email === undefined ? undefined : (email as NonNullable<Tenant['email']>),
    };
    return [id, tenant];
  });
  return new Map(entries);
}
