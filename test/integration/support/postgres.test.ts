/** The databases that test files get: their own, migrated, quickly made and gone afterwards. */

import { Client } from 'pg';
import { DATABASE_SCHEMA } from '../../../sidecar/store/migrate';
import { createTestDatabase, startTestPostgres } from '../../support/postgres';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const TABLES = `select tablename from pg_tables where schemaname = '${DATABASE_SCHEMA}'`;

test('each database is its own', async () => {
  const [first, second] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  await query(first.databaseUrl, 'create table only_here ()');
  expect(await query(second.databaseUrl, "select to_regclass('only_here') as found")).toEqual([
    { found: null },
  ]);
  await Promise.all([first.drop(), second.drop()]);
});

test('it is migrated, or empty when asked', async () => {
  const migrated = await createTestDatabase();
  const empty = await createTestDatabase('empty');
  expect(await query(migrated.databaseUrl, TABLES)).toContainEqual({ tablename: 'migrations' });
  expect(await query(empty.databaseUrl, TABLES)).toEqual([]);
  await Promise.all([migrated.drop(), empty.drop()]);
});

test('it is gone after drop, whoever is still connected', async () => {
  const database = await createTestDatabase();
  const client = new Client({ connectionString: database.databaseUrl });
  client.on('error', () => {});
  const ended = new Promise((resolve) => client.once('end', resolve));
  await client.connect();
  await database.drop();
  await ended;
  await expect(query(database.databaseUrl, 'select 1')).rejects.toMatchObject({ code: '3D000' });
  await database.drop(); // twice is once
});

test('many at once are no trouble', async () => {
  const databases = await Promise.all(Array.from({ length: 8 }, () => createTestDatabase()));
  expect(new Set(databases.map(({ databaseUrl }) => databaseUrl)).size).toBe(8);
  await Promise.all(databases.map((database) => database.drop()));
});

test('a server given by TEST_DATABASE_URL is used, gets its template, and keeps nothing of it', async () => {
  const url = String(process.env.TEST_POSTGRES_URL);
  const given = await startTestPostgres({ TEST_DATABASE_URL: url });
  const found = () => query(url, `select from pg_database where datname = '${given.template}'`);
  expect(given.url).toBe(url);
  expect(await found()).toHaveLength(1);
  await given.stop();
  expect(await found()).toHaveLength(0);
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
});

test('without the global setup the message says what is missing', async () => {
  const url = process.env.TEST_POSTGRES_URL;
  delete process.env.TEST_POSTGRES_URL;
  try {
    await expect(createTestDatabase()).rejects.toThrow(
      "TEST_POSTGRES_URL is not set: databases for tests need Jest's global setup",
    );
  } finally {
    process.env.TEST_POSTGRES_URL = url;
  }
});
