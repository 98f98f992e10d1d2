/** Reads back what was kept of running meetings, for a service that starts anew; changes nothing and fills no gaps. */
import type { Pool } from 'pg';
import { bbbInstant } from '../core/bbb-instant';
import type { MeetingRemembered } from '../core/events';
import type { InternalMeetingId, InternalUserId, MeetingProps } from '../core/meeting';
import type { Recollection } from '../loop/ports';
import { type AssignmentColumns, assignmentOf } from './assignment';
import type { AttendanceRecord } from './attendance-rows';
import { storedId } from './text';

interface MeetingRecord extends AssignmentColumns {
  readonly internal_meeting_id: string;
  readonly external_meeting_id: string | null;
  readonly create_time: Date | null;
  readonly is_breakout: boolean;
  readonly parent_internal_meeting_id: string | null;
  readonly record: boolean | null;
  readonly seen_at: Date;
  readonly recorded_at: Date | null;
  /** Infinite as a number: nothing was ever received, or nothing is on record of it. */
  readonly missing_since: Date | number | null;
}

interface NoticeRecord {
  readonly internal_meeting_id: string;
  readonly key: string;
  readonly sent_at: Date;
}

/** A stretch of attendance as it is handed back. */
export type RememberedAttendee = MeetingRemembered['attendees'][number] & {
  /** Set when nobody saw the arrival: it was between this and `joinedAt`. */
  readonly notBefore?: number;
};

const MEETINGS = `select internal_meeting_id, external_meeting_id, create_time, is_breakout, parent_internal_meeting_id, record, recorded_at, missing_since,
    greatest(seen_at, (select at from bbb_tiers.observation)) as seen_at, tenant, tier, tier_title, tier_source,
    owner_external_user_id, config_version, limits
  from bbb_tiers.meetings where internal_meeting_id = any($1) and end_certain is not true`;
const ATTENDANCE = `select * from bbb_tiers.attendance where internal_meeting_id = any($1)
  order by internal_meeting_id, joined_at, internal_user_id`;
const NOTICES = 'select * from bbb_tiers.notices where internal_meeting_id = any($1)';

function byMeeting<Row extends { internal_meeting_id: string }>(
  rows: readonly Row[],
): ReadonlyMap<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.internal_meeting_id);
    if (group === undefined) groups.set(row.internal_meeting_id, [row]);
    else group.push(row);
  }
  return groups;
}

function attendeeOf(row: AttendanceRecord): RememberedAttendee {
  return {
    internalUserId: row.internal_user_id as InternalUserId,
    externalUserId: row.external_user_id ?? undefined,
    kind: row.kind,
    bot: row.bot,
    role: row.role,
    joinedAt: row.joined_at.getTime(),
    leftAt: row.left_at?.getTime(),
    ejected: row.ejected_at !== null,
    ...(row.not_before === null ? {} : { notBefore: row.not_before.getTime() }),
  };
}

/** BBB's own limits are not kept; what BBB itself ends it ends without us. */
function propsOf(row: MeetingRecord): MeetingProps | undefined {
  const { external_meeting_id: externalMeetingId, create_time, parent_internal_meeting_id } = row;
  if (externalMeetingId === null || create_time === null) return undefined;
  return {
    externalMeetingId,
    name: externalMeetingId,
    createTime: bbbInstant(create_time.getTime()),
    isBreakout: row.is_breakout,
    parentInternalMeetingId: (parent_internal_meeting_id ?? undefined) as InternalMeetingId | undefined,
    breakoutSequence: undefined,
    durationMinutes: 0,
    maxUsers: undefined,
    record: row.record ?? false,
    autoStartRecording: undefined,
    allowStartStopRecording: undefined,
    metadata: {},
  };
}

/** By internal id as it was asked for; meetings that are unknown, or whose end BBB announced, are left out. */
export async function readRecollections(
  pool: Pool,
  meetings: readonly InternalMeetingId[],
): Promise<ReadonlyMap<InternalMeetingId, Recollection>> {
  const asked = new Map(meetings.map((id) => [storedId(id), id]));
  const ids = [[...asked.keys()]];
  const [known, attendance, notices] = await Promise.all([
    pool.query<MeetingRecord>(MEETINGS, ids),
    pool.query<AttendanceRecord>(ATTENDANCE, ids),
    pool.query<NoticeRecord>(NOTICES, ids),
  ]);
  const attendanceOf = byMeeting(attendance.rows);
  const noticesOf = byMeeting(notices.rows);
  const recollections = new Map<InternalMeetingId, Recollection>();
  for (const row of known.rows) {
    const internalMeetingId = asked.get(row.internal_meeting_id);
    if (internalMeetingId === undefined) continue;
    const attendees = (attendanceOf.get(row.internal_meeting_id) ?? []).map(attendeeOf);
    const recorded = row.recorded_at === null ? {} : { recordedAt: row.recorded_at.getTime() };
    const sent = noticesOf.get(row.internal_meeting_id) ?? [];
    recollections.set(internalMeetingId, {
      props: propsOf(row),
      remembered: {
        type: 'meeting-remembered',
        internalMeetingId,
        at: row.seen_at.getTime(),
        ...recorded,
        missingSince: row.missing_since?.valueOf(),
        attendees,
      },
      assignment: assignmentOf(row),
      notices: new Map(sent.map(({ key, sent_at }) => [key, sent_at.getTime()])),
    });
  }
  return recollections;
}
