import pino from 'pino';
import { createPgJournal } from '../../../sidecar/store/journal';
import { meetingId, someProps, T0 } from '../../support/builders';
import { until } from '../../support/until';
import { aMeeting, decision, ended, meeting, notice, outcome, present, ROOM } from './entries';
import { clock, useJournal } from './journaled';

const kept = useJournal();

const TABLES = ['meetings', 'attendance', 'recording_intervals', 'notices', 'decisions', 'observation'];

/** Everything there is, without what only says how often it was written. */
async function everything(): Promise<string> {
  const tables = await Promise.all(
    TABLES.map((table) =>
      kept.rows<{ row: string }>(
        `select (to_jsonb(t) - '{id,revision,recorded_at}'::text[])::text as row from bbb_tiers.${table} t order by 1`,
      ),
    ),
  );
  return JSON.stringify(tables, undefined, 1);
}

const story = [
  meeting(ROOM, { recordedAt: T0 + 10, recording: { active: true, at: T0 + 10, setBy: 'w_ann' } }),
  present('ann', [{ kind: 'joined', by: 'bus', at: T0 + 1 }]),
  present('ben', [
    { kind: 'joined', by: 'bus', at: T0 + 2 },
    { kind: 'left', by: 'bus', at: T0 + 9 },
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
    { kind: 'joined', by: 'bus', at: T0 + 1 },
    { kind: 'ejected', by: 'bus', at: T0 + 30 },
  ]),
  ended(ROOM, T0 + 40, false),
  ended(ROOM, T0 + 41),
];

test('written twice is written once', async () => {
  await kept.flushed(...story);
  const once = await everything();
  await kept.flushed(...story, ...story);
  expect(await everything()).toBe(once);
  expect(await kept.rows('select joined_at, left_at from bbb_tiers.attendance')).toHaveLength(2);
});

test('one by one or all at once is the same', async () => {
  for (const entry of story) await kept.flushed(entry);
  const apart = await everything();
  await kept.rows('truncate bbb_tiers.meetings, bbb_tiers.decisions cascade');
  await kept.flushed(...story);
  expect(await everything()).toBe(apart);
});

test('what BBB confirmed stands, also when its clock went back since the sending', async () => {
  const sent = (at: number) => outcome('C-1', { outcome: 'sent', at, latencyMs: undefined });
  const confirmed = outcome('C-1', { at: T0 + 3 });
  for (const entry of [decision('C-1'), sent(T0 + 9), confirmed, sent(T0 + 12)]) await kept.flushed(entry);
  await kept.flushed(
    decision('C-2'),
    outcome('C-2', { at: T0 + 3 }),
    outcome('C-2', { outcome: 'sent', at: T0 + 9 }),
  );
  expect(await kept.rows('select outcome, outcome_at from bbb_tiers.decisions order by id')).toEqual([
    { outcome: 'confirmed', outcome_at: new Date(T0 + 3) },
    { outcome: 'confirmed', outcome_at: new Date(T0 + 3) },
  ]);
});

test('what the decision log says of a decision', async () => {
  await kept.flushed(
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
  const [first, second, third] = await kept.rows('select * from bbb_tiers.decisions order by id');
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
  await kept.flushed(
    decision('C-1'),
    decision('C-1', { at: T0 + 1_000 }),
    outcome('C-1', { at: T0 + 1_005 }),
  );
  expect(await kept.rows('select outcome from bbb_tiers.decisions order by at')).toEqual([
    { outcome: null },
    { outcome: 'confirmed' },
  ]);
});

test('recordings are kept from start to stop, also when nobody saw the start', async () => {
  const state = (active: boolean, at: number, recordedAt: number | undefined) =>
    meeting(ROOM, { recordedAt, recording: { active, at: T0 + at, setBy: undefined } });
  await kept.flushed(state(true, 10, T0 + 10), state(true, 12, T0 + 10), state(false, 20, T0 + 10));
  await kept.flushed(state(true, 30, T0 + 10), state(false, 35, T0 + 10), state(false, 40, undefined));
  const other = meetingId(`other-${T0}`);
  await kept.flushed(
    meeting(other, { recordedAt: T0 + 5, recording: { active: false, at: T0 + 9, setBy: undefined } }),
  );
  const found = await kept.rows<{ internal_meeting_id: string; started_at: Date; stopped_at: Date }>(
    'select * from bbb_tiers.recording_intervals order by 1, 2',
  );
  const times = found.map((row) => [row.started_at.getTime() - T0, row.stopped_at.getTime() - T0]);
  expect(times).toEqual([
    [5, 9],
    [10, 20],
    [30, 35],
  ]);
  expect(await kept.rows('select recorded_at from bbb_tiers.meetings order by recorded_at')).toEqual([
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
  await kept.flushed(mark('C-2', T0 + 2));
  await kept.flushed(mark('C-1', T0 + 1), mark('C-3', T0 + 3), meeting());
  expect(await kept.rows('select recording_mark_code as code, tier from bbb_tiers.meetings')).toEqual([
    { code: 'C-1', tier: 'free' },
  ]);
});

test('what PostgreSQL refuses is left out alone, counted, and named in the log without its values', async () => {
  const lines: string[] = [];
  const told = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });
  const watched = createPgJournal({ database: { pool: kept.pool }, clock, log: told });
  for (let each = 0; each < 100; each += 1) {
    watched.write(notice(`n${each}`));
    if (each === 30) watched.write(notice('too late a moment', ROOM, 8.64e15));
    if (each === 50) watched.write(outcome('secret-code', { attempts: 1.5 }));
    if (each === 70)
      watched.write(
        present('zoe', [{ kind: 'joined', by: 'bus', at: T0 }], ROOM, { role: 'secret-role' as 'VIEWER' }),
      );
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
  const url = new URL(kept.database.databaseUrl);
  url.password = 'hunter2';
  url.pathname = '/no_such_database';
  const astray = createPgJournal({ database: { databaseUrl: url.href }, clock, log: told });
  await until('the failure is noticed', () => astray.state().lastError !== undefined);
  expect(`${JSON.stringify(astray.state())}${lines.join('')}`).not.toContain('hunter2');
  await astray.close();
  const props = someProps({ name: 'Secret Name', metadata: { secret: 'Secret Name' } });
  await kept.flushed(
    {
      type: 'meeting',
      meeting: aMeeting(ROOM, { props }),
      assignment: story[0]?.type === 'meeting' ? story[0].assignment : (undefined as never),
      at: T0,
    },
    present('ann', [{ kind: 'joined', by: 'bus', at: T0 }], ROOM, {
      unmatched: { name: 'Secret Name', accounts: [] },
    }),
  );
  expect(await everything()).not.toContain('Secret');
});
