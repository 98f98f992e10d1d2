/** What queries through the pool return, and what becomes of those that take too long or lose their server. */

import { Client, type Pool } from 'pg';
import pino from 'pino';
import { startEmbeddedPostgres } from '../../../sidecar/embedded-postgres/server';
import { createPool, type PoolOptions } from '../../../sidecar/store/pool';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { until } from '../../support/until';

let database: TestDatabase;
let pool: Pool;
let lines: string[];

beforeAll(async () => {
  database = await createTestDatabase('empty');
});

afterAll(() => database.drop());

afterEach(() => pool.end());

function open(options: Partial<PoolOptions> = {}): Pool {
  lines = [];
  const log = pino({}, { write: (line) => lines.push(line) });
  pool = createPool(database.databaseUrl, { applicationName: 'bbb-tiers test', log, ...options });
  return pool;
}

test('columns come back as the code wants them', async () => {
  const { rows } = await open().query(
    `select 9007199254740991::bigint as big, (-9007199254740991)::bigint as small, count(*) as count, sum(1) as sum,
            null::bigint as none, date '2026-03-29' as date, 1.10::numeric as numeric,
            timestamptz '2026-03-29T01:30:00.123Z' as at, '{"a":[1]}'::jsonb as json`,
  );
  expect(rows).toEqual([
    {
      big: 9_007_199_254_740_991,
      small: -9_007_199_254_740_991,
      count: 1,
      sum: 1,
      none: null,
      date: '2026-03-29',
      numeric: '1.10',
      at: new Date('2026-03-29T01:30:00.123Z'),
      json: { a: [1] },
    },
  ]);
});

test.each(['9007199254740992', '-9007199254740992', '9223372036854775807'])(
  'a bigint that would be rounded (%s) fails its query, and the next one goes through',
  async (value) => {
    open({ maxConnections: 1 });
    await expect(pool.query(`select ${value}::bigint as big`)).rejects.toThrow(
      `expected a bigint of at most 2^53-1, found ${value}: cast it to text in the query`,
    );
    expect((await pool.query('select 1::bigint as one')).rows).toEqual([{ one: 1 }]);
  },
);

test('the settings of other pools stay as they are', async () => {
  open();
  const client = new Client({ connectionString: database.databaseUrl });
  await client.connect();
  expect((await client.query('select 1::bigint as one')).rows).toEqual([{ one: '1' }]);
  await client.end();
});

test('the server knows whose connection it is', async () => {
  const { rows } = await open().query("select current_setting('application_name') as name");
  expect(rows).toEqual([{ name: 'bbb-tiers test' }]);
});

test('a statement that takes too long is given up by the server, and the next one goes through', async () => {
  open({ statementTimeoutMs: 1_000, maxConnections: 1 });
  await expect(pool.query('select pg_sleep(60)')).rejects.toMatchObject({ code: '57014' });
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
});

test('who waits too long for a free connection is told', async () => {
  open({ connectionTimeoutMs: 1_000, maxConnections: 1 });
  const taken = await pool.connect();
  await expect(pool.query('select 1')).rejects.toThrow(/timeout/);
  taken.release();
});

test('a connection that breaks while idle is logged, and the next query gets another', async () => {
  open({ maxConnections: 1 });
  const { rows } = await pool.query('select pg_backend_pid() as pid');
  const killer = createPool(database.databaseUrl, {
    applicationName: 'killer',
    log: pino({ level: 'silent' }),
  });
  await killer.query('select pg_terminate_backend($1)', [rows[0].pid]);
  await killer.end();
  await until('the loss is logged', () =>
    lines.some((line) => line.includes('an idle database connection broke')),
  );
  expect(lines.join('')).toContain('57P01');
  expect((await pool.query('select pg_backend_pid() as pid')).rows).not.toEqual(rows);
});

test('a database that is away does not stop the start; each query says so', async () => {
  const away = createPool('postgres://sidecar@127.0.0.1:1/x', {
    applicationName: 'x',
    log: pino({ level: 'silent' }),
  });
  await expect(away.query('select 1')).rejects.toThrow(/ECONNREFUSED/);
  await away.end();
  open();
});

test('a server that stops answering holds no query longer than its time limit and a second', async () => {
  const server = await startEmbeddedPostgres({ log: pino({ level: 'silent' }) });
  const stuck = createPool(server.databaseUrl, {
    applicationName: 'x',
    log: pino({ level: 'silent' }),
    statementTimeoutMs: 1_000,
  });
  const { rows } = await stuck.query('select pg_backend_pid() as pid');
  process.kill(rows[0].pid, 'SIGSTOP');
  await expect(stuck.query('select 1')).rejects.toThrow('Query read timeout');
  process.kill(rows[0].pid, 'SIGCONT');
  expect((await stuck.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  await stuck.end();
  await server.stop();
  open();
});
