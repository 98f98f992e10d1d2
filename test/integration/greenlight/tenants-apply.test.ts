/** `bbb-tiers tenants apply|list|quota` against a real PostgreSQL. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { databaseAt } from '../../../sidecar/greenlight/admin-connection';
import { databaseName } from '../../../sidecar/greenlight/tenant-names';
import { findFreePort } from '../../support/free-port';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { asReader, givePassword } from './greenlight-database';
import { type TenantsCommand, tenantsCommand } from './tenants-command';

/** Databases belong to the whole server: names of our own, so that tests do not meet. */
const ids = ['one', 'two'].map((name) => `${name}-${randomBytes(4).toString('hex')}`);
const [one, two] = ids as [string, string];

let server: TestDatabase;
let command: TenantsCommand;
let admin: Client;
beforeEach(async () => {
  server = await createTestDatabase('empty');
  command = tenantsCommand(ids);
  admin = new Client({ connectionString: server.databaseUrl });
  await admin.connect();
});
afterEach(async () => {
  for (const id of ids) await admin.query(`DROP DATABASE IF EXISTS ${databaseName(id)} WITH (FORCE)`);
  await admin.end();
  await server.drop();
  command.remove();
});

const apply = (...more: string[]) => command.run(['apply', '--database-url', server.databaseUrl, ...more]);

