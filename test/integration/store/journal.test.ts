/** What the journal leaves in PostgreSQL: complete after kill -9, the same when written twice, free of what must not be kept. */
import { rm } from 'node:fs/promises';
import type { Pool } from 'pg';
import pino from 'pino';
import { createPgJournal, type PgJournal } from '../../../sidecar/store/journal';
import { createPool } from '../../../sidecar/store/pool';
import { systemClock } from '../../../sidecar/system-clock';
import { meetingId, someProps, T0, userId } from '../../support/builders';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { compileProgram, killHard, startProgram } from '../../support/separate-process';
import { until } from '../../support/until';
import { aMeeting, decision, ended, meeting, notice, outcome, present, ROOM } from './entries';
import { query } from './own-server';

const clock = systemClock();
const log = pino({ level: 'silent' });
const TABLES = ['meetings', 'attendance', 'recording_intervals', 'notices', 'decisions', 'observation'];

let database: TestDatabase;
let pool: Pool;
let journal: PgJournal;

beforeEach(async () => {
  database = await createTestDatabase();
  pool = createPool(database.databaseUrl, { applicationName: 'test', log });
  journal = createPgJournal({ database: { pool }, clock, log });
});

afterEach(async () => {
  await journal.close();
  await pool.end();
  await database.drop();
});

function rows<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
  return query<Row>(database.databaseUrl, text, values);
}

async function flushed(...entries: Parameters<PgJournal['write']>[0][]): Promise<void> {
  for (const entry of entries) journal.write(entry);
  expect(await journal.flush(10_000)).toBe(true);
}

/** Everything there is, without what only says how often it was written. */
async function everything(): Promise<string> {
  const tables = await Promise.all(
    TABLES.map((table) =>
      rows<{ row: string }>(
        `select (to_jsonb(t) - '{id,revision,recorded_at}'::text[])::text as row from bbb_tiers.${table} t order by 1`,
      ),
    ),
  );
  return JSON.stringify(tables, undefined, 1);
}

const story = [
  meeting(ROOM, { recordedAt: T0 + 10, recording: { active: true, at: T0 + 10, setBy: 'w_ann' } }),
  present('ann', [{ kind: 'joined', at: T0 + 1 }]),
  present('ben', [
    { kind: 'joined', at: T0 + 2 },
    { kind: 'left', at: T0 + 9 },
  ]),
  notice('a'),
  decision('C-1'),
  outcome('C-1', { outcome: 'sent', at: T0 + 3, latencyMs: undefined }),
  outcome('C-1'),
  {
    type: 'recording-mark',
    meeting: { internalMeetingId: ROOM, externalMeetingId: 'x' },
    code: 'C-2',
    at: T0 + 11,
  } as const,
  meeting(ROOM, { recordedAt: T0 + 10, recording: { active: false, at: T0 + 20, setBy: undefined } }),
  present('ann', [
    { kind: 'joined', at: T0 + 1 },
    { kind: 'ejected', at: T0 + 30 },
  ]),
  ended(ROOM, T0 + 40, false),
  ended(ROOM, T0 + 41),
];

test('written twice is written once', async () => {
  await flushed(...story);
  const once = await everything();
  await flushed(...story, ...story);
  expect(await everything()).toBe(once);
  expect(await rows('select joined_at, left_at from bbb_tiers.attendance')).toHaveLength(2);
});

test('one by one or all at once is the same', async () => {
  for (const entry of story) await flushed(entry);
  const apart = await everything();
  await rows('truncate bbb_tiers.meetings, bbb_tiers.decisions cascade');
  await flushed(...story);
  expect(await everything()).toBe(apart);
});

test('what the decision log says of a decision', async () => {
  await flushed(
    decision('C-1', { subject: 'gl-ann', detail: 'why', dryRun: true }),
    outcome('C-1', {
      outcome: 'sent',
      at: T0 + 90,
      attempts: 2,
      sent: 'EjectUserFromMeetingSysMsg',
      latencyMs: undefined,
    }),
    outcome('C-1', { at: T0 + 95, attempts: 2, sent: 'EjectUserFromMeetingSysMsg', latencyMs: 95 }),
    outcome('C-1', { outcome: 'failed', at: T0 + 70 }),
    decision('C-2', {
      reason: { limit: 'participants', enforce: 'soft', value: 11, allowed: Number.POSITIVE_INFINITY },
    }),
    decision('C-3', { reason: undefined, tenant: undefined, tier: undefined, action: 'refuse-claim' }),
  );
  const [first, second, third] = await rows('select * from bbb_tiers.decisions order by id');
  expect(first).toMatchObject({
    code: 'C-1',
    at: new Date(T0),
    limit_name: 'meeting_duration',
    value: 61,
    allowed: 60,
    subject: 'gl-ann',
    dry_run: true,
    outcome: 'confirmed',
    outcome_at: new Date(T0 + 95),
    attempts: 2,
    sent: 'EjectUserFromMeetingSysMsg',
    latency_ms: 95,
  });
  expect(second).toMatchObject({ enforce: 'soft', value: 11, allowed: null, outcome: null });
  expect(third).toMatchObject({ limit_name: null, tenant: null, action: 'refuse-claim' });
});

