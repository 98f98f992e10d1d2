/** The figures behind the charts against an oracle that looks at every bucket, over random meetings, sessions and decisions. */
import fc from 'fast-check';
import { bucketsOf, readSeries } from '../../../sidecar/api/read-series';
import { useJournal } from '../store/journaled';

const MINUTE = 60_000;
const NOW = Date.parse('2026-11-03T12:07:30.500Z');
const kept = useJournal();

interface Session {
  readonly person: string | null;
  readonly bot: boolean;
  readonly from: number;
  /** Undefined: still there, or until the meeting's end. */
  readonly to: number | undefined;
}

interface Run {
  readonly from: number;
  readonly to: number | undefined;
  readonly isBreakout: boolean;
  readonly sessions: readonly Session[];
}

/** Some on the very edges of buckets. */
const moment = fc.oneof(
  fc.integer({ min: NOW - 90 * MINUTE, max: NOW + 2 * MINUTE }),
  fc.integer({ min: -90, max: 2 }).map((minutes) => Math.floor(NOW / MINUTE) * MINUTE + minutes * MINUTE),
);

function lasting<Rest extends object>(rest: fc.Arbitrary<Rest>) {
  return fc
    .tuple(moment, fc.option(fc.nat(60 * MINUTE), { nil: undefined }), rest)
    .map(([from, length, more]) => ({ ...more, from, to: length === undefined ? undefined : from + length }));
}

const session = lasting(
  fc.record({ person: fc.constantFrom('gl-1', 'gl-2', null), bot: fc.constantFrom(false, false, true) }),
);
const aRun: fc.Arbitrary<Run> = lasting(
  fc.record({
    isBreakout: fc.constantFrom(false, false, true),
    sessions: fc.array(session, { maxLength: 5 }),
  }),
);

async function stored(runs: readonly Run[], decisions: readonly number[]): Promise<void> {
  const iso = (ms: number | undefined): string | null =>
    ms === undefined ? null : new Date(ms).toISOString();
  await kept.pool.query('truncate bbb_tiers.meetings, bbb_tiers.decisions cascade');
  for (const [index, { from, to, isBreakout, sessions }] of runs.entries()) {
    await kept.pool.query(
      `insert into bbb_tiers.meetings (internal_meeting_id, external_meeting_id, create_time, is_breakout, seen_at, ended_at)
        values ($1, 'room', $2, $3, $4, $5)`,
      [`m${index}`, iso(from), isBreakout, iso(to ?? from), iso(to)],
    );
    for (const [number, { person, bot, ...stay }] of sessions.entries())
      await kept.pool.query(
        `insert into bbb_tiers.attendance (internal_meeting_id, internal_user_id, joined_at, left_at, external_user_id, kind, bot, role)
          values ($1, $2, $3, $4, $5, 'web', $6, 'VIEWER')`,
        [`m${index}`, `w_${number}`, iso(stay.from), iso(stay.to), person, bot],
      );
  }
  for (const [index, at] of decisions.entries())
    await kept.pool.query(
      `insert into bbb_tiers.decisions (code, at, internal_meeting_id, external_meeting_id, key, action, config_version, dry_run)
        values ($1, $2, 'm', 'room', 'k', 'end-meeting', 'v', false)`,
      [`C-${index}`, iso(at)],
    );
}

/** Milliseconds in the bucket that each person was in the meeting, never more than the bucket has. */
function personMs({ sessions, to }: Run, opens: number, bucketMs: number): number {
  const ends = Math.min(to ?? NOW, NOW);
  const byPerson = new Map<string, number>();
  for (const [number, { person, bot, ...stay }] of sessions.entries()) {
    if (bot) continue;
    const inside = Math.min(stay.to ?? ends, ends, opens + bucketMs) - Math.max(stay.from, opens);
    const key = person ?? `w_${number}`;
    byPerson.set(key, Math.min((byPerson.get(key) ?? 0) + Math.max(0, inside), bucketMs));
  }
  return [...byPerson.values()].reduce((sum, ms) => sum + ms, 0);
}

test.each([1, 6])('the last %d h: each bucket has what an oracle finds in it', async (hours) => {
  const { from, to, bucketMs } = bucketsOf(hours, NOW);
  await fc.assert(
    fc.asyncProperty(
      fc.array(aRun, { maxLength: 5 }),
      fc.array(moment, { maxLength: 5 }),
      async (runs, decisions) => {
        await stored(runs, decisions);
        const { items } = await readSeries(kept.pool, hours, NOW);
        expect(items.map(({ at }) => at)).toEqual(
          Array.from({ length: (to - from) / bucketMs }, (_, n) => from + n * bucketMs),
        );
        const counted = runs.filter((run) => !run.isBreakout && run.from < to);
        for (const { at, participants, meetings, decisions: told } of items) {
          const ms = counted.reduce((sum, run) => sum + personMs(run, at, bucketMs), 0);
          const lasted = Math.max(1_000, Math.min(at + bucketMs, NOW) - at);
          expect(Math.abs(participants - ms / lasted)).toBeLessThanOrEqual(0.051);
          expect(meetings).toBe(
            counted.filter((run) => run.from < at + bucketMs && Math.min(run.to ?? NOW, NOW) > at).length,
          );
          expect(told).toBe(decisions.filter((each) => each >= at && each < at + bucketMs).length);
        }
      },
    ),
    { numRuns: 40 },
  );
});
