/** GREENLIGHT_DATABASE_URL: one template for the read-only access to every tenant's database; opens no connection. */
import { databaseName } from './tenant-names';

const PROTOCOLS = ['postgres:', 'postgresql:'];
const PLACEHOLDER = /\{([^{}]*)\}/g;
const EXAMPLE = 'postgres://bbb_tiers_reader:password@127.0.0.1:5433/{database}';

/** What the variable has to be; for a line that says "expected …". */
export const DATABASE_URL_TEMPLATE_EXPECTED = `a PostgreSQL URL with {database} (the tenant's database, e.g. greenlight_acme) or {tenant} (its id) in it, such as ${EXAMPLE}`;

/** Whether each tenant gets a usable URL of its own from this template. */
export function isDatabaseUrlTemplate(template: string): boolean {
  const names = [...template.matchAll(PLACEHOLDER)].map(([, name]) => name);
  if (names.length === 0 || names.some((name) => name !== 'database' && name !== 'tenant')) return false;
  const filled = databaseUrlFor(template, 'a-tenant');
  if (/[{}]/.test(filled) || !URL.canParse(filled)) return false;
  const { protocol, hostname, pathname } = new URL(filled);
  return PROTOCOLS.includes(protocol) && hostname !== '' && /^\/[^/]+$/.test(pathname);
}

/** The tenant's own URL. Ids and database names need no escaping in any part of one. */
export function databaseUrlFor(template: string, tenantId: string): string {
  return template.replaceAll('{database}', databaseName(tenantId)).replaceAll('{tenant}', tenantId);
}
