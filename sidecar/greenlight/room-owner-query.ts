/** Reads the owners of rooms from one Greenlight database, by ids and the role's name only; keeps nothing. */
import type { RoomOwner } from '../core/tier-resolution';

/** What is needed of a `pg` pool. */
export interface Queryable {
  query<Row extends object>(text: string, values: unknown[]): Promise<{ rows: Row[] }>;
}

/** The owner may have lost the role that Greenlight gave (roles can be deleted): no name then. */
const OWNERS_OF_ROOMS = `
  SELECT r.meeting_id, u.id::text AS owner_id, coalesce(ro.name, '') AS role_name
  FROM rooms r JOIN users u ON u.id = r.user_id LEFT JOIN roles ro ON ro.id = u.role_id
  WHERE r.meeting_id = ANY($1)`;

/** `rooms.meeting_id` is 40 letters and digits, for rooms from Greenlight v2 a little longer: nothing else is asked for. */
const MEETING_ID = /^[\w.:@+-]{1,255}$/;

/** Can there be a room of this external meeting id at all? */
export function canBeRoom(externalMeetingId: string): boolean {
  return MEETING_ID.test(externalMeetingId);
}

/** By external meeting id; rooms that are not there are missing. Throws what `pg` throws. `gl-` is how Greenlight's join names an account. */
export async function readRoomOwners(
  database: Queryable,
  externalMeetingIds: readonly string[],
): Promise<ReadonlyMap<string, RoomOwner>> {
  const { rows } = await database.query<{ meeting_id: string; owner_id: string; role_name: string }>(
    OWNERS_OF_ROOMS,
    [externalMeetingIds],
  );
  return new Map(
    rows.map((row) => [row.meeting_id, { owner: `gl-${row.owner_id}`, roleName: row.role_name }]),
  );
}
