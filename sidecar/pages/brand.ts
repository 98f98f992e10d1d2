/** Whose page it is: the tenant that the visitor's host belongs to, with its name, logo, colour and links where its tier has branding. */
import type { Request } from 'express';
import type { Branding, Config, Tenant } from '../core/config';
import { shownText } from './shown-text';

export const LINK_KINDS = ['terms', 'privacy', 'help'] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

export interface Brand {
  readonly name: string;
  /** An https URL on the tenant's own host: the pages ask nobody else for anything. */
  readonly logoUrl: string | undefined;
  /** `#0a7d55` */
  readonly color: string | undefined;
  /** https URLs, in the order of `LINK_KINDS`. */
  readonly links: readonly { readonly kind: LinkKind; readonly url: string }[];
}

const NEUTRAL: Brand = { name: 'bbb-tiers', logoUrl: undefined, color: undefined, links: [] };
const COLOR = /^#(?:[\da-f]{3}|[\da-f]{6})$/i;

function isHttpsUrl(url: string | undefined): url is string {
  return url !== undefined && URL.canParse(url) && new URL(url).protocol === 'https:';
}

/** What a tenant may show; undefined where its tier has no branding. */
function brandingOf({ tiers }: Config, tenant: Tenant | undefined): Branding | undefined {
  if (tenant === undefined || tiers.tiers.get(tenant.tier)?.branding !== true) return undefined;
  return tenant.branding;
}

/** Where a tenant helps its people; undefined where its tier has no branding. */
export function helpUrlOf(config: Config, tenant: Tenant | undefined): string | undefined {
  const url = brandingOf(config, tenant)?.help_url;
  return isHttpsUrl(url) ? url : undefined;
}

/** The neutral one for every other host. */
export function brandOf(config: Config, request: Request): Brand {
  const host = (request.hostname ?? '').toLowerCase();
  const tenant = [...config.tenants.values()].find((each) => each.host === host);
  const branding = brandingOf(config, tenant);
  if (tenant === undefined || branding === undefined) return NEUTRAL;
  const logo = branding.logo_url;
  const links = LINK_KINDS.flatMap((kind) => {
    const url = branding[`${kind}_url`];
    return isHttpsUrl(url) ? [{ kind, url }] : [];
  });
  return {
    name: shownText(branding.name ?? tenant.id),
    logoUrl: isHttpsUrl(logo) && new URL(logo).host === tenant.host ? logo : undefined,
    color: COLOR.test(branding.primary_color ?? '') ? branding.primary_color : undefined,
    links,
  };
}

/** A style sheet of one line, because a strict policy takes no inline style. */
export function brandCss({ color }: Brand): string {
  return color === undefined ? '' : `:root { --brand: ${color}; }\n`;
}
