/** Whose page it is: the tenant that the visitor's host belongs to, with its name, logo and colour where its tier has branding. */
import type { Request } from 'express';
import type { Config } from '../core/config';
import { shownText } from './shown-text';

export interface Brand {
  readonly name: string;
  /** An https URL. */
  readonly logoUrl: string | undefined;
  readonly logoOrigin: string | undefined;
  /** `#0a7d55` */
  readonly color: string | undefined;
  readonly links: readonly { readonly kind: 'terms' | 'privacy' | 'help'; readonly url: string }[];
}

const NEUTRAL: Brand = {
  name: 'bbb-tiers',
  logoUrl: undefined,
  logoOrigin: undefined,
  color: undefined,
  links: [],
};
const COLOR = /^#(?:[\da-f]{3}|[\da-f]{6})$/i;

/** A source of a policy must not end it: a URL's origin has neither blanks nor semicolons, but a host could be anything once. */
function originOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, origin } = new URL(url);
  return protocol === 'https:' && /^https:\/\/[\w.:[\]-]+$/.test(origin) ? origin : undefined;
}

/** The neutral one for every other host. */
export function brandOf(config: Config, request: Request): Brand {
  const host = (request.hostname ?? '').toLowerCase();
  const tenant = [...config.tenants.values()].find((each) => each.host === host);
  const { branding } = tenant ?? {};
  if (tenant === undefined || branding === undefined) return NEUTRAL;
  if (config.tiers.tiers.get(tenant.tier)?.branding !== true) return NEUTRAL;
  const logoOrigin = branding.logo_url === undefined ? undefined : originOf(branding.logo_url);
  const links = (['terms', 'privacy', 'help'] as const).flatMap((kind) => {
    const url = branding[`${kind}_url`];
    return url !== undefined && originOf(url) !== undefined ? [{ kind, url }] : [];
  });
  return {
    name: shownText(branding.name ?? tenant.id),
    logoUrl: logoOrigin === undefined ? undefined : branding.logo_url,
    logoOrigin,
    color: COLOR.test(branding.primary_color ?? '') ? branding.primary_color : undefined,
    links,
  };
}

/** A style sheet of one line, because a strict policy takes no inline style. */
export function brandCss({ color }: Brand): string {
  return color === undefined ? '' : `:root { --brand: ${color}; }\n`;
}
