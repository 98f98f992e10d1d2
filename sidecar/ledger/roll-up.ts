/** Brings meetings' totals up to date with what is known of them: picks those that are due, has them added up, writes the totals. */
import type { ClientBase, Pool } from 'pg';
import { inTransaction } from '../store/transaction';
import { PARENT, ROOT, readFamilies } from './families';
import { tallyMeeting } from './tally';
import { writeTotals } from './totals';

/** Running meetings are counted again when what is known of them has moved on by this much. */
const RUNNING_EVERY_MS = 5 * 60_000;
/** Meetings in one transaction: a statement must not run into its time limit. */
const AT_ONCE = 100;

const CHANGED = `select m.internal_meeting_id id, ${ROOT} root from bbb_tiers.meetings m ${PARENT}
  where m.revision <> m.counted_revision and m.internal_meeting_id > $1
  order by m.internal_meeting_id limit $2`;

const RUNNING = `select m.internal_meeting_id id, ${ROOT} root from bbb_tiers.meetings m ${PARENT}
  where m.ended_at is null and m.revision = m.counted_revision and m.internal_meeting_id > $1
    and greatest(m.seen_at, (select at from bbb_tiers.observation)) > m.counted_until + make_interval(secs => $3)
  order by m.internal_meeting_id limit $2`;

/** Whoever writes attendance holds the meeting's row: what is had here is complete, and what is not had is due again. */
const LOCK = `select internal_meeting_id id from bbb_tiers.meetings
  where internal_meeting_id = any($1) or parent_internal_meeting_id = any($1)
  order by internal_meeting_id for update skip locked`;

interface Due {
  readonly id: string;
  /** The meeting it counts in: itself, or for a breakout room its parent. */
  readonly root: string;
}

async function count(client: ClientBase, due: readonly Due[]): Promise<void> {
  const wanted = [...new Set(due.flatMap(({ id, root }) => [id, root]))];
  const { rows } = await client.query<{ id: string }>(LOCK, [wanted]);
  const had = new Set(rows.map(({ id }) => id));
  const missed = new Set(
    due.filter(({ id, root }) => !had.has(id) || !had.has(root)).map(({ root }) => root),
  );
  const roots = [...new Set(due.map(({ root }) => root))].filter((root) => !missed.has(root));
  const families = await readFamilies(client, roots);
  const counted = families.map((family) => ({
    family,
    tally: tallyMeeting(family.meeting, family.breakouts),
  }));
  await writeTotals(client, counted, had);
}

async function countAll(pool: Pool, select: string, extra: readonly unknown[]): Promise<number> {
  let last = '';
  let counted = 0;
  for (;;) {
    const { rows } = await pool.query<Due>(select, [last, AT_ONCE, ...extra]);
    const lastDue = rows.at(-1);
    if (lastDue === undefined) return counted;
    await inTransaction(pool, (client) => count(client, rows));
    last = lastDue.id;
    counted += rows.length;
  }
}

/**
 * Counts every meeting whose attendance, recordings or end have changed since it was counted, and running ones every five minutes; returns
 * how many. What it leaves undone (the database went away, somebody else is writing) is due the next time, also after a crash.
 * Throws what the database says.
 */
export async function rollUp(pool: Pool): Promise<number> {
  const changed = await countAll(pool, CHANGED, []);
  return changed + (await countAll(pool, RUNNING, [RUNNING_EVERY_MS / 1_000]));
}
