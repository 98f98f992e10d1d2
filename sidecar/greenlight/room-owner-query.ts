/** Asks one Greenlight database who owns a room, by ids and the role's name only; keeps nothing. */
import type { RoomOwner } from '../core/tier-resolution';

/** What is needed of a `pg` pool. */
export interface Queryable {
  query<Row extends object>(text: string, values: unknown[]): Promise<{ rows: Row[] }>;
}

/** The owner may have lost the role that Greenlight gave (roles can be deleted): no name then. */
const OWNER_OF_ROOM = `
  SELECT u.id::text AS owner_id, coalesce(ro.name, '') AS role_name
  FROM rooms r JOIN users u ON u.id = r.user_id LEFT JOIN roles ro ON ro.id = u.role_id
  WHERE r.meeting_id = $1`;

/** `rooms.meeting_id` is 40 letters and digits, for rooms from Greenlight v2 a little longer: nothing else is asked for. */
const MEETING_ID = /^[\w.:@+-]{1,255}$/;

/** Can there be a room of this external meeting id at all? */
export function canBeRoom(externalMeetingId: string): boolean {
  return MEETING_ID.test(externalMeetingId);
}

/** Undefined: no such room. Throws what `pg` throws. `gl-` is how Greenlight's join names an account. */
export async function askRoomOwner(
  database: Queryable,
  externalMeetingId: string,
): Promise<RoomOwner | undefined> {
  const { rows } = await database.query<{ owner_id: string; role_name: string }>(OWNER_OF_ROOM, [
    externalMeetingId,
  ]);
  const [row] = rows;
  return row === undefined ? undefined : { owner: `gl-${row.owner_id}`, roleName: row.role_name };
}
