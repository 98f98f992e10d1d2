/** Makes one process the owner of a running server; never waits for another owner to leave. */

import { Client } from 'pg';
import type { Account } from './account';
import { requirePassword } from './password';

/** The server is ours as long as this connection lives. */
export interface Ownership {
  /** What everybody who connects has to show from now on. */
  readonly password: string;
  /** Calls back once when the connection ends, which only happens when the server does. */
  onLost(callback: () => void): void;
  end(): Promise<void>;
}

/** Held by the owner, as a session lock: PostgreSQL lets go of it the moment the owner dies, however it dies. */
const OWNER_LOCK = 7_302_114_806;

/** Everyone but the owner gets this, with what is known of the owner. */
export class OwnedByAnother extends Error {}

/**
 * Takes the server at `databaseUrl`, whose data must lie in `directory`.
 * Throws OwnedByAnother when somebody else has it, and pg's error when it cannot be asked (yet).
 */
export async function takeOwnership(
  databaseUrl: string,
  account: Account | undefined,
  directory: string,
): Promise<Ownership> {
  const client = new Client({
    connectionString: databaseUrl,
    application_name: `bbb-tiers, owner, process ${process.pid}`,
    connectionTimeoutMillis: 1_000,
    query_timeout: 5_000,
    keepAlive: true,
  });
  let lost: (() => void) | undefined;
  let password: string;
  client.on('error', () => {}); // 'end' follows
  client.on('end', () => lost?.());
  try {
    await client.connect();
    await expectDirectory(client, directory);
    const { rows } = await client.query('select pg_try_advisory_lock($1) as taken', [OWNER_LOCK]);
    if (rows[0]?.taken !== true) throw new OwnedByAnother(await describeOwner(client));
    password = await requirePassword(client, account, directory);
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
  const socket = client as Client & { ref(): void; unref(): void }; // pg's types leave these two out
  socket.unref(); // must not keep alive a process that is otherwise done
  return {
    password,
    onLost: (callback) => {
      lost = callback;
    },
    end: async () => {
      lost = undefined;
      socket.ref(); // else such a process would end before the connection has
      await client.end().catch(() => {});
    },
  };
}

/** A free port that we found may have gone to another server meanwhile. */
async function expectDirectory(client: Client, directory: string): Promise<void> {
  const { rows } = await client.query('show data_directory');
  if (rows[0]?.data_directory !== directory) {
    throw new Error(`expected the server of ${directory}, found that of ${rows[0]?.data_directory}`);
  }
}

async function describeOwner(client: Client): Promise<string> {
  const { rows } = await client.query(
    `select a.application_name as name from pg_locks l join pg_stat_activity a using (pid)
      where l.locktype = 'advisory' and l.granted and (l.classid::bigint << 32 | l.objid::bigint) = $1`,
    [OWNER_LOCK],
  );
  return String(rows[0]?.name ?? 'unknown');
}
