/** Usage, retention and the keeper on a real database: sums by month, old rows, a database that is away for a round. */
import { createLedgerKeeper } from '../../../sidecar/ledger/keeper';
import { purge } from '../../../sidecar/ledger/retention';
import { rollUp } from '../../../sidecar/ledger/roll-up';
import { readUsage, type Usage } from '../../../sidecar/ledger/usage';
import { readMeeting } from '../../../sidecar/store/meetings';
import { meetingId, userId } from '../../support/builders';
import { manualClock } from '../../support/clock';
import { until } from '../../support/until';
import { decision, notice, present } from '../store/entries';
import { log, useJournal } from '../store/journaled';
import { MINUTE, NOON, PARENT, run, stay } from './runs';

const kept = useJournal();

async function used(id: string) {
  return (await readMeeting(kept.pool, id))?.used;
}

test('usage per tenant and account, per day and month, in UTC', async () => {
  const [late, early] = [Date.UTC(2026, 9, 31, 23, 30), Date.UTC(2026, 10, 1, 8)];
  const people = (id: ReturnType<typeof meetingId>, at: number, minutes: number, count: number) =>
    Array.from({ length: count }, (_, index) =>
      present(
        `p${index}`,
        [
          { kind: 'joined', by: 'bus', at },
          { kind: 'left', by: 'bus', at: at + minutes * MINUTE },
        ],
        id,
      ),
    );
  const [m1, m2, m3, m4] = ['m1', 'm2', 'm3', 'm4'].map(meetingId) as [
    typeof PARENT,
    typeof PARENT,
    typeof PARENT,
    typeof PARENT,
  ];
  const caller = { internalUserId: userId('v_1'), externalUserId: undefined, kind: 'dial-in' as const };
  await kept.flushed(
    ...run(m1, 60, { tenant: 'acme', owner: 'gl-1' }, late),
    ...people(m1, late, 60, 2),
    ...run(m2, 30, { tenant: 'acme', owner: 'gl-1' }, early),
    ...people(m2, early, 30, 4),
    present(
      '',
      [
        { kind: 'joined', by: 'bus', at: early },
        { kind: 'left', by: 'bus', at: early + 7 * MINUTE },
      ],
      m2,
      caller,
    ),
    ...run(m3, 10, { tenant: 'acme', owner: undefined }, early),
    ...run(m4, 10, { tenant: undefined, owner: undefined }, early),
  );
  await rollUp(kept.pool);
  const figures = ({
    tenant,
    account,
    day,
    meetings,
    participantMinutes,
    dialInMinutes,
    peakParticipants,
  }: Usage) => [tenant, account, day, meetings, participantMinutes, dialInMinutes, peakParticipants];
  const read = async (query: Parameters<typeof readUsage>[1]) =>
    (await readUsage(kept.pool, query)).map(figures);
  const none = undefined;
  expect(await read({ month: '2026-10', by: 'tenant' })).toEqual([['acme', none, none, 1, 60, 0, 2]]);
  expect(await read({ month: '2026-11', by: 'tenant' })).toEqual([
    ['acme', none, none, 2, 60 + 127, 7, 5],
    [none, none, none, 1, 0, 0, 0],
  ]);
  expect(await read({ month: '2026-11', by: 'account', tenant: 'acme' })).toEqual([
    ['acme', 'gl-1', none, 1, 60 + 127, 7, 5],
    ['acme', none, none, 1, 0, 0, 0],
  ]);
  expect(await read({ month: '2026-10', by: 'account', per: 'day' })).toEqual([
    ['acme', 'gl-1', '2026-10-31', 1, 60, 0, 2],
  ]);
  expect(await read({ month: '2026-12', by: 'tenant' })).toEqual([]);
  expect(await read({ month: '2026-11', by: 'tenant', tenant: "' or true --" })).toEqual([]);
  await expect(readUsage(kept.pool, { month: '2026-13', by: 'tenant' })).rejects.toThrow(
    "expected a month such as '2026-11'",
  );
});

test("the planner knows that an account has one tenant, and does not expect each tenant's in every other", async () => {
  const [tenants, accounts] = [40, 25];
  await kept.pool.query(
    'alter table bbb_tiers.meeting_days drop constraint meeting_days_internal_meeting_id_fkey',
  );
  await kept.pool.query(
    `insert into bbb_tiers.meeting_days
      select 'm' || i, date '2026-11-01' + i % 30, 'tenant-' || i % $1, 'gl-' || i % ($1 * $2), true, 1, 1, 0, 0, 1
      from generate_series(1, 20000) i`,
    [tenants, accounts],
  );
  await kept.pool.query('analyze bbb_tiers.meeting_days');
  const [plan] = await kept.rows<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
    'explain (format json) select 1 from bbb_tiers.meeting_days group by tenant, owner_external_user_id',
  );
  const expected = plan?.['QUERY PLAN'][0].Plan['Plan Rows'];
  expect(expected).toBeGreaterThan((tenants * accounts) / 2);
  expect(expected).toBeLessThan(tenants * accounts * 2);
});

