/** How long a month's usage takes out of a ledger of ten million rows; fills a database of its own, and refuses one that holds a ledger already. */
import type { Pool } from 'pg';
import pino from 'pino';
import { readUsage, type UsageQuery } from '../../sidecar/ledger/usage';
import { migrate } from '../../sidecar/store/migrate';
import { createPool } from '../../sidecar/store/pool';

export const LEDGER_ROWS = 10_000_000;
const BATCH_ROWS = 500_000;
const RUNS = 5;
const LONG_MS = 20 * 60_000;
/** As long as the shipped config keeps the ledger. */
const DAYS = 400;
const FIRST_DAY = '2025-10-01';
/** A whole month within those days. */
const MONTH = '2026-09';

export interface LedgerCase {
  readonly what: string;
  /** With nothing of this query in PostgreSQL's plan or our connection yet. */
  readonly firstMs: number;
  /** Of five runs. */
  readonly medianMs: number;
  /** Rows of the answer. */
  readonly answered: number;
}

export interface LedgerBench {
  readonly rows: number;
  /** Rows of the month that is asked for. */
  readonly monthRows: number;
  readonly cases: readonly LedgerCase[];
}

/**
 * Days of meetings as the roll-up leaves them: ids as BBB makes them, 200 tenants of which the first are the busiest, 50 owners
 * each, 2 in 100 meetings without tenant and owner, 2 in 100 rows a second day. Rows come in order of time, as meetings do.
 */
const FILL = `
  insert into bbb_tiers.meeting_days
  select
    left(md5(i::text) || md5((-i)::text), 40) || '-' || (1759276800000 + i * (${DAYS} * 86400000::bigint / $3)),
    date '${FIRST_DAY}' + (i * ${DAYS} / $3)::int,
    case when chance < 0.02 then null else 'tenant-' || tenant end,
    case when chance < 0.02 then null else 'gl-' || md5(tenant || ':' || account)::uuid end,
    chance < 0.98,
    minutes * 60000::bigint,
    minutes * people * 50000::bigint,
    case when account < 5 then minutes * 30000::bigint else 0 end,
    case when account < 20 then minutes * 40000::bigint else 0 end,
    people
  from generate_series($1::bigint, $2::bigint - 1) as i
  cross join lateral (
    select random() + 0 * i as chance, floor(200 * power(random(), 2) + 0 * i)::int as tenant, floor(50 * random() + 0 * i)::int as account,
      1 + floor(180 * random() + 0 * i)::int as minutes, 1 + floor(40 * power(random(), 2) + 0 * i)::int as people
  ) as drawn`;

/** The rows first and what hangs on them after, as a restore does; meetings themselves are left out, usage never reads them. */
async function fill(pool: Pool, rows: number, say: (text: string) => void): Promise<void> {
  const { rows: found } = await pool.query('select 1 from bbb_tiers.meeting_days limit 1');
  if (found.length > 0)
    throw new Error('expected an empty ledger to fill, found rows: give the bench a database of its own');
  const { rows: indexes } = await pool.query<{ name: string; definition: string }>(
    `select indexname as name, indexdef as definition from pg_indexes
     where schemaname = 'bbb_tiers' and tablename = 'meeting_days' and indexname not like '%_pkey'`,
  );
  for (const { name } of indexes) await pool.query(`drop index bbb_tiers.${name}`);
  await pool.query(
    'alter table bbb_tiers.meeting_days drop constraint meeting_days_internal_meeting_id_fkey',
  );
  await pool.query('select setseed(0.42)');
  for (let from = 0; from < rows; from += BATCH_ROWS) {
    await pool.query(FILL, [from, Math.min(rows, from + BATCH_ROWS), rows]);
    say(`ledger: ${Math.min(rows, from + BATCH_ROWS).toLocaleString('en')} rows`);
  }
  say('ledger: indexes');
  for (const { definition } of indexes) await pool.query(definition);
  await pool.query('vacuum analyze bbb_tiers.meeting_days');
}

async function measure(pool: Pool, what: string, query: UsageQuery): Promise<LedgerCase> {
  const times: number[] = [];
  let answered = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const startedAt = performance.now();
    answered = (await readUsage(pool, query)).length;
    times.push(performance.now() - startedAt);
  }
  if (answered === 0) throw new Error(`${what}: expected usage in ${MONTH}, found none`);
  const [firstMs = Number.NaN] = times;
  const medianMs = times.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? Number.NaN;
  return { what, firstMs, medianMs, answered };
}

/** Migrates and fills the given, empty database, then asks for a month in each way the API does. Times in ms; `say` hears of the progress. */
export async function benchLedger(
  databaseUrl: string,
  say: (text: string) => void,
  rows: number = LEDGER_ROWS,
): Promise<LedgerBench> {
  const log = pino({ level: 'silent' });
  await migrate(databaseUrl, { log });
  // One connection: the seed belongs to a session.
  const pool = createPool(databaseUrl, {
    applicationName: 'bbb-tiers bench',
    log,
    maxConnections: 1,
    statementTimeoutMs: LONG_MS,
  });
  try {
    await fill(pool, rows, say);
    const { rows: counted } = await pool.query<{ count: number }>(
      `select count(*) from bbb_tiers.meeting_days where to_char(day, 'YYYY-MM') = $1`,
      [MONTH],
    );
    const cases: LedgerCase[] = [];
    for (const [what, query] of [
      ['per tenant', { month: MONTH, by: 'tenant' }],
      ['per account', { month: MONTH, by: 'account' }],
      ['per tenant and day', { month: MONTH, by: 'tenant', per: 'day' }],
      ['the busiest tenant, per account', { month: MONTH, by: 'account', tenant: 'tenant-0' }],
    ] as const)
      cases.push(await measure(pool, what, query));
    return { rows, monthRows: counted[0]?.count ?? 0, cases };
  } finally {
    await pool.end();
  }
}
