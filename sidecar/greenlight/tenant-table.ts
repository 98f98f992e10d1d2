/** Draws what there is to say of tenants as tables for a terminal or a pipe; gathers nothing. */
import Table from 'cli-table3';
import type { QuotaReport } from './quota';

/** One tenant as `tenants list` shows it; the keys are those of its JSON. */
export interface TenantRow {
  readonly tenant: string;
  readonly host: string;
  readonly tier: string;
  readonly service: string;
  readonly port: number;
  readonly redis_database: number;
  readonly database: string;
  /** Undefined when no server was asked. */
  readonly database_exists?: boolean;
}

/** One row per tenant. */
export function tenantTable(rows: readonly TenantRow[]): string {
  const asked = rows.some((row) => row.database_exists !== undefined);
  const heads = [
    'tenant',
    'host',
    'tier',
    'service',
    'port',
    'redis',
    'database',
    ...(asked ? ['there'] : []),
  ];
  return draw(
    heads,
    rows.map((row) => [
      row.tenant,
      row.host,
      row.tier,
      row.service,
      String(row.port),
      String(row.redis_database),
      row.database,
      ...(asked ? [row.database_exists === true ? 'yes' : 'no'] : []),
    ]),
  );
}

/** A line per tenant, and one per account that has too many rooms. */
export function quotaText(reports: readonly QuotaReport[]): string {
  return reports
    .map(({ tenant, tier, accounts, rooms }) => {
      const verdict = accounts.over ? 'ABOVE the tier' : 'within the tier';
      const head = `${tenant} (${tier}): ${accounts.used} of ${accounts.allowed} accounts, ${verdict}\n`;
      if (rooms.length === 0) return head;
      const table = draw(
        ['account', 'tier', 'rooms', 'allowed'],
        rooms.map(({ account, tier: code, used, allowed }) => [account, code, String(used), String(allowed)]),
      );
      return `${head}${table}`;
    })
    .join('');
}

function draw(head: readonly string[], rows: readonly (readonly string[])[]): string {
  // The library colours heads and borders unless configured not to.
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  for (const row of rows) table.push([...row]);
  return `${table.toString()}\n`;
}
