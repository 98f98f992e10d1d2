/** Deletes what has been kept for long enough, in small steps; never what belongs to a meeting that still runs. */
import type { Pool } from 'pg';
import { moment } from '../store/moment';

export interface Purged {
  readonly meetings: number;
  readonly decisions: number;
}

/** Rows in one statement: it must not run into its time limit, nor hold others up. */
const DECISIONS_AT_ONCE = 1_000;
/** With each goes the attendance of everybody who was there. */
const MEETINGS_AT_ONCE = 100;

/**
 * Attendance, recording intervals, notices and days go with their meeting. Without an end go only those of which nothing but
 * stray events was ever known.
 */
const MEETINGS = `delete from bbb_tiers.meetings where internal_meeting_id in (
    select internal_meeting_id from bbb_tiers.meetings
    where seen_at < $1 and (ended_at < $1 or (ended_at is null and external_meeting_id is null))
    order by seen_at limit $2 for update skip locked)`;

const DECISIONS = `delete from bbb_tiers.decisions where id in (
    select id from bbb_tiers.decisions where at < $1 order by at limit $2)`;

async function deleteAll(pool: Pool, statement: string, before: string, atOnce: number): Promise<number> {
  let deleted = 0;
  for (;;) {
    const { rowCount } = await pool.query(statement, [before, atOnce]);
    deleted += rowCount ?? 0;
    if ((rowCount ?? 0) < atOnce) return deleted;
  }
}

/**
 * Deletes meetings that ended, and decisions that were taken, before this moment (epoch ms). Returns how many.
 * Throws what the database says; what was deleted until then stays deleted.
 */
export async function purge(pool: Pool, olderThan: number): Promise<Purged> {
  const before = moment(olderThan);
  const decisions = await deleteAll(pool, DECISIONS, before, DECISIONS_AT_ONCE);
  return { meetings: await deleteAll(pool, MEETINGS, before, MEETINGS_AT_ONCE), decisions };
}
