/** Reads meetings with their breakout rooms as the tally wants them; adds nothing up. */
import type { ClientBase } from 'pg';
import { DAY_MS, type Span } from './intervals';
import type { Attendance, Room } from './tally';

/** A meeting that counts by itself and the breakout rooms that count in it. */
export interface Family {
  readonly internalMeetingId: string;
  /** False when only stray events name it: it is no meeting to be counted as one. */
  readonly created: boolean;
  readonly tenant: string | null;
  readonly owner: string | null;
  readonly meeting: Room;
  readonly breakouts: readonly Room[];
  /** Internal ids of the breakout rooms, in their order. */
  readonly breakoutIds: readonly string[];
}

/** What claims to have run for longer has a wrong clock somewhere: only the last so many days count. */
const LONGEST_MS = 366 * DAY_MS;

interface RoomRecord {
  readonly id: string;
  readonly root: string;
  readonly tenant: string | null;
  readonly owner: string | null;
  readonly create_time: Date | null;
  readonly seen_at: Date;
  readonly until: Date;
}

interface AttendanceRecord {
  readonly id: string;
  readonly internal_user_id: string;
  readonly external_user_id: string | null;
  readonly kind: 'web' | 'dial-in';
  readonly bot: boolean;
  readonly joined_at: Date;
  readonly left_at: Date | null;
}

interface RecordingRecord {
  readonly id: string;
  readonly started_at: Date;
  readonly stopped_at: Date | null;
}

/** A breakout room counts in its parent once that is known, and until then by itself. `m` is the room, `p` its parent. */
export const PARENT = `left join bbb_tiers.meetings p
  on m.is_breakout and p.internal_meeting_id = m.parent_internal_meeting_id and not p.is_breakout`;
export const ROOT = 'coalesce(p.internal_meeting_id, m.internal_meeting_id)';

/** A running room counts up to its newest sign of life, or to the last reading of all meetings: it was among them. */
const ROOMS = `select m.internal_meeting_id id, ${ROOT} root, m.tenant, m.owner_external_user_id as owner, m.create_time, m.seen_at,
    coalesce(m.ended_at, greatest(m.seen_at, (select at from bbb_tiers.observation))) as until
  from bbb_tiers.meetings m ${PARENT}
  where m.internal_meeting_id = any($1) or m.parent_internal_meeting_id = any($1)
  order by m.internal_meeting_id`;

const ATTENDANCE = `select internal_meeting_id id, internal_user_id, external_user_id, kind, bot, joined_at, left_at
  from bbb_tiers.attendance where internal_meeting_id = any($1)`;

const RECORDINGS = `select internal_meeting_id id, started_at, stopped_at
  from bbb_tiers.recording_intervals where internal_meeting_id = any($1)`;

function group<Row, Value>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  toValue: (row: Row) => Value,
): ReadonlyMap<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const values = groups.get(key);
    if (values === undefined) groups.set(key, [toValue(row)]);
    else values.push(toValue(row));
  }
  return groups;
}

function attendanceOf(row: AttendanceRecord): Attendance {
  return {
    internalUserId: row.internal_user_id,
    externalUserId: row.external_user_id ?? undefined,
    kind: row.kind,
    bot: row.bot,
    from: row.joined_at.getTime(),
    to: row.left_at?.getTime(),
  };
}

function spanOf(room: RoomRecord, attendance: readonly Attendance[]): Span {
  const to = room.until.getTime();
  // On our clock; `create_time` is on BBB's, which may be ahead: nobody came before the beginning.
  const firstSeen = attendance.reduce((first, { from }) => Math.min(first, from), room.seen_at.getTime());
  const from = Math.min(room.create_time?.getTime() ?? firstSeen, firstSeen);
  return { from: Math.max(from, to - LONGEST_MS), to };
}

/** The families of these meetings; one of them that is a breakout room of a known parent comes with its parent only. */
export async function readFamilies(client: ClientBase, roots: readonly string[]): Promise<readonly Family[]> {
  if (roots.length === 0) return [];
  const { rows: rooms } = await client.query<RoomRecord>(ROOMS, [roots]);
  const ids = rooms.map(({ id }) => id);
  const attendanceRows = await client.query<AttendanceRecord>(ATTENDANCE, [ids]);
  const recordingRows = await client.query<RecordingRecord>(RECORDINGS, [ids]);
  const attendance = group(attendanceRows.rows, ({ id }) => id, attendanceOf);
  const recorded = group(
    recordingRows.rows,
    ({ id }) => id,
    ({ started_at, stopped_at }) => ({ from: started_at.getTime(), to: stopped_at?.getTime() }),
  );
  const breakouts = group(
    rooms.filter(({ id, root }) => id !== root),
    ({ root }) => root,
    (room) => room,
  );
  const roomOf = (room: RoomRecord): Room => {
    const present = attendance.get(room.id) ?? [];
    return { attendance: present, recorded: recorded.get(room.id) ?? [], span: spanOf(room, present) };
  };
  return rooms
    .filter(({ id, root }) => id === root)
    .map((room) => {
      const inside = breakouts.get(room.id) ?? [];
      return {
        internalMeetingId: room.id,
        created: room.create_time !== null,
        tenant: room.tenant,
        owner: room.owner,
        meeting: roomOf(room),
        breakouts: inside.map(roomOf),
        breakoutIds: inside.map(({ id }) => id),
      };
    });
}
