/** The statements that write `bbb_tiers.meetings`: one row per run, each fact kept by its own rule; decides nothing. */
import type { ClientBase } from 'pg';
import { asJson, type Line, type Lines, type MeetingRow } from './lines';
import { moment } from './moment';

/** The newest sign of life per meeting, and whether what the totals are counted from changes. */
function touches(lines: readonly Line[]): readonly { id: string; seen_at: number; counts: boolean }[] {
  const byMeeting = new Map<string, { id: string; seen_at: number; counts: boolean }>();
  for (const line of lines) {
    if (line.type === 'decision' || line.type === 'outcome' || line.type === 'observation') continue;
    const at = line.type === 'meeting-ended' ? line.endedAt : line.seenAt;
    const counts = line.type !== 'notice' && line.type !== 'recording-mark';
    const known = byMeeting.get(line.meeting);
    byMeeting.set(line.meeting, {
      id: line.meeting,
      seen_at: Math.max(known?.seen_at ?? at, at),
      counts: counts || known?.counts === true,
    });
  }
  return [...byMeeting.values()];
}

/** Locks the row of every meeting in the batch, in one order for all writers; adds those that are missing. */
export async function touchMeetings(client: ClientBase, lines: readonly Line[]): Promise<void> {
  const rows = touches(lines).map((row) => ({ ...row, seen_at: moment(row.seen_at) }));
  if (rows.length === 0) return;
  await client.query(
    `insert into bbb_tiers.meetings as m (internal_meeting_id, seen_at, revision)
      select id, seen_at, counts::int from json_to_recordset($1) as x(id text, seen_at timestamptz, counts boolean)
      order by id
      on conflict (internal_meeting_id) do update
        set seen_at = greatest(m.seen_at, excluded.seen_at), revision = m.revision + excluded.revision`,
    [asJson(rows)],
  );
}

/** The newer row, with the assignment of the older one where it has none. */
export function laterRow(known: MeetingRow | undefined, incoming: MeetingRow): MeetingRow {
  if (known === undefined || incoming.tier !== null || known.tier === null) return incoming;
  const { tenant, tier, tier_title, tier_source, owner_external_user_id, config_version, limits } = known;
  return {
    ...incoming,
    tenant,
    tier,
    tier_title,
    tier_source,
    owner_external_user_id,
    config_version,
    limits,
  };
}

/** What `create` fixed stays once known; the assignment follows the newest writing that has one. */
export async function writeMeetings(client: ClientBase, lines: Lines<'meeting'>): Promise<void> {
  if (lines.length === 0) return;
  const newest = new Map<string, MeetingRow>();
  for (const { meeting, row } of lines) newest.set(meeting, laterRow(newest.get(meeting), row));
  await client.query(
    `update bbb_tiers.meetings m set
        external_meeting_id = coalesce(x.external_meeting_id, m.external_meeting_id),
        create_time = coalesce(x.create_time, m.create_time),
        is_breakout = x.is_breakout or m.is_breakout,
        parent_internal_meeting_id = coalesce(x.parent_internal_meeting_id, m.parent_internal_meeting_id),
        record = coalesce(x.record, m.record),
        recorded_at = least(x.recorded_at, m.recorded_at), missing_since = x.missing_since,
        tenant = case when x.tier is null then coalesce(m.tenant, x.tenant) else x.tenant end,
        tier = coalesce(x.tier, m.tier), tier_title = coalesce(x.tier_title, m.tier_title),
        tier_source = coalesce(x.tier_source, m.tier_source),
        owner_external_user_id = case when x.tier is null then m.owner_external_user_id else x.owner_external_user_id end,
        config_version = coalesce(x.config_version, m.config_version), limits = coalesce(x.limits, m.limits)
      from json_to_recordset($1) as x(internal_meeting_id text, external_meeting_id text, create_time timestamptz,
        is_breakout boolean, parent_internal_meeting_id text, record boolean, recorded_at timestamptz, missing_since timestamptz, tenant text,
        tier text, tier_title text, tier_source text, owner_external_user_id text, config_version text, limits jsonb)
      where m.internal_meeting_id = x.internal_meeting_id`,
    [asJson([...newest.values()])],
  );
}

