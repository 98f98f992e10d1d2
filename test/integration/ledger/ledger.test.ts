/** The ledger over random histories on a real database: exact where all was heard, within known bounds where events and hours were lost. */
import fc from 'fast-check';
import type { Pool } from 'pg';
import pino from 'pino';
import { rollUp } from '../../../sidecar/ledger/roll-up';
import { readUsage } from '../../../sidecar/ledger/usage';
import { type LedgerMeeting, readMeeting } from '../../../sidecar/store/meetings';
import { createPool } from '../../../sidecar/store/pool';
import { meetingId } from '../../support/builders';
import { createTestDatabase, type TestDatabase } from '../../support/postgres';
import { type Happening, MEMBERS, rehearse, TICK_MS, type Truth } from './rehearsal';

let database: TestDatabase;
let pool: Pool;
let runs = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = createPool(database.databaseUrl, { applicationName: 'test', log: pino({ level: 'silent' }) });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** Ten minutes before midnight UTC, between two months: most histories lie in both. */
const START = Date.UTC(2026, 10, 1) - 600_000;

type Used = NonNullable<LedgerMeeting['used']>;

async function played(
  script: readonly Happening[],
  endSeen = true,
): Promise<{ truth: Truth; used: Used; id: string }> {
  runs += 1;
  const id = meetingId(`run${runs}-${START}`);
  const truth = await rehearse(pool, id, script, START, () => rollUp(pool), endSeen);
  await rollUp(pool);
  const used = (await readMeeting(pool, id))?.used;
  if (used === undefined) throw new Error(`${id} was not counted`);
  return { truth, used, id };
}

async function daySums(id: string): Promise<unknown> {
  const { rows } = await pool.query(
    `select sum(participant_ms)::bigint "participantMs", sum(dial_in_ms)::bigint "dialInMs", sum(recorded_ms)::bigint "recordedMs",
      max(peak_participants) "peakParticipants", count(*) filter (where begins) begins
      from bbb_tiers.meeting_days where internal_meeting_id = $1`,
    [id],
  );
  return rows[0];
}

const toggle = (lost: fc.Arbitrary<boolean>): fc.Arbitrary<Happening> =>
  fc.record({ do: fc.constant('toggle' as const), session: fc.nat(MEMBERS.length - 1), lost });
const record = (lost: fc.Arbitrary<boolean>): fc.Arbitrary<Happening> =>
  fc.record({ do: fc.constant('record' as const), lost });
const crash: fc.Arbitrary<Happening> = fc.record({ do: fc.constant('crash' as const), ticks: fc.nat(12) });
const pass: fc.Arbitrary<Happening> = fc.constant({ do: 'pass' });
const heard = fc.constant(false);
const maybe = fc.integer({ min: 0, max: 3 }).map((n) => n === 0);

function scripts(...more: fc.Arbitrary<Happening>[]): fc.Arbitrary<Happening[]> {
  return fc.array(fc.oneof({ weight: 4, arbitrary: toggle(heard) }, record(heard), pass, ...more), {
    minLength: 5,
    maxLength: 120,
    size: 'max',
  });
}

test('when everything is heard the ledger is exact, over midnight too', async () => {
  await fc.assert(
    fc.asyncProperty(scripts(), async (script) => {
      const { truth, used, id } = await played(script);
      const { meetingMs, ...expected } = truth;
      expect(used).toMatchObject(expected);
      expect(await daySums(id)).toEqual({ ...expected, begins: 1 });
      expect(used.countedUntil).toBe(START + meetingMs);
    }),
    { numRuns: 25 },
  );
}, 120_000);

/** Ben is gone for so long that memory forgets him, and comes back with the same session before anything was stored. */
const FORGOTTEN: Happening[] = [
  { do: 'toggle', session: 2, lost: false },
  { do: 'toggle', session: 2, lost: false },
  { do: 'clock', byMs: 900_000 },
  { do: 'pass' },
  { do: 'pass' },
  { do: 'pass' },
  { do: 'toggle', session: 2, lost: false },
];

