/** How many rows each of our tables has, to see that nothing was stored; writes nothing. */
import { Client } from 'pg';

export async function rowCounts(databaseUrl: string): Promise<Record<string, number>> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string; count: number }>(
      `select table_name as name, (xpath('/row/c/text()', query_to_xml('select count(*) as c from bbb_tiers.' || quote_ident(table_name), false, true, '')))[1]::text::int as count
        from information_schema.tables where table_schema = 'bbb_tiers' order by 1`,
    );
    return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
  } finally {
    await client.end();
  }
}
