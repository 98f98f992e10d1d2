/** What the shipped SQL lets the service see in a Greenlight database, and what not: asked as that account, on a real server. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { READER_ROLE, readRoleSql } from '../../../sidecar/greenlight/role-sql';
import { createTestDatabase } from '../../support/postgres';
import { asReader, createGreenlightDatabase, type GreenlightDatabase } from './greenlight-database';

const READABLE = {
  rooms: ['id', 'meeting_id', 'user_id'],
  users: ['id', 'provider', 'role_id', 'status'],
  roles: ['id', 'name', 'provider'],
  schema_migrations: ['version'],
};

let greenlight: GreenlightDatabase;
let reader: Client;
beforeAll(async () => {
  greenlight = await createGreenlightDatabase();
  await greenlight.addRoom(await greenlight.addUser({ roleId: await greenlight.addRole('User') }), 'room');
  await greenlight.admin.query(
    "INSERT INTO invitations (email, provider, token) VALUES ('a@b.example', 'greenlight', 't')",
  );
  reader = new Client({ connectionString: greenlight.readerUrl });
  await reader.connect();
});
afterAll(async () => {
  await reader.end();
  await greenlight.drop();
});

function passwordOf(databaseUrl: string): string {
  return decodeURIComponent(new URL(databaseUrl).password);
}

/** Every column of every table that this account can really select. */
async function readableColumns(): Promise<Record<string, string[]>> {
  const { rows } = await greenlight.admin.query<{ table_name: string; column_name: string }>(
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
  );
  const found: Record<string, string[]> = {};
  for (const { table_name, column_name } of rows) {
    const read = await reader.query(`SELECT ${column_name} FROM ${table_name}`).then(
      () => true,
      (error: { code?: string }) => {
        expect(error.code).toBe('42501');
        return false;
      },
    );
    if (read) found[table_name] = [...(found[table_name] ?? []), column_name];
  }
  return found;
}

it('sees the columns it needs, and no other column of any table', async () => {
  expect(await readableColumns()).toEqual(READABLE);
});

it.each([
  'SELECT password_digest FROM users',
  'SELECT email FROM users',
  'SELECT * FROM users',
  'SELECT session_token FROM users',
  'SELECT u.id FROM users u WHERE u.reset_digest IS NOT NULL',
  'SELECT token FROM invitations',
  'SELECT client_secret FROM tenants',
  'SELECT id FROM users ORDER BY email',
])('%s is refused', async (query) => {
  await expect(reader.query(query)).rejects.toMatchObject({ code: '42501' });
});

it.each([
  'UPDATE users SET status = 2',
  'DELETE FROM rooms',
  "INSERT INTO roles (name, provider) VALUES ('Administrator', 'x')",
  'CREATE TABLE mine (id int)',
  'CREATE ROLE another',
  'CREATE DATABASE another',
])('%s is refused', async (statement) => {
  await expect(reader.query(statement)).rejects.toMatchObject({ code: '42501' });
});

it('takes back what somebody gave it in addition', async () => {
  await greenlight.admin.query(
    `GRANT SELECT (password_digest) ON users TO ${READER_ROLE}; GRANT SELECT ON invitations TO ${READER_ROLE}`,
  );
  await reader.query('SELECT password_digest FROM users');
  await greenlight.admin.query(readRoleSql());
  expect(await readableColumns()).toEqual(READABLE);
});

/** As every database of PostgreSQL 13 and 14 is, and one that came from there by pg_upgrade: Greenlight's compose file has 14. */
it('makes no table where everybody may, and Greenlight still does', async () => {
  const { admin, databaseUrl } = greenlight;
  const account = `greenlight_${randomBytes(4).toString('hex')}`;
  const { rows } = await admin.query<{ name: string }>('SELECT current_database() AS name');
  await admin.query(`CREATE ROLE ${account} LOGIN PASSWORD ${admin.escapeLiteral(passwordOf(databaseUrl))};
    ALTER TABLE roles OWNER TO ${account};
    GRANT CONNECT ON DATABASE ${admin.escapeIdentifier(String(rows[0]?.name))} TO ${account};
    GRANT CREATE ON SCHEMA public TO PUBLIC`);
  await reader.query('CREATE TABLE mine (id int)');
  await reader.query('DROP TABLE mine');
  try {
    await admin.query(readRoleSql());
    await admin.query(readRoleSql());
    await expect(reader.query('CREATE TABLE mine (id int)')).rejects.toMatchObject({ code: '42501' });
    const url = new URL(databaseUrl);
    url.username = account;
    const owner = new Client({ connectionString: url.href });
    await owner.connect();
    await owner.query('CREATE TABLE migrated (id int)');
    await owner.end();
  } finally {
    await admin.query(
      `REASSIGN OWNED BY ${account} TO CURRENT_USER; DROP OWNED BY ${account}; DROP ROLE ${account}`,
    );
  }
});

it('leaves the rights on a schema alone that is closed already', async () => {
  const rights = async (): Promise<unknown> =>
    (await greenlight.admin.query("SELECT nspacl::text FROM pg_namespace WHERE nspname = 'public'")).rows;
  await greenlight.admin.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
  const before = await rights();
  await greenlight.admin.query(readRoleSql());
  expect(await rights()).toEqual(before);
});

it('goes through before Greenlight has made its tables, and again', async () => {
  const empty = await createTestDatabase('empty');
  const admin = new Client({ connectionString: empty.databaseUrl });
  await admin.connect();
  await admin.query(readRoleSql());
  await admin.query(readRoleSql());
  const early = new Client({ connectionString: asReader(empty.databaseUrl) });
  await early.connect();
  await expect(early.query('SELECT 1')).resolves.toMatchObject({ rowCount: 1 });
  for (const client of [admin, early]) await client.end();
  await empty.drop();
});