test('a clock that jumps ahead is taken at its word, and the sums stay sums', async () => {
  const ahead: fc.Arbitrary<Happening> = fc.record({
    do: fc.constant('clock' as const),
    byMs: fc.nat(3_600_000),
  });
  await fc.assert(
    fc.asyncProperty(scripts(ahead), async (script) => {
      const { used, truth, id } = await played(script);
      const jumps = script.reduce((sum, each) => sum + (each.do === 'clock' ? each.byMs : 0), 0);
      expect(used.participantMs).toBeGreaterThanOrEqual(truth.participantMs);
      expect(used.participantMs).toBeLessThanOrEqual(truth.participantMs + MEMBERS.length * jumps);
      const { countedUntil: _, ...sums } = used;
      expect(await daySums(id)).toEqual({ ...sums, begins: 1 });
    }),
    { numRuns: 10, examples: [[FORGOTTEN]] },
  );
}, 120_000);

/**
 * How long BBB's lists need at most to set right what an event did not tell: the next reading but one (somebody seen within five seconds
 * before a list is not taken for gone), plus the 40 s in which somebody who left is not taken for back.
 */
const HEALED_MS = 2 * 3 * TICK_MS + 40_000 + TICK_MS;

/** What a history may at most have hidden: a lost event one session, a crash or a clock set back all of them. */
function hiddenMs(script: readonly Happening[], sessions: number): number {
  return script.reduce((sum, each) => {
    if ('lost' in each && each.lost) return sum + HEALED_MS;
    if (each.do === 'crash') return sum + sessions * (each.ticks * TICK_MS + HEALED_MS);
    return each.do === 'clock' ? sum + sessions * (2 * Math.abs(each.byMs) + HEALED_MS) : sum;
  }, sessions * HEALED_MS);
}

test.each([
  ['events are lost', scripts(toggle(maybe), record(maybe)), true],
  ['the service is killed and comes back', scripts(crash), true],
  ['the end is never heard of', scripts(toggle(maybe), crash), false],
  [
    'the clock is set back',
    scripts(fc.record({ do: fc.constant('clock' as const), byMs: fc.integer({ min: -120_000, max: 0 }) })),
    true,
  ],
])(
  '%s: the ledger stays within what nobody could see',
  async (_, script, endSeen) => {
    await fc.assert(
      fc.asyncProperty(script, async (happenings) => {
        const { used, truth, id } = await played(happenings, endSeen);
        for (const [key, sessions] of [
          ['participantMs', MEMBERS.length],
          ['dialInMs', 1],
          ['recordedMs', 1],
        ] as const)
          expect(Math.abs(used[key] - truth[key])).toBeLessThanOrEqual(hiddenMs(happenings, sessions));
        const { countedUntil: __, ...sums } = used;
        expect(await daySums(id)).toEqual({ ...sums, begins: 1 });
      }),
      { numRuns: 15 },
    );
  },
  120_000,
);

test('counting again, or counting all anew, changes nothing; and usage adds up to the same', async () => {
  const before = await pool.query('select * from bbb_tiers.meeting_days order by 1, 2');
  expect(await rollUp(pool)).toBe(0);
  await pool.query('update bbb_tiers.meetings set counted_revision = -1');
  expect(await rollUp(pool)).toBeGreaterThan(50);
  expect((await pool.query('select * from bbb_tiers.meeting_days order by 1, 2')).rows).toEqual(before.rows);
  const months = await Promise.all(
    ['2026-10', '2026-11'].map((month) => readUsage(pool, { month, by: 'tenant' })),
  );
  const minutes = months.flat().reduce((sum, usage) => sum + usage.participantMinutes, 0);
  const total = before.rows.reduce((sum, row) => sum + Number(row.participant_ms), 0);
  expect(minutes).toBeCloseTo(total / 60_000, 1);
});