test('a meeting that changes hands is counted with its new tenant and owner', async () => {
  await kept.flushed(...run(PARENT, 10, { tenant: 'acme', owner: undefined }), stay('ann', PARENT, 0, 10));
  await rollUp(kept.pool);
  await kept.flushed(...run(PARENT, 10, { tenant: 'demo', owner: 'gl-9' }));
  await rollUp(kept.pool);
  expect(await readUsage(kept.pool, { month: '2026-11', by: 'account' })).toMatchObject([
    { tenant: 'demo', account: 'gl-9', participantMinutes: 10 },
  ]);
});

test('what is old goes with all that hangs on it, what runs and what is newer stays', async () => {
  const old = meetingId('old');
  const day = 24 * 60 * MINUTE;
  await kept.flushed(
    ...run(old, 60),
    stay('ann', old, 0, 60),
    notice('n', old),
    decision('OLD', { at: NOON }),
    ...run(PARENT, undefined),
    stay('ann', PARENT, 0),
    ...run(meetingId('new'), 60, {}, NOON + 3 * day),
    decision('NEW', { at: NOON + 3 * day }),
    notice('stray', meetingId('stray'), NOON),
  );
  await rollUp(kept.pool);
  expect(await purge(kept.pool, NOON)).toEqual({ meetings: 0, decisions: 0 });
  expect(await purge(kept.pool, NOON + 2 * day)).toEqual({ meetings: 2, decisions: 1 });
  const left = async (table: string, column: string) =>
    (await kept.pool.query(`select distinct ${column} as it from bbb_tiers.${table} order by 1`)).rows.map(
      ({ it }) => it,
    );
  expect(await left('meetings', 'internal_meeting_id')).toEqual(['new', PARENT]);
  expect(await left('attendance', 'internal_meeting_id')).toEqual([PARENT]);
  expect(await left('meeting_days', 'internal_meeting_id')).toEqual(['new', PARENT]);
  expect(await left('notices', 'internal_meeting_id')).toEqual([]);
  expect(await left('decisions', 'code')).toEqual(['NEW']);
});

test('our wall clock a year ahead deletes nothing before its time', async () => {
  const clock = manualClock(NOON);
  const retentionMs = () => 30 * 24 * 60 * MINUTE;
  clock.stepWall(365 * 24 * 60 * MINUTE);
  const keeper = createLedgerKeeper({ pool: kept.pool, clock, log, retentionMs });
  await kept.flushed(...run(PARENT, 60), decision('NEW', { at: NOON }));
  await keeper.run();
  await keeper.stop();
  expect(await kept.rows('select code from bbb_tiers.decisions')).toEqual([{ code: 'NEW' }]);
  expect(await used(PARENT)).toBeDefined();
});

test('more than one step of old rows goes in one purge', async () => {
  await kept.pool.query(
    `insert into bbb_tiers.meetings (internal_meeting_id, seen_at, ended_at)
      select 'm' || n, to_timestamp(n), to_timestamp(n) from generate_series(1, 250) n`,
  );
  await kept.pool.query(
    `insert into bbb_tiers.decisions (code, at, internal_meeting_id, external_meeting_id, key, action, config_version, dry_run)
      select 'C' || n, to_timestamp(n), 'm', 'x', 'k', 'end-meeting', 'v', false from generate_series(1, 2500) n`,
  );
  expect(await purge(kept.pool, NOON)).toEqual({ meetings: 250, decisions: 2_500 });
});

test('the keeper counts every minute, deletes what is old, and says when it cannot', async () => {
  const clock = manualClock(NOON);
  const warnings: unknown[] = [];
  const told = { info() {}, warn: (fields: unknown) => void warnings.push(fields) };
  const retentionMs = () => 30 * 24 * 60 * MINUTE;
  const keeper = createLedgerKeeper({
    pool: kept.pool,
    clock,
    log: told,
    retentionMs,
  });
  await kept.flushed(
    ...run(PARENT, 10),
    stay('ann', PARENT, 0, 10),
    decision('OLD', { at: NOON - 31 * 24 * 60 * MINUTE }),
  );
  await clock.advance(MINUTE);
  await until('the meeting is counted', async () => (await used(PARENT)) !== undefined);
  await until(
    'the old decision is gone',
    async () => (await kept.pool.query('select 1 from bbb_tiers.decisions')).rowCount === 0,
  );
  await until('the next round is due', () => clock.pending() === 1);
  await kept.pool.query('alter table bbb_tiers.meetings rename to elsewhere');
  await clock.advance(MINUTE);
  await until('the failure is told', () => warnings.length === 1);
  await kept.pool.query('alter table bbb_tiers.elsewhere rename to meetings');
  await keeper.run();
  await keeper.stop();
  await clock.advance(10 * MINUTE);
  expect(clock.pending()).toBe(0);
});
