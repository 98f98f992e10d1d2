/** Reads the figures behind the charts: people at once, meetings and decisions, bucket by bucket; writes nothing. */
import type { Pool } from 'pg';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../core/duration';
import type { Series } from './schemas';

/** A chart of some hundred points: minutes for an hour, quarters of an hour for a day, two hours for a week. */
const BUCKETS: readonly (readonly [upToHours: number, bucketMs: number])[] = [
  [1, MINUTE_MS],
  [6, 5 * MINUTE_MS],
  [24, 15 * MINUTE_MS],
  [72, HOUR_MS],
  [Number.POSITIVE_INFINITY, 2 * HOUR_MS],
];

/** Buckets start on the hour's own marks, so that a chart does not shiver; the last one is still running. */
export function bucketsOf(hours: number, now: number): { from: number; to: number; bucketMs: number } {
  const bucketMs = BUCKETS.find(([upTo]) => hours <= upTo)?.[1] ?? HOUR_MS;
  const to = Math.floor(now / bucketMs) * bucketMs + bucketMs;
  return { from: to - Math.ceil((hours * HOUR_MS) / bucketMs) * bucketMs, to, bucketMs };
}

/** Milliseconds from the span's start. */
function sinceStart(moment: string): string {
  return `(date_part('epoch', ${moment} - $1::timestamptz) * 1000)`;
}

/** The numbers of the buckets, from 0, that what `begins` and `ends` then has a part in. */
const TOUCHED = `generate_series(
    greatest(floor(begins / $3::float8), 0)::int,
    least(ceil(ends / $3::float8), ${sinceStart('$2::timestamptz')} / $3::float8)::int - 1)`;

/**
 * $1, $2: the span; $3: a bucket in ms; $4: now. Whatever lasts is put into the buckets it touches, so that a long span costs what happened
 * in it and not buckets times happenings. A person is counted once however many sessions they have, and once with the breakout room they sit
 * in, because only the parent's sessions count. Whoever is still there is there until now. `seen_at` is never before `ended_at`: it has the index.
 */
const SQL = `
with runs as materialized (
  select internal_meeting_id, ${sinceStart('create_time')} as begins, ${sinceStart('least(ended_at, $4::timestamptz)')} as ends
  from bbb_tiers.meetings
  where not is_breakout and create_time < $2::timestamptz
    and (ended_at is null or (seen_at >= $1::timestamptz and ended_at > $1::timestamptz))
),
stays as (
  select internal_meeting_id, coalesce(external_user_id, internal_user_id) as person,
    ${sinceStart('joined_at')} as begins, least(${sinceStart('left_at')}, ends) as ends
  from runs join bbb_tiers.attendance using (internal_meeting_id)
  where not bot
),
present as (
  select n, least(sum(least(ends, (n + 1) * $3::float8) - greatest(begins, n * $3::float8)), $3::float8) as ms
  from stays cross join lateral ${TOUCHED} as n
  where ends > begins
  group by n, internal_meeting_id, person
),
people as (select n, sum(ms) as ms from present group by n),
held as (select n, count(*)::int as meetings from runs cross join lateral ${TOUCHED} as n group by n),
decided as (
  select floor(${sinceStart('at')} / $3::float8)::int as n, count(*)::int as decisions
  from bbb_tiers.decisions where at >= $1::timestamptz and at < $2::timestamptz group by 1
)
select n, coalesce(ms, 0)::float8 / 1000 as person_seconds, coalesce(meetings, 0) as meetings, coalesce(decisions, 0) as decisions
from people full join held using (n) full join decided using (n)`;

interface Row {
  readonly n: number;
  readonly person_seconds: number;
  readonly meetings: number;
  readonly decisions: number;
}

/** The last `hours` hours up to `now`, epoch ms of our steady clock. Throws what the database says. */
export async function readSeries(pool: Pool, hours: number, now: number): Promise<Series> {
  const { from, to, bucketMs } = bucketsOf(hours, now);
  const iso = (ms: number): string => new Date(ms).toISOString();
  const { rows } = await pool.query<Row>(SQL, [iso(from), iso(to), bucketMs, iso(now)]);
  const found = new Map(rows.map((row) => [row.n, row]));
  return {
    from,
    to,
    bucket_seconds: bucketMs / SECOND_MS,
    items: Array.from({ length: (to - from) / bucketMs }, (_, n) => {
      const at = from + n * bucketMs;
      const { person_seconds = 0, meetings = 0, decisions = 0 } = found.get(n) ?? {};
      // The running bucket is as long as it has been.
      const seconds = Math.max(1, (Math.min(at + bucketMs, now) - at) / SECOND_MS);
      return { at, participants: Math.round((person_seconds / seconds) * 10) / 10, meetings, decisions };
    }),
  };
}
