/** The journal while its database is killed, paused, full of nothing, or not there: what was written waits, and is there in the end. */
import type { Pool } from 'pg';
import pino from 'pino';
import { createPgJournal, type JournalState, type PgJournal } from '../../../sidecar/store/journal';
import { migrate } from '../../../sidecar/store/migrate';
import { createPool } from '../../../sidecar/store/pool';
import { systemClock } from '../../../sidecar/system-clock';
import { T0 } from '../../support/builders';
import { until } from '../../support/until';
import { decision, meeting, notice, outcome, present, ROOM } from './entries';
import { type OwnServer, query, startOwnServer } from './own-server';

const clock = systemClock();
const log = pino({ level: 'silent' });

let server: OwnServer;
let pool: Pool;
let journal: PgJournal;
const told: JournalState[] = [];

beforeAll(async () => {
  server = await startOwnServer();
}, 60_000);
afterAll(() => server.remove());

function open(capacity = 10_000): void {
  // Short, so that a server that stands still is noticed soon.
  const times = { statementTimeoutMs: 200, connectionTimeoutMs: 200 };
  pool = createPool(server.databaseUrl, { applicationName: 'test', log, ...times });
  const onState = (state: JournalState) => told.push(state);
  journal = createPgJournal({ database: { pool }, clock, log, capacity, onState, recallTimeoutMs: 300 });
}

beforeEach(async () => {
  await query(server.databaseUrl, 'truncate bbb_tiers.meetings, bbb_tiers.decisions cascade');
  told.length = 0;
  open();
  await until('the journal is connected', () => journal.state().connected);
});

afterEach(async () => {
  await server.resume();
  await journal.close();
  await pool.end();
});

function storedCodes(): Promise<string[]> {
  const text = 'select code from bbb_tiers.decisions order by id';
  return query<{ code: string }>(server.databaseUrl, text).then((rows) => rows.map(({ code }) => code));
}

const codes = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `C-${from + index}`);

function writeCodes(from: number, to: number): void {
  for (const [index, code] of codes(from, to).entries())
    journal.write(decision(code, { at: T0 + from + index }));
}

test('killed and back: what was written before, during and after is there once, in order', async () => {
  writeCodes(0, 200);
  await server.kill();
  writeCodes(200, 400);
  await until('the outage is noticed', () => !journal.state().connected);
  writeCodes(400, 600);
  expect(journal.state()).toMatchObject({ connected: false, lastError: expect.stringMatching(/\S/) });
  expect(journal.state().pending).toBeGreaterThanOrEqual(200);
  await server.start();
  await until('all is written', () => journal.state().pending === 0);
  expect(await storedCodes()).toEqual(codes(0, 600));
  expect(journal.state()).toMatchObject({ connected: true, dropped: 0, rejected: 0, lastError: undefined });
  expect(told.map(({ connected }) => connected)).toEqual(expect.arrayContaining([true, false]));
});

test('stopped while connections are idle: noticed with the next entry, without an unhandled error', async () => {
  writeCodes(0, 1);
  expect(await journal.flush(5_000)).toBe(true);
  await server.stop();
  writeCodes(1, 2);
  await until('the outage is noticed', () => !journal.state().connected);
  expect(await journal.flush(50)).toBe(false);
  await server.start();
  expect(await journal.flush(10_000)).toBe(true);
  expect(await storedCodes()).toEqual(['C-0', 'C-1']);
});

test('paused: writing goes on at once, recalling fails in time, and everything is there afterwards', async () => {
  writeCodes(0, 50);
  expect(await journal.flush(5_000)).toBe(true);
  await server.pause();
  writeCodes(50, 3_000);
  journal.write(meeting());
  journal.write(present('ann', [{ kind: 'joined', by: 'bus', at: T0 }]));
  expect(journal.state().pending).toBe(2_952);
  await expect(journal.recall([ROOM])).rejects.toMatchObject({ name: 'TransientError' });
  await until('the silence is noticed', () => !journal.state().connected);
  await server.resume();
  await until('all is written', () => journal.state().pending === 0, 20_000);
  expect(await storedCodes()).toEqual(codes(0, 3_000));
  expect((await journal.recall([ROOM])).get(ROOM)?.remembered.attendees).toHaveLength(1);
});

test('a start without a database: nothing throws, and all is there when it comes', async () => {
  await journal.close();
  await pool.end();
  await server.stop();
  open();
  writeCodes(0, 10);
  await until('the absence is noticed', () => journal.state().lastError !== undefined);
  await expect(journal.recall([ROOM])).rejects.toMatchObject({ name: 'TransientError' });
  await server.start();
  await until('all is written', () => journal.state().pending === 0);
  expect(await storedCodes()).toEqual(codes(0, 10));
});

test('full: the least valuable go first and are counted, and the outcomes find their decisions', async () => {
  await journal.close();
  await pool.end();
  open(30);
  await until('the journal is connected', () => journal.state().connected);
  await server.stop();
  journal.write(meeting());
  await until('the outage is noticed', () => !journal.state().connected);
  for (let each = 0; each < 20; each += 1)
    journal.write(present(`p${each}`, [{ kind: 'joined', by: 'bus', at: T0 }]));
  for (let each = 0; each < 9; each += 1) journal.write(notice(`n${each}`));
  writeCodes(0, 12);
  for (const code of codes(0, 12)) journal.write(outcome(code));
  expect(journal.state()).toMatchObject({ pending: 30, dropped: 24 });
  await server.start();
  await until('all is written', () => journal.state().pending === 0);
  const found = (await journal.recall([ROOM])).get(ROOM);
  expect(found?.remembered.attendees).toEqual([]);
  expect([...(found?.notices.keys() ?? [])]).toEqual(['n4', 'n5', 'n6', 'n7', 'n8']);
  const outcomes = await query(
    server.databaseUrl,
    'select code from bbb_tiers.decisions where outcome is not null',
  );
  expect(outcomes).toHaveLength(12);
  expect(told.at(-1)?.dropped).toBe(24);
});

test('a database without tables keeps the entries waiting until it is migrated', async () => {
  const empty = await startOwnServer({ migrated: false });
  const early = createPgJournal({ database: empty, clock, log });
  try {
    early.write(decision('C-0'));
    await until('the missing tables are noticed', () => early.state().lastError?.includes('42P01') === true);
    expect(early.state()).toMatchObject({ connected: false, pending: 1, rejected: 0 });
    await migrate(empty.databaseUrl, { log });
    await until('all is written', () => early.state().pending === 0);
  } finally {
    await early.close();
    await empty.remove();
  }
}, 60_000);

test('after the close of a hung database nothing is left behind', async () => {
  await server.pause();
  writeCodes(0, 1);
  await journal.close();
  expect(journal.state().pending).toBe(1);
});