async function inDatabase<Result>(
  id: string,
  use: (client: Client) => Promise<Result>,
  as = (url: string) => url,
): Promise<Result> {
  const client = new Client({ connectionString: as(databaseAt(server.databaseUrl, databaseName(id))) });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

async function makeTables(id: string): Promise<void> {
  await inDatabase(id, (client) =>
    client.query(`CREATE TABLE roles (id uuid, name text, provider text);
      CREATE TABLE users (id uuid, provider text, role_id uuid, status int, email text, password_digest text);
      CREATE TABLE rooms (id uuid, user_id uuid, meeting_id text, name text)`),
  );
}

it('creates what is missing, and the second time finds it there', async () => {
  const later = "no tables yet: run this again after Greenlight's first start";
  const first = await apply();
  expect(first).toMatchObject({ err: '', code: 0 });
  expect(first.out).toContain(
    `${one}: ${databaseName(one)} created; ${later}\n${two}: ${databaseName(two)} created; ${later}\n`,
  );
  await makeTables(one);
  const second = await apply();
  expect(second.out).toContain(
    `${one}: ${databaseName(one)} was there; bbb_tiers_reader may read what it needs\n${two}: ${databaseName(two)} was there; ${later}\n`,
  );
  expect(second.code).toBe(0);
});

it('two at once both succeed', async () => {
  const runs = await Promise.all([apply(), apply(), apply()]);
  expect(runs.map(({ code, err }) => ({ code, err }))).toEqual(Array(3).fill({ code: 0, err: '' }));
  const created = runs.map(({ out }) => (out.match(/ created;/g) ?? []).length);
  expect(created.toSorted()).toEqual([0, 0, 2]);
});

it('leaves what is in a database alone', async () => {
  await apply();
  await makeTables(one);
  await inDatabase(one, (client) => client.query("INSERT INTO rooms (meeting_id) VALUES ('kept')"));
  await apply();
  const { rows } = await inDatabase(one, (client) => client.query('SELECT meeting_id FROM rooms'));
  expect(rows).toEqual([{ meeting_id: 'kept' }]);
});

it('lets the read-only account in and everybody else stay out', async () => {
  await apply();
  await makeTables(one);
  await apply();
  await givePassword(server.databaseUrl);
  await inDatabase(one, (reader) => reader.query('SELECT meeting_id FROM rooms'), asReader);
  await expect(
    inDatabase(one, (reader) => reader.query('SELECT email FROM users'), asReader),
  ).rejects.toMatchObject({ code: '42501' });
  const { rows } = await admin.query(
    `SELECT has_database_privilege('bbb_tiers_reader', $1, 'CONNECT') AS reader,
            has_database_privilege('pg_monitor', $1, 'CONNECT') AS anybody`,
    [databaseName(one)],
  );
  expect(rows).toEqual([{ reader: true, anybody: false }]);
});

it('gives a new database to the account that Greenlight connects as', async () => {
  const owner = `greenlight_${randomBytes(4).toString('hex')}`;
  await admin.query(`CREATE ROLE ${owner}`);
  expect(await apply('--owner', owner)).toMatchObject({ code: 0 });
  const { rows } = await admin.query(
    'SELECT pg_get_userbyid(datdba) AS owner, pg_encoding_to_char(encoding) AS encoding FROM pg_database WHERE datname = $1',
    [databaseName(one)],
  );
  expect(rows).toEqual([{ owner, encoding: 'UTF8' }]);
  for (const id of ids) await admin.query(`DROP DATABASE ${databaseName(id)}`);
  await admin.query(`DROP ROLE ${owner}`);
  expect(await apply('--owner', owner)).toMatchObject({
    code: 1,
    err: `bbb-tiers: role "${owner}" does not exist\n`,
  });
});

it('says in one line, without the password, why it cannot', async () => {
  const port = await findFreePort();
  const away = `postgres://root:hidden-word@127.0.0.1:${port}/postgres`;
  const { err, code } = await command.run(['apply', '--database-url', away]);
  expect(code).toBe(1);
  expect(err).toMatch(
    new RegExp(
      `^bbb-tiers: no connection to database 'postgres' at 127\\.0\\.0\\.1:${port}: .*ECONNREFUSED.*\\n$`,
    ),
  );
  expect(err).not.toContain('hidden-word');
  expect(await command.run(['apply', '--database-url', 'hidden-word'])).toEqual({
    out: '',
    err: 'bbb-tiers: --database-url (or GREENLIGHT_ADMIN_DATABASE_URL): expected a URL such as postgres://postgres:password@127.0.0.1:5433/postgres, got something else\n',
    code: 78,
  });
  expect(await command.run(['apply'])).toMatchObject({
    code: 78,
    err: expect.stringContaining('got nothing'),
  });
});

it('takes the administrator from the environment too', async () => {
  expect(await command.run(['apply'], { GREENLIGHT_ADMIN_DATABASE_URL: server.databaseUrl })).toMatchObject({
    code: 0,
  });
});

it('list shows what follows from the config, and with a server which databases are there', async () => {
  const plain = await command.run(['list']);
  expect(plain).toMatchObject({ err: '', code: 0 });
  expect(plain.out).toContain(`tenant-${one}`);
  await apply();
  await admin.query(`DROP DATABASE ${databaseName(two)}`);
  const { out } = await command.run(['list', '--database-url', server.databaseUrl, '--json']);
  const { tenants } = JSON.parse(out) as { tenants: Record<string, unknown>[] };
  expect(tenants).toEqual([
    {
      tenant: one,
      host: `${one}.meet.example`,
      tier: 'free',
      service: `tenant-${one}`,
      port: expect.any(Number),
      redis_database: expect.any(Number),
      database: databaseName(one),
      database_exists: true,
    },
    expect.objectContaining({ tenant: two, database_exists: false }),
  ]);
});

it('list names a database that no tenant has any more', async () => {
  await apply();
  const fewer = tenantsCommand([two]);
  const { out } = await fewer.run(['list', '--database-url', server.databaseUrl]);
  fewer.remove();
  expect(out).toMatch(new RegExp(`Without a tenant in the config: .*${databaseName(one)}`));
});

it('quota counts in every database it can reach, and names those it cannot', async () => {
  await apply();
  await makeTables(one);
  await inDatabase(one, (client) =>
    client.query(`INSERT INTO users (id, provider, status) VALUES
      ('00000000-0000-4000-8000-000000000001', 'greenlight', 0), ('00000000-0000-4000-8000-000000000002', 'greenlight', 1);
      INSERT INTO rooms (id, user_id) SELECT gen_random_uuid(), '00000000-0000-4000-8000-000000000001' FROM generate_series(1, 3)`),
  );
  await apply();
  await givePassword(server.databaseUrl);
  const url = databaseAt(asReader(server.databaseUrl), '{database}').replace('%7Bdatabase%7D', '{database}');
  const { out, err, code } = await command.run(['quota', '--json'], { GREENLIGHT_DATABASE_URL: url });
  expect(JSON.parse(out)).toEqual([
    {
      tenant: one,
      tier: 'free',
      accounts: { used: 2, allowed: 1, over: true },
      rooms: [{ account: 'gl-00000000-0000-4000-8000-000000000001', tier: 'free', used: 3, allowed: 1 }],
    },
  ]);
  expect({ err, code }).toEqual({
    err: `bbb-tiers: ${two}: its Greenlight database does not answer: relation "users" does not exist\n`,
    code: 1,
  });
  const text = await command.run(['quota'], { GREENLIGHT_DATABASE_URL: url });
  expect(text.out).toContain(`${one} (free): 2 of 1 accounts, ABOVE the tier\n`);
  expect(text.out).toContain('gl-00000000-0000-4000-8000-000000000001');
});
