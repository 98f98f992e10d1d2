/** The migrations against the real server: what two starters, a failing file, a held lock and a poor role see. */

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import pino from 'pino';
import { DATABASE_SCHEMA, MIGRATIONS_DIRECTORY, migrate } from '../../../sidecar/store/migrate';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { until } from '../../support/until';

const log = pino({ level: 'silent' });

let database: TestDatabase;
let client: Client;

beforeEach(async () => {
  database = await createTestDatabase('empty');
  client = new Client({ connectionString: database.databaseUrl });
  await client.connect();
});

afterEach(async () => {
  await client.end();
  await database.drop();
});

async function files(): Promise<string[]> {
  return (await readdir(MIGRATIONS_DIRECTORY)).filter((name) => name.endsWith('.sql')).sort();
}

async function schemas(): Promise<string[]> {
  const { rows } = await client.query(
    "select distinct schemaname from pg_tables where schemaname !~ '^(pg_|information_)'",
  );
  return rows.map((row) => String(row.schemaname));
}

test('starters at once all succeed, and each migration runs once, in the order of the numbers', async () => {
  const starters = [1, 2, 3, 4].map(() => migrate(database.databaseUrl, { log }));
  const applied = await Promise.all(starters);
  expect(applied.filter((names) => names.length > 0)).toEqual([
    (await files()).map((name) => name.replace('.sql', '')),
  ]);
});

test('a start with nothing due changes nothing', async () => {
  await migrate(database.databaseUrl, { log });
  const before = await client.query('select * from bbb_tiers.migrations');
  expect(await migrate(database.databaseUrl, { log })).toEqual([]);
  expect((await client.query('select * from bbb_tiers.migrations')).rows).toEqual(before.rows);
});

test('everything lands in the own schema', async () => {
  await migrate(database.databaseUrl, { log });
  expect(await schemas()).toEqual([DATABASE_SCHEMA]);
});

test('a database with migrations of another program is shared', async () => {
  await client.query(
    "create table pgmigrations (id serial primary key, name text); insert into pgmigrations (name) values ('x')",
  );
  expect(await migrate(database.databaseUrl, { log })).toHaveLength((await files()).length);
  expect((await client.query('select name from pgmigrations')).rows).toEqual([{ name: 'x' }]);
});

describe('while another session holds the lock', () => {
  const LOCK = 7241865325823964n; // node-pg-migrate's PG_MIGRATE_LOCK_ID

  test('a starter waits, then finishes', async () => {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    const waiting = migrate(database.databaseUrl, { log });
    await until('the starter waits for the lock', async () => {
      const { rowCount } = await client.query(
        "select from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())",
      );
      return rowCount === 1;
    });
    expect(await schemas()).toEqual([]);
    await client.query('select pg_advisory_unlock($1)', [LOCK]);
    expect(await waiting).toHaveLength((await files()).length);
  });

  test('a starter that waited too long says what to look at', async () => {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await expect(migrate(database.databaseUrl, { log, lockTimeoutMs: 50 })).rejects.toThrow(
      /^expected the migration lock within 0\.05 s, but another session holds it: see pg_stat_activity/,
    );
    expect(await schemas()).toEqual([]);
  });
});

describe('with migrations of its own', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'migrations-'));
    await writeFile(join(directory, '0001-first.sql'), 'create table bbb_tiers.first (id int);');
  });

  afterEach(() => rm(directory, { recursive: true }));

  test('a failing migration takes back the whole run, and the corrected one goes through', async () => {
    await writeFile(
      join(directory, '0002-second.sql'),
      'create table bbb_tiers.second (id int); select 1 / 0;',
    );
    await expect(migrate(database.databaseUrl, { log, directory })).rejects.toThrow(
      'a migration failed and nothing of this run remains: division by zero',
    );
    expect((await client.query('select * from bbb_tiers.migrations')).rows).toEqual([]);
    expect((await client.query("select to_regclass('bbb_tiers.first') as first")).rows).toEqual([
      { first: null },
    ]);

    await writeFile(join(directory, '0002-second.sql'), 'create table bbb_tiers.second (id int);');
    expect(await migrate(database.databaseUrl, { log, directory })).toEqual(['0001-first', '0002-second']);
  });

  test('the order is that of the numbers, and what is no .sql file is left alone', async () => {
    await writeFile(join(directory, '0010-tenth.sql'), 'insert into bbb_tiers.first values (10);');
    await writeFile(join(directory, '0009-ninth.sql'), 'insert into bbb_tiers.first values (9);');
    await writeFile(join(directory, '0009-ninth.sql.orig'), 'select 1 / 0;');
    await writeFile(join(directory, 'README.md'), 'not SQL');
    await mkdir(join(directory, 'archive'));
    expect(await migrate(database.databaseUrl, { log, directory })).toEqual([
      '0001-first',
      '0009-ninth',
      '0010-tenth',
    ]);
    expect((await client.query('select id from bbb_tiers.first')).rows).toEqual([{ id: 9 }, { id: 10 }]);
  });

  test('one that comes before those that have run is refused', async () => {
    await writeFile(join(directory, '0003-third.sql'), 'select 1;');
    await migrate(database.databaseUrl, { log, directory });
    await writeFile(join(directory, '0002-second.sql'), 'create table bbb_tiers.second (id int);');
    await expect(migrate(database.databaseUrl, { log, directory })).rejects.toThrow(/0002-second/);
  });

  test('an older version starts on newer tables', async () => {
    await writeFile(join(directory, '0002-second.sql'), 'create table bbb_tiers.second (id int);');
    await migrate(database.databaseUrl, { log, directory });
    await rm(join(directory, '0002-second.sql'));
    expect(await migrate(database.databaseUrl, { log, directory })).toEqual([]);
  });
});

test('a role that owns the schema and may not create one is enough', async () => {
  const role = `poor_${database.databaseUrl.slice(-20).replace(/\W/g, '')}`;
  await client.query(
    `create role ${role} login password 'poor'; create schema bbb_tiers authorization ${role}`,
  );
  const url = new URL(database.databaseUrl);
  url.username = role;
  url.password = 'poor';
  const poor = new Client({ connectionString: url.href });
  try {
    await poor.connect();
    await expect(poor.query('create schema another')).rejects.toThrow(/permission denied/);
    expect(await migrate(url.href, { log })).toHaveLength((await files()).length);
  } finally {
    await poor.end();
    await client.query(`drop owned by ${role} cascade; drop role ${role}`);
  }
});

test('a database that does not answer is told as it is', async () => {
  await expect(migrate('postgres://sidecar@127.0.0.1:1/postgres', { log })).rejects.toThrow(/ECONNREFUSED/);
});

test('the files are numbered without a gap and leave the transaction to the runner', async () => {
  const names = await files();
  expect(names.map((name) => /^(\d{4})-[a-z0-9-]+\.sql$/.exec(name)?.[1])).toEqual(
    names.map((_, index) => String(index + 1).padStart(4, '0')),
  );
  for (const name of names) {
    const sql = await readFile(join(MIGRATIONS_DIRECTORY, name), 'utf8');
    const statements = sql.replace(/^\s*--.*$/gm, '');
    expect(statements).not.toMatch(/^\s*(begin|commit|rollback|start transaction)\s*;/im);
  }
});
