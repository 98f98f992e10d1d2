/** The statements that write `bbb_tiers.attendance`: what is kept and what was seen are folded together; counts nothing. */
import type { ClientBase } from 'pg';
import { addEdges, difference, type Edge, type Interval } from '../ledger/intervals';
import { type AttendeeColumns, asJson, type Lines, newerAttendee, presenceEdges } from './lines';
import { moment, momentOrNull } from './moment';

/** Rows of one owner (a session, a meeting) as intervals; the moments come back from pg as Date. */
export interface AttendanceRecord extends AttendeeColumns {
  readonly internal_meeting_id: string;
  readonly internal_user_id: string;
  readonly joined_at: Date;
  readonly not_before: Date | null;
  readonly left_at: Date | null;
  readonly ejected_at: Date | null;
}

/** The interval that a row of `bbb_tiers.attendance` holds. */
export function intervalOf(row: AttendanceRecord): Interval {
  return {
    from: row.joined_at.getTime(),
    notBefore: row.not_before?.getTime(),
    to: row.left_at?.getTime(),
    ejectedAt: row.ejected_at?.getTime(),
  };
}

/** A key out of two ids that no third pair shares. */
export function pairKey(a: string, b: string): string {
  return JSON.stringify([a, b]);
}

interface Session {
  readonly meeting: string;
  readonly user: string;
  attendee: AttendeeColumns;
  edges: Edge[];
  kept: Interval[];
  /** Something about the attendee, not about the times, differs from what is kept. */
  renewed: boolean;
}

function sessionsOf(lines: Lines<'attendance'>): Map<string, Session> {
  const sessions = new Map<string, Session>();
  for (const { meeting, user, attendee, presence } of lines) {
    const edges = presenceEdges(presence);
    const key = pairKey(meeting, user);
    const known = sessions.get(key);
    if (known === undefined) {
      sessions.set(key, { meeting, user, attendee, edges: [...edges], kept: [], renewed: false });
    } else {
      known.attendee = newerAttendee(known.attendee, attendee);
      known.edges.push(...edges);
    }
  }
  return sessions;
}

function sameAttendee(a: AttendeeColumns, b: AttendeeColumns): boolean {
  return (
    a.external_user_id === b.external_user_id && a.kind === b.kind && a.bot === b.bot && a.role === b.role
  );
}

async function readKept(client: ClientBase, sessions: Map<string, Session>): Promise<void> {
  const wanted = [...sessions.values()];
  const { rows } = await client.query<AttendanceRecord>(
    `select a.* from unnest($1::text[], $2::text[]) as x(meeting, session)
      join bbb_tiers.attendance a on a.internal_meeting_id = x.meeting and a.internal_user_id = x.session`,
    [wanted.map(({ meeting }) => meeting), wanted.map(({ user }) => user)],
  );
  for (const row of rows) {
    const session = sessions.get(pairKey(row.internal_meeting_id, row.internal_user_id));
    if (session === undefined) continue;
    session.kept.push(intervalOf(row));
    session.attendee = newerAttendee(row, session.attendee);
  }
  for (const row of rows) {
    const session = sessions.get(pairKey(row.internal_meeting_id, row.internal_user_id));
    if (session !== undefined && !sameAttendee(row, session.attendee)) session.renewed = true;
  }
}

/** Whoever calls this holds the meetings' rows, so nobody else folds the same sessions at the same time. */
export async function writeAttendance(client: ClientBase, lines: Lines<'attendance'>): Promise<void> {
  if (lines.length === 0) return;
  const sessions = sessionsOf(lines);
  await readKept(client, sessions);
  const gone: unknown[] = [];
  const changed: unknown[] = [];
  for (const { meeting, user, attendee, edges, kept, renewed } of sessions.values()) {
    const wanted = addEdges(kept, edges);
    const rows = difference(kept, wanted);
    const { external_user_id, kind, bot, role } = attendee;
    for (const { from } of rows.gone) gone.push({ meeting, session: user, joined_at: moment(from) });
    for (const interval of renewed ? wanted : rows.changed) {
      changed.push({
        meeting,
        session: user,
        joined_at: moment(interval.from),
        not_before: momentOrNull(interval.notBefore),
        left_at: momentOrNull(interval.to),
        ejected_at: momentOrNull(interval.ejectedAt),
        account: external_user_id,
        kind,
        bot,
        role,
      });
    }
  }
  if (gone.length > 0) await client.query(DROP_ATTENDANCE, [asJson(gone)]);
  if (changed.length > 0) await client.query(WRITE_ATTENDANCE, [asJson(changed)]);
}

const DROP_ATTENDANCE = `delete from bbb_tiers.attendance a
  using json_to_recordset($1) as x(meeting text, session text, joined_at timestamptz)
  where a.internal_meeting_id = x.meeting and a.internal_user_id = x.session and a.joined_at = x.joined_at`;

const WRITE_ATTENDANCE = `insert into bbb_tiers.attendance (internal_meeting_id, internal_user_id, joined_at, not_before,
    left_at, ejected_at, external_user_id, kind, bot, role)
  select meeting, session, joined_at, not_before, left_at, ejected_at, account, kind, bot, role
  from json_to_recordset($1) as x(meeting text, session text, joined_at timestamptz, not_before timestamptz,
    left_at timestamptz, ejected_at timestamptz, account text, kind text, bot boolean, role text)
  on conflict (internal_meeting_id, internal_user_id, joined_at) do update set
    not_before = excluded.not_before, left_at = excluded.left_at, ejected_at = excluded.ejected_at,
    external_user_id = excluded.external_user_id, kind = excluded.kind, bot = excluded.bot, role = excluded.role`;
