/** Reads the meeting ledger: recent meetings, what is known of one, which were recorded; writes nothing. */
import type { Pool } from 'pg';
import type { KeptAssignment } from '../core/tier-resolution';
import { type AssignmentColumns, assignmentOf } from './assignment';
import { conditions } from './conditions';
import { type Page, pageOf } from './cursor';
import type { PageRequest } from './decisions';
import { moment } from './moment';
import { storedId } from './text';

/** One run of a meeting as it is kept. Times are epoch ms; what is not known is undefined. */
export interface LedgerMeeting {
  readonly internalMeetingId: string;
  readonly externalMeetingId: string | undefined;
  readonly createTime: number | undefined;
  readonly isBreakout: boolean;
  readonly parentInternalMeetingId: string | undefined;
  readonly tenant: string | undefined;
  readonly tier: string | undefined;
  /** External user id of the room's owner. */
  readonly owner: string | undefined;
  /** Undefined: the tier never became known. A row of another version may lack a limit. */
  readonly assignment: KeptAssignment | undefined;
  readonly seenAt: number;
  /** `certain` false: BBB only stopped listing it. */
  readonly ended: { readonly at: number; readonly reason: string; readonly certain: boolean } | undefined;
  /** First moment a recording was active. */
  readonly recordedAt: number | undefined;
  readonly recordingMark: RecordingMark | undefined;
  /** Of this run with its breakout rooms, up to `countedUntil`; undefined until counted, and for a breakout room. */
  readonly used:
    | {
        readonly peakParticipants: number;
        readonly participantMs: number;
        readonly dialInMs: number;
        readonly recordedMs: number;
        readonly countedUntil: number;
      }
    | undefined;
}

/** Nothing of this run may be published; `code` names the decision that says why. */
export interface RecordingMark {
  readonly at: number;
  readonly code: string;
}

export interface MeetingFilter {
  readonly tenant?: string | undefined;
  readonly externalMeetingId?: string | undefined;
  /** Created from this moment on, before that one; epoch ms. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** Only meetings in which a recording was active at some time. */
  readonly recorded?: boolean | undefined;
}

interface MeetingRow extends AssignmentColumns {
  readonly internal_meeting_id: string;
  readonly external_meeting_id: string | null;
  readonly create_time: Date | null;
  readonly is_breakout: boolean;
  readonly parent_internal_meeting_id: string | null;
  readonly seen_at: Date;
  readonly ended_at: Date | null;
  readonly end_reason: string | null;
  readonly end_certain: boolean | null;
  readonly recorded_at: Date | null;
  readonly recording_marked_at: Date | null;
  readonly recording_mark_code: string | null;
  readonly peak_participants: number | null;
  readonly participant_ms: number | null;
  readonly dial_in_ms: number | null;
  readonly recorded_ms: number | null;
  readonly counted_until: Date | null;
}

function markOf(
  row: Pick<MeetingRow, 'recording_marked_at' | 'recording_mark_code'>,
): RecordingMark | undefined {
  if (row.recording_marked_at === null) return undefined;
  return { at: row.recording_marked_at.getTime(), code: row.recording_mark_code ?? '' };
}

function usedOf(row: MeetingRow): LedgerMeeting['used'] {
  if (row.peak_participants === null || row.counted_until === null) return undefined;
  return {
    peakParticipants: row.peak_participants,
    participantMs: row.participant_ms ?? 0,
    dialInMs: row.dial_in_ms ?? 0,
    recordedMs: row.recorded_ms ?? 0,
    countedUntil: row.counted_until.getTime(),
  };
}

function endOf(row: MeetingRow): LedgerMeeting['ended'] {
  if (row.ended_at === null) return undefined;
  return { at: row.ended_at.getTime(), reason: row.end_reason ?? '', certain: row.end_certain === true };
}

function meetingOf(row: MeetingRow): LedgerMeeting {
  return {
    internalMeetingId: row.internal_meeting_id,
    externalMeetingId: row.external_meeting_id ?? undefined,
    createTime: row.create_time?.getTime(),
    isBreakout: row.is_breakout,
    parentInternalMeetingId: row.parent_internal_meeting_id ?? undefined,
    tenant: row.tenant ?? undefined,
    tier: row.tier ?? undefined,
    owner: row.owner_external_user_id ?? undefined,
    assignment: assignmentOf(row),
    seenAt: row.seen_at.getTime(),
    ended: endOf(row),
    recordedAt: row.recorded_at?.getTime(),
    recordingMark: markOf(row),
    used: usedOf(row),
  };
}

/** By creation, newest first; those of which only stray events are known are left out. Throws RangeError on a moment that is none. */
export async function readMeetings(
  pool: Pool,
  filter: MeetingFilter,
  { size, after }: PageRequest,
): Promise<Page<LedgerMeeting>> {
  const where = conditions(size + 1);
  const id = (value: string | undefined) => (value === undefined ? undefined : storedId(value));
  const time = (ms: number | undefined) => (ms === undefined ? undefined : moment(ms));
  where.add('tenant = ?', id(filter.tenant));
  where.add('external_meeting_id = ?', id(filter.externalMeetingId));
  where.add('create_time >= ?', time(filter.from));
  where.add('create_time < ?', time(filter.to));
  if (filter.recorded !== undefined) where.add(`recorded_at is ${filter.recorded ? 'not null' : 'null'}`);
  where.add('(create_time, internal_meeting_id) < (?, ?)', time(after?.at), id(after?.id));
  const { rows } = await pool.query<MeetingRow>(
    `select * from bbb_tiers.meetings where create_time is not null and ${where.text}
      order by create_time desc, internal_meeting_id desc limit $1`,
    where.values,
  );
  return pageOf(rows.map(meetingOf), size, ({ createTime, internalMeetingId }) => ({
    at: createTime ?? 0,
    id: internalMeetingId,
  }));
}

/** One run; undefined when it is not known. */
export async function readMeeting(pool: Pool, internalMeetingId: string): Promise<LedgerMeeting | undefined> {
  const { rows } = await pool.query<MeetingRow>(
    'select * from bbb_tiers.meetings where internal_meeting_id = $1',
    [storedId(internalMeetingId)],
  );
  return rows.map(meetingOf)[0];
}

/** Of these runs (a recording's record id is the internal meeting id) what is known, for whoever decides which recordings are due. */
export async function readMeetingsById(
  pool: Pool,
  internalMeetingIds: readonly string[],
): Promise<ReadonlyMap<string, LedgerMeeting>> {
  const asked = new Map(internalMeetingIds.map((id) => [storedId(id), id]));
  const { rows } = await pool.query<MeetingRow>(
    'select * from bbb_tiers.meetings where internal_meeting_id = any($1)',
    [[...asked.keys()]],
  );
  return new Map(
    rows.map((row) => [asked.get(row.internal_meeting_id) ?? row.internal_meeting_id, meetingOf(row)]),
  );
}