test('a code that chance gave twice keeps both decisions, and its outcome goes to the newer one', async () => {
  await flushed(decision('C-1'), decision('C-1', { at: T0 + 1_000 }), outcome('C-1', { at: T0 + 1_005 }));
  expect(await rows('select outcome from bbb_tiers.decisions order by at')).toEqual([
    { outcome: null },
    { outcome: 'confirmed' },
  ]);
});

test('recordings are kept from start to stop, also when nobody saw the start', async () => {
  const state = (active: boolean, at: number, recordedAt: number | undefined) =>
    meeting(ROOM, { recordedAt, recording: { active, at: T0 + at, setBy: undefined } });
  await flushed(state(true, 10, T0 + 10), state(true, 12, T0 + 10), state(false, 20, T0 + 10));
  await flushed(state(true, 30, T0 + 10), state(false, 35, T0 + 10), state(false, 40, undefined));
  const other = meetingId(`other-${T0}`);
  await flushed(
    meeting(other, { recordedAt: T0 + 5, recording: { active: false, at: T0 + 9, setBy: undefined } }),
  );
  const found = await rows<{ internal_meeting_id: string; started_at: Date; stopped_at: Date }>(
    'select * from bbb_tiers.recording_intervals order by 1, 2',
  );
  const times = found.map((row) => [row.started_at.getTime() - T0, row.stopped_at.getTime() - T0]);
  expect(times).toEqual([
    [5, 9],
    [10, 20],
    [30, 35],
  ]);
  expect(await rows('select recorded_at from bbb_tiers.meetings order by recorded_at')).toEqual([
    { recorded_at: new Date(T0 + 5) },
    { recorded_at: new Date(T0 + 10) },
  ]);
});

test('the first mark of a recording stands, also for a meeting that is not known yet', async () => {
  const mark = (code: string, at: number) =>
    ({
      type: 'recording-mark',
      meeting: { internalMeetingId: ROOM, externalMeetingId: 'ext' },
      code,
      at,
    }) as const;
  await flushed(mark('C-2', T0 + 2));
  await flushed(mark('C-1', T0 + 1), mark('C-3', T0 + 3), meeting());
  expect(await rows('select recording_mark_code as code, tier from bbb_tiers.meetings')).toEqual([
    { code: 'C-1', tier: 'free' },
  ]);
});

test('what PostgreSQL refuses is left out alone, counted, and named in the log without its values', async () => {
  const lines: string[] = [];
  const told = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });
  const watched = createPgJournal({ database: { pool }, clock, log: told });
  for (let each = 0; each < 100; each += 1) {
    watched.write(notice(`n${each}`));
    if (each === 30) watched.write(notice('too late a moment', ROOM, 8.64e15));
    if (each === 50) watched.write(outcome('secret-code', { attempts: 1.5 }));
    if (each === 70)
      watched.write(present('zoe', [{ kind: 'joined', at: T0 }], ROOM, { role: 'secret-role' as 'VIEWER' }));
  }
  expect(await watched.flush(10_000)).toBe(true);
  expect(watched.state()).toMatchObject({ rejected: 3, dropped: 0, connected: true });
  expect((await watched.recall([ROOM])).get(ROOM)?.notices.size).toBe(100);
  const refusals = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 50);
  expect(refusals.map(({ entry }) => entry).sort()).toEqual(['attendance', 'notice', 'outcome']);
  expect(lines.join('')).not.toMatch(/secret/);
  await watched.close();
});

test('neither names nor the database’s password get anywhere', async () => {
  const lines: string[] = [];
  const told = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  const url = new URL(database.databaseUrl);
  url.password = 'hunter2';
  url.pathname = '/no_such_database';
  const astray = createPgJournal({ database: { databaseUrl: url.href }, clock, log: told });
  await until('the failure is noticed', () => astray.state().lastError !== undefined);
  expect(`${JSON.stringify(astray.state())}${lines.join('')}`).not.toContain('hunter2');
  await astray.close();
  const props = someProps({ name: 'Secret Name', metadata: { secret: 'Secret Name' } });
  await flushed(
    {
      type: 'meeting',
      meeting: aMeeting(ROOM, { props }),
      assignment: story[0]?.type === 'meeting' ? story[0].assignment : (undefined as never),
      at: T0,
    },
    present('ann', [{ kind: 'joined', at: T0 }], ROOM, { unmatchedName: 'Secret Name' }),
  );
  expect(await everything()).not.toContain('Secret');
});

