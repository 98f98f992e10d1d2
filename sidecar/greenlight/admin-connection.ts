/** One connection to a PostgreSQL as its administrator, for as long as it is needed; holds no statement of its own. */
import { Client } from 'pg';
import { TerminalError } from '../errors';

const CONNECT_WITHIN_MS = 10_000;

/** The same server and account, another database. */
export function databaseAt(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
}

/** Is it a URL of a PostgreSQL server at all? */
export function isDatabaseUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return (protocol === 'postgres:' || protocol === 'postgresql:') && hostname !== '';
}

/** Throws TerminalError, without the password, when there is no connection; else whatever `use` throws. */
export async function withAdminConnection<Result>(
  url: string,
  use: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({
    connectionString: url,
    application_name: 'bbb-tiers tenants',
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
  });
  // The query under way reports a broken connection; without a listener the event would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (cause) {
    const { host, pathname } = new URL(url);
    throw new TerminalError(
      `no connection to database '${pathname.slice(1)}' at ${host}: ${reasonOf(cause)}`,
      { cause },
    );
  }
  try {
    return await use(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/** A host with two addresses that both refuse gives an error whose message is empty. */
export function reasonOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return message || code || String(error);
}
