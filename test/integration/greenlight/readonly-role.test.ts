/** What the shipped SQL lets the service see in a Greenlight database, and what not: asked as that account, on a real server. */
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