test('two services on one database write the same things without harm', async () => {
  const second = createPgJournal({ database: { pool }, clock, log });
  const rooms = Array.from({ length: 40 }, (_, index) => meetingId(`r${index}-${T0}`));
  for (let round = 0; round < 10; round += 1) {
    // In opposite orders, so that they come at each other's rows from both ends.
    for (const [writer, order] of [
      [journal, rooms],
      [second, rooms.toReversed()],
    ] as const) {
      for (const id of order) {
        writer.write(meeting(id));
        writer.write(
          present(
            'ann',
            [
              { kind: 'joined', at: T0 },
              { kind: 'left', at: T0 + round + 1 },
            ],
            id,
          ),
        );
        writer.write(notice(`n${round}`, id));
      }
    }
    await Promise.all([journal.flush(20_000), second.flush(20_000)]);
  }
  expect([journal.state(), second.state()]).toMatchObject([
    { pending: 0, rejected: 0 },
    { pending: 0, rejected: 0 },
  ]);
  const attendance = await rows<{ left_at: Date }>('select left_at from bbb_tiers.attendance');
  expect(attendance).toHaveLength(40);
  for (const { left_at } of attendance) expect(left_at.getTime()).toBe(T0 + 1);
  expect(await rows('select 1 from bbb_tiers.notices')).toHaveLength(400);
  await second.close();
});

test('kill -9 in the middle: what the service had seen stored is found again, and nothing is there without what came before it', async () => {
  const file = compileProgram(
    'journal-writer',
    `import { createPgJournal } from './sidecar/store/journal';
     import { systemClock } from './sidecar/system-clock';
     import { decision, present } from './test/integration/store/entries';
     const { databaseUrl, base } = JSON.parse(process.argv[2]);
     const log = { info() {}, warn() {}, error() {} };
     const journal = createPgJournal({ database: { databaseUrl }, clock: systemClock(), log });
     let number = 0;
     let told = false;
     function write() {
       number += 1;
       journal.write(present('p' + number, [{ kind: 'joined', at: base + number }]));
       journal.write(decision('C-' + number, { at: base + number }));
     }
     for (let each = 0; each < 50; each += 1) write();
     setInterval(() => {
       // Nobody asks for a flush: what is written is on its way at once.
       if (told) for (let each = 0; each < 7; each += 1) write();
       else if (journal.state().pending === 0) { told = true; console.log(JSON.stringify({ stored: number })); }
     }, 1);`,
  );
  const { child, line } = await startProgram<{ stored: number }>(file, {
    databaseUrl: database.databaseUrl,
    base: T0,
  });
  await killHard(child);
  await rm(file);
  const attendees = (await journal.recall([ROOM])).get(ROOM)?.remembered.attendees ?? [];
  expect(attendees.length).toBeGreaterThanOrEqual(line.stored);
  const arrivals = attendees.map(({ joinedAt }) => joinedAt - T0);
  expect(arrivals).toEqual(arrivals.map((_, index) => index + 1));
  const decisions = await rows('select 1 from bbb_tiers.decisions');
  expect(Math.abs(decisions.length - attendees.length)).toBeLessThanOrEqual(1);
  // And the next one goes on where it was cut off.
  const last = userId(`w_p${attendees.length}`);
  await flushed(present(`p${attendees.length}`, [{ kind: 'left', at: T0 + 1e6 }]));
  const again = (await journal.recall([ROOM])).get(ROOM)?.remembered.attendees ?? [];
  expect(again.filter(({ internalUserId }) => internalUserId === last)).toMatchObject([{ leftAt: T0 + 1e6 }]);
});

test('a meeting that was supposed to have ended and is listed again is open again', async () => {
  await flushed(meeting(), ended(ROOM, T0 + 50, false));
  journal.observed(T0 + 60_000, new Set([ROOM]));
  await journal.flush(10_000);
  expect(await rows('select ended_at, end_certain from bbb_tiers.meetings')).toEqual([
    { ended_at: null, end_certain: null },
  ]);
  await flushed(ended(ROOM, T0 + 90_000));
  await journal.close();
  journal = createPgJournal({ database: { pool }, clock, log });
  journal.observed(T0 + 120_000, new Set([ROOM]));
  await journal.flush(10_000);
  expect(await rows('select end_certain from bbb_tiers.meetings')).toEqual([{ end_certain: true }]);
});

test('meetings that ended unseen get a supposed end at the observation before, the others stay', async () => {
  const [gone, alive, young] = ['gone', 'alive', 'young'].map((name) => meetingId(`${name}-${T0}`)) as [
    ReturnType<typeof meetingId>,
    ReturnType<typeof meetingId>,
    ReturnType<typeof meetingId>,
  ];
  await flushed(meeting(gone), meeting(alive));
  journal.observed(T0 + 60_000, new Set([gone, alive]));
  await journal.flush(10_000);
  await journal.close();
  journal = createPgJournal({ database: { pool }, clock, log });
  journal.write(meeting(young, { seenAt: T0 + 200_000 }));
  // An incomplete list says nothing of who is missing.
  journal.observed(T0 + 150_000, undefined);
  journal.observed(T0 + 180_000, new Set([alive]));
  await journal.flush(10_000);
  const found = await rows(
    'select internal_meeting_id as id, ended_at, end_certain from bbb_tiers.meetings order by 1',
  );
  expect(found).toEqual([
    { id: alive, ended_at: null, end_certain: null },
    { id: gone, ended_at: new Date(T0 + 60_000), end_certain: false },
    { id: young, ended_at: null, end_certain: null },
  ]);
});
