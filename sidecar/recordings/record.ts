/** Reads and writes what is on record of recordings; decides nothing. */
import type { Pool } from 'pg';
import type { Config } from '../core/config';
import type { RecordedRun, RemovalReason } from '../core/recording-verdict';
import { type LedgerMeeting, readMeeting } from '../store/meetings';
import { moment } from '../store/moment';

interface RecordingRow {
  readonly record_id: string;
  readonly internal_meeting_id: string;
  readonly disallowed_since: Date | null;
  readonly removal_reason: RemovalReason | null;
  readonly removal_code: string | null;
}

/** A removal that has been decided. */
export interface Removal {
  readonly recordId: string;
  readonly internalMeetingId: string;
  readonly reason: RemovalReason;
  readonly code: string;
  /** Epoch ms. */
  readonly at: number;
}

/** A removal is listed for the host for this long; by then it has swept many times. */
const LISTED_FOR = "interval '90 days'";
/** With chapters' ids of 68 characters still within the 64 KB that the host reads. */
const MOST_LISTED = 500;

/** Chapters of one run are recordings of their own, `<internal meeting id>-<timestamp>`. */
export function runOf(recordId: string): string {
  return /^[0-9a-f]{40}-\d+/.exec(recordId)?.[0] ?? recordId;
}

/** A row of another version may lack the limit: then today's tier of that code counts. */
function mayRecord(meeting: LedgerMeeting | undefined, config: Config): boolean | undefined {
  const assignment = meeting?.assignment;
  const setting =
    assignment?.limits.recording ?? config.tiers.tiers.get(assignment?.tierCode ?? '')?.limits.recording;
  return setting === undefined ? undefined : setting.max === true || setting.enforce !== 'hard';
}

/** What is on record of this recording and of the run behind it. Throws what the database says. */
export async function readRecorded(
  pool: Pool,
  recordId: string,
  config: Config,
): Promise<{ readonly run: RecordedRun; readonly meeting: LedgerMeeting | undefined }> {
  const { rows } = await pool.query<RecordingRow>(
    'select * from bbb_tiers.recordings where record_id = $1 and removal_decided_at is not null',
    [recordId],
  );
  const meeting = await readMeeting(pool, runOf(recordId));
  const [row] = rows;
  const removal =
    row?.removal_reason == null ? undefined : { reason: row.removal_reason, code: row.removal_code ?? '' };
  const known = meeting !== undefined;
  return {
    run: { known, allowed: mayRecord(meeting, config), mark: meeting?.recordingMark, removal },
    meeting,
  };
}

/** Since when these recordings are under a tier without recording, as far as that was seen. */
export async function readDisallowed(
  pool: Pool,
  recordIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await pool.query<RecordingRow>(
    'select * from bbb_tiers.recordings where record_id = any($1) and disallowed_since is not null',
    [recordIds],
  );
  return new Map(rows.map((row) => [row.record_id, row.disallowed_since?.getTime() ?? 0]));
}

/** Notes the first time, or forgets it when the tier allows recording again. */
export async function writeDisallowed(
  pool: Pool,
  recordId: string,
  internalMeetingId: string,
  since: number | undefined,
): Promise<void> {
  await pool.query(
    `insert into bbb_tiers.recordings (record_id, internal_meeting_id, disallowed_since) values ($1, $2, $3)
     on conflict (record_id) do update set disallowed_since = excluded.disallowed_since`,
    [recordId, internalMeetingId, since === undefined ? null : new Date(since)],
  );
}

/** True for the first one to decide it; a second decision about the same recording is none. */
export async function writeRemoval(pool: Pool, removal: Removal): Promise<boolean> {
  const { rowCount } = await pool.query(
    `insert into bbb_tiers.recordings (record_id, internal_meeting_id, removal_reason, removal_code, removal_decided_at)
     values ($1, $2, $3, $4, $5)
     on conflict (record_id) do update
       set removal_reason = excluded.removal_reason, removal_code = excluded.removal_code, removal_decided_at = excluded.removal_decided_at
       where bbb_tiers.recordings.removal_decided_at is null`,
    [removal.recordId, removal.internalMeetingId, removal.reason, removal.code, new Date(removal.at)],
  );
  return rowCount === 1;
}

/** It was seen that the recording is gone. Returns the decision's code and when it was decided, once. */
export async function writeDeleted(
  pool: Pool,
  recordId: string,
  at: number,
): Promise<{ code: string; decidedAt: number } | undefined> {
  const { rows } = await pool.query<{ removal_code: string; removal_decided_at: Date }>(
    `update bbb_tiers.recordings set deleted_at = $2
     where record_id = $1 and deleted_at is null and removal_decided_at is not null returning removal_code, removal_decided_at`,
    [recordId, new Date(at)],
  );
  const [row] = rows;
  return row === undefined
    ? undefined
    : { code: row.removal_code, decidedAt: row.removal_decided_at.getTime() };
}

/** The host script reports what it did with the files; leftovers that go later, or the same report again, do not make it less. */
export async function writeFilesRemoved(
  pool: Pool,
  recordId: string,
  at: number,
  bytes: number | undefined,
): Promise<void> {
  await pool.query(
    `update bbb_tiers.recordings set files_removed_at = coalesce(files_removed_at, $2), files_bytes = greatest(files_bytes, $3)
     where record_id = $1`,
    [recordId, new Date(at), bytes ?? null],
  );
}

/** Recordings that were decided to go and were not seen gone, and runs that were marked and of which nothing was decided yet. */
export interface Unsettled {
  readonly recordIds: readonly string[];
  readonly runs: readonly string[];
}

/** Not older than `since` (epoch ms): what BBB has not done in that time it will not do. */
export async function readUnsettled(pool: Pool, since: number): Promise<Unsettled> {
  const decided = await pool.query<{ record_id: string }>(
    `select record_id from bbb_tiers.recordings
     where removal_decided_at > $1 and deleted_at is null order by removal_decided_at limit ${MOST_LISTED}`,
    [moment(since)],
  );
  const marked = await pool.query<{ internal_meeting_id: string }>(
    `select internal_meeting_id from bbb_tiers.meetings m
     where recorded_at is not null and create_time > $1 and recording_marked_at is not null and not exists (
       select from bbb_tiers.recordings r where r.internal_meeting_id = m.internal_meeting_id and r.removal_decided_at is not null)
     order by create_time limit ${MOST_LISTED}`,
    [moment(since)],
  );
  return {
    recordIds: decided.rows.map((row) => row.record_id),
    runs: marked.rows.map((row) => row.internal_meeting_id),
  };
}

/** Recordings whose raw files the host should remove, and has not reported yet. */
export async function readFilesToRemove(pool: Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<RecordingRow>(
    `select record_id from bbb_tiers.recordings
     where removal_decided_at > now() - ${LISTED_FOR} and files_removed_at is null order by removal_decided_at limit ${MOST_LISTED}`,
  );
  return rows.map((row) => row.record_id);
}
