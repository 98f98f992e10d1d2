/** Writes what meetings used into their rows and into `bbb_tiers.meeting_days`; adds nothing up. */
import type { ClientBase } from 'pg';
import { momentOrNull } from '../store/moment';
import type { Family } from './families';
import type { Tally } from './tally';

export interface Counted {
  readonly family: Family;
  readonly tally: Tally;
}

const TOTALS = `update bbb_tiers.meetings m set peak_participants = x.peak, participant_ms = x.participant_ms,
    dial_in_ms = x.dial_in_ms, recorded_ms = x.recorded_ms, counted_until = x.until, counted_revision = m.revision
  from json_to_recordset($1) as x(id text, peak integer, participant_ms bigint, dial_in_ms bigint, recorded_ms bigint,
    until timestamptz)
  where m.internal_meeting_id = x.id`;

/** A breakout room has no totals: its people and its recordings count in the parent. */
const INSIDE = `update bbb_tiers.meetings m set peak_participants = null, participant_ms = null, dial_in_ms = null,
    recorded_ms = null, counted_until = x.until, counted_revision = m.revision
  from json_to_recordset($1) as x(id text, until timestamptz)
  where m.internal_meeting_id = x.id`;

const DROP_DAYS = `delete from bbb_tiers.meeting_days d
  where d.internal_meeting_id = any($1) and not exists (
    select from json_to_recordset($2) as x(id text, day date) where x.id = d.internal_meeting_id and x.day = d.day)`;

const WRITE_DAYS = `insert into bbb_tiers.meeting_days as d (internal_meeting_id, day, tenant, owner_external_user_id, begins,
    meeting_ms, participant_ms, dial_in_ms, recorded_ms, peak_participants)
  select id, day, tenant, owner, begins, meeting_ms, participant_ms, dial_in_ms, recorded_ms, peak
  from json_to_recordset($1) as x(id text, day date, tenant text, owner text, begins boolean, meeting_ms bigint,
    participant_ms bigint, dial_in_ms bigint, recorded_ms bigint, peak integer)
  on conflict (internal_meeting_id, day) do update set tenant = excluded.tenant,
    owner_external_user_id = excluded.owner_external_user_id, begins = excluded.begins, meeting_ms = excluded.meeting_ms,
    participant_ms = excluded.participant_ms, dial_in_ms = excluded.dial_in_ms, recorded_ms = excluded.recorded_ms,
    peak_participants = excluded.peak_participants
  where (d.tenant, d.owner_external_user_id, d.begins, d.meeting_ms, d.participant_ms, d.dial_in_ms, d.recorded_ms,
      d.peak_participants)
    is distinct from (excluded.tenant, excluded.owner_external_user_id, excluded.begins, excluded.meeting_ms,
      excluded.participant_ms, excluded.dial_in_ms, excluded.recorded_ms, excluded.peak_participants)`;

function dayRows({ family, tally }: Counted): readonly object[] {
  return tally.days.map((used, index) => ({
    id: family.internalMeetingId,
    day: used.day,
    tenant: family.tenant,
    owner: family.owner,
    begins: family.created && index === 0,
    meeting_ms: used.meetingMs,
    participant_ms: used.participantMs,
    dial_in_ms: used.dialInMs,
    recorded_ms: used.recordedMs,
    peak: used.peakParticipants,
  }));
}

/** `held`: the meetings whose rows the caller has locked; only those count as counted. */
export async function writeTotals(
  client: ClientBase,
  counted: readonly Counted[],
  held: ReadonlySet<string>,
): Promise<void> {
  if (counted.length === 0) return;
  const totals = counted.map(({ family, tally: { total } }) => ({
    id: family.internalMeetingId,
    peak: total.peakParticipants,
    participant_ms: total.participantMs,
    dial_in_ms: total.dialInMs,
    recorded_ms: total.recordedMs,
    until: momentOrNull(family.meeting.span.to),
  }));
  await client.query(TOTALS, [JSON.stringify(totals)]);
  const days = JSON.stringify(counted.flatMap(dayRows));
  const inside = counted.flatMap(({ family }) =>
    family.breakoutIds.map((id, index) => ({ id, until: momentOrNull(family.breakouts[index]?.span.to) })),
  );
  await client.query(INSIDE, [JSON.stringify(inside.filter(({ id }) => held.has(id)))]);
  await client.query(DROP_DAYS, [[...totals, ...inside].map(({ id }) => id), days]);
  await client.query(WRITE_DAYS, [days]);
}
