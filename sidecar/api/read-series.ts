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

/**
 * $1, $2: the span; $3: a bucket in ms; $4: now. A person is counted once however many sessions they have, and once with the breakout
 * room they sit in, because only the parent's sessions count. Whoever is still there is there until now.
 */
const SQL = `
with span as (select $1::timestamptz as start, $2::timestamptz as finish, ($3::bigint * interval '1 millisecond') as step),
buckets as (
  select n, start + n * step as opens, start + (n + 1) * step as closes, step
  from span, generate_series(0, (extract(epoch from finish - start) * 1000 / $3::bigint)::int - 1) as n
),
runs as (
  select internal_meeting_id, create_time, least(coalesce(ended_at, $4::timestamptz), $4::timestamptz) as until
  from bbb_tiers.meetings, span
  where not is_breakout and create_time is not null and create_time < finish
    and (ended_at is null or (seen_at >= start and ended_at > start))
),
stays as (
  select r.internal_meeting_id, coalesce(a.external_user_id, a.internal_user_id) as person,
    a.joined_at as came, least(coalesce(a.left_at, r.until), r.until) as went
  from runs r join bbb_tiers.attendance a using (internal_meeting_id)
  where not a.bot
),
present as (
  select b.n, least(sum(extract(epoch from least(s.went, b.closes) - greatest(s.came, b.opens))), extract(epoch from b.step)) as seconds
  from buckets b join stays s on s.came < b.closes and s.went > b.opens
  group by b.n, b.step, s.internal_meeting_id, s.person
)
select b.n,
  coalesce((select sum(p.seconds) from present p where p.n = b.n), 0)::float8 as person_seconds,
  (select count(*) from runs r where r.create_time < b.closes and r.until > b.opens)::int as meetings,
  (select count(*) from bbb_tiers.decisions d where d.at >= b.opens and d.at < b.closes)::int as decisions
from buckets b order by b.n`;

interface Row {
  readonly n: number;
  readonly person_seconds: number;
  readonly meetings: number;
  readonly decisions: number;
}

/** The last `hours` hours up to `now`, epoch ms of BBB's clock. Throws what the database says. */
export async function readSeries(pool: Pool, hours: number, now: number): Promise<Series> {
  const { from, to, bucketMs } = bucketsOf(hours, now);
  const iso = (ms: number): string => new Date(ms).toISOString();
  const { rows } = await pool.query<Row>(SQL, [iso(from), iso(to), bucketMs, iso(now)]);
  return {
    from,
    to,
    bucket_seconds: bucketMs / SECOND_MS,
    items: rows.map(({ n, person_seconds, meetings, decisions }) => {
      const at = from + n * bucketMs;
      // The running bucket is as long as it has been.
      const seconds = Math.max(1, (Math.min(at + bucketMs, now) - at) / SECOND_MS);
      return { at, participants: Math.round((person_seconds / seconds) * 10) / 10, meetings, decisions };
    }),
  };
}