type EndLine = Lines<'meeting-ended'>[number];

/** An announced end beats a supposed one; of announced ones the earliest stands, of supposed ones the latest. */
export function laterWord(known: EndLine | undefined, incoming: EndLine): EndLine {
  if (known === undefined || !known.certain) return incoming;
  return incoming.certain && incoming.endedAt < known.endedAt ? incoming : known;
}

/** Ends meetings; a supposed end does not outlive a newer sign of life. */
export async function writeEnds(client: ClientBase, lines: Lines<'meeting-ended'>): Promise<void> {
  const ends = new Map<string, EndLine>();
  for (const line of lines) ends.set(line.meeting, laterWord(ends.get(line.meeting), line));
  const rows = [...ends.values()].map(({ meeting, endedAt, reason, certain }) => ({
    id: meeting,
    ended_at: moment(endedAt),
    reason,
    certain,
  }));
  if (rows.length > 0) {
    await client.query(
      `update bbb_tiers.meetings m set ended_at = x.ended_at, end_reason = x.reason, end_certain = x.certain
        from json_to_recordset($1) as x(id text, ended_at timestamptz, reason text, certain boolean)
        where m.internal_meeting_id = x.id
          and (m.ended_at is null or not m.end_certain or (x.certain and x.ended_at < m.ended_at))`,
      [asJson(rows)],
    );
  }
}

/** Meetings that were supposed to have ended and have been seen since. */
export async function reviveMeetings(client: ClientBase, lines: readonly Line[]): Promise<void> {
  const ids = touches(lines).map(({ id }) => id);
  if (ids.length === 0) return;
  await client.query(
    `update bbb_tiers.meetings set ended_at = null, end_reason = null, end_certain = null
      where internal_meeting_id = any($1) and not end_certain and seen_at > ended_at`,
    [ids],
  );
}

/** The first mark of a run stands. */
export async function writeMarks(client: ClientBase, lines: Lines<'recording-mark'>): Promise<void> {
  if (lines.length === 0) return;
  const first = new Map<string, Lines<'recording-mark'>[number]>();
  for (const line of lines) {
    const known = first.get(line.meeting);
    if (known === undefined || line.seenAt < known.seenAt) first.set(line.meeting, line);
  }
  const rows = [...first.values()].map(({ meeting, external, code, seenAt }) => ({
    id: meeting,
    external,
    code,
    at: moment(seenAt),
  }));
  await client.query(
    `update bbb_tiers.meetings m set
        external_meeting_id = coalesce(m.external_meeting_id, x.external),
        recording_mark_code = case when m.recording_marked_at <= x.at then m.recording_mark_code else x.code end,
        recording_marked_at = least(m.recording_marked_at, x.at)
      from json_to_recordset($1) as x(id text, external text, code text, at timestamptz)
      where m.internal_meeting_id = x.id`,
    [asJson(rows)],
  );
}

/** Those still open that are not listed ended unseen, after the observation before; those supposed to have ended that are listed did not. */
const END_UNLISTED = `update bbb_tiers.meetings m set revision = m.revision + 1, end_reason = 'missing', end_certain = false,
    ended_at = greatest(m.seen_at, (select least(o.at, $1) from bbb_tiers.observation o))
  where m.ended_at is null and m.seen_at < $1 and not m.internal_meeting_id = any($2)`;
const REVIVE_LISTED = `update bbb_tiers.meetings set revision = revision + 1, ended_at = null, end_reason = null, end_certain = null
  where not end_certain and ended_at < $1 and internal_meeting_id = any($2)`;

/** Until when all of BBB's meetings are known to have been watched; with a list of those that run the others are set right. */
export async function writeObservation(client: ClientBase, lines: Lines<'observation'>): Promise<void> {
  for (const { at, running } of lines) {
    if (running !== undefined) {
      await client.query(END_UNLISTED, [moment(at), running]);
      await client.query(REVIVE_LISTED, [moment(at), running]);
    }
    await client.query(
      `insert into bbb_tiers.observation as o (at) values ($1)
      on conflict (one_row) do update set at = greatest(o.at, excluded.at)`,
      [moment(at)],
    );
  }
}
