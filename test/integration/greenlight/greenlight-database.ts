/** A real PostgreSQL database with Greenlight's tables and the read-only account, filled by hand; the account belongs to the whole server. */
import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { READER_ROLE, readRoleSql } from '../../../sidecar/greenlight/role-sql';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';

const SCHEMA = 'test/fixtures/greenlight/schema.sql';

export interface GreenlightDatabase extends TestDatabase {
  /** As the read-only account. */
  readonly readerUrl: string;
  /** As the administrator; ended by `drop`. */
  readonly admin: Client;
  addRole(name: string): Promise<string>;
  addUser(user?: { roleId?: string | null; provider?: string; status?: number }): Promise<string>;
  addRoom(userId: string, meetingId: string): Promise<void>;
}

/** Tables, the account, and no rows. */
export async function createGreenlightDatabase(): Promise<GreenlightDatabase> {
  const database = await createTestDatabase('empty');
  const admin = new Client({ connectionString: database.databaseUrl });
  admin.on('error', () => {});
  await admin.connect();
  await admin.query(readFileSync(SCHEMA, 'utf8'));
  await admin.query(readRoleSql());
  await givePassword(database.databaseUrl);
  const idOf = async (text: string, values: unknown[]): Promise<string> => {
    const { rows } = await admin.query<{ id: string }>(`${text} RETURNING id`, values);
    return String(rows[0]?.id);
  };
  let users = 0;
  return {
    ...database,
    readerUrl: asReader(database.databaseUrl),
    admin,
    addRole: (name) => idOf("INSERT INTO roles (name, provider) VALUES ($1, 'greenlight')", [name]),
    addUser({ roleId = null, provider = 'greenlight', status = 0 } = {}) {
      users += 1;
      return idOf(
        `INSERT INTO users (name, email, provider, role_id, status, password_digest, session_token, reset_digest, verification_digest)
         VALUES ($1, $5::text, $2, $3, $4, 'digest-' || $5::text, 'session-' || $5::text, 'reset-' || $5::text, 'verification-' || $5::text)`,
        [`person-${users}`, provider, roleId, status, `person-${users}@members.example`],
      );
    },
    async addRoom(userId, meetingId) {
      await idOf('INSERT INTO rooms (user_id, name, friendly_id, meeting_id) VALUES ($1, $2, $2, $2)', [
        userId,
        meetingId,
      ]);
    },
    async drop() {
      await admin.end();
      await database.drop();
    },
  };
}

/** The same database as the read-only account; on a server that asks for passwords with the administrator's. */
export function asReader(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.username = READER_ROLE;
  return url.href;
}

/**
 * Lets the read-only account in where passwords are asked for. The account is the whole server's, an advisory lock a database's: one test at
 * a time gets the lock of the maintenance database.
 */
export async function givePassword(databaseUrl: string): Promise<void> {
  const url = new URL(databaseUrl);
  const password = decodeURIComponent(url.password);
  if (password === '') return;
  url.pathname = '/postgres';
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(`BEGIN; SELECT pg_advisory_xact_lock(4711);
      ALTER ROLE ${READER_ROLE} PASSWORD ${client.escapeLiteral(password)}; COMMIT`);
  } finally {
    await client.end();
  }
}
