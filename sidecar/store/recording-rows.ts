/** The statements that write `bbb_tiers.recording_intervals` from the recording state that comes with a meeting; counts nothing. */
import type { ClientBase } from 'pg';
import { addEdges, difference, type Edge } from '../ledger/intervals';
import { asJson, type Lines } from './lines';
import { moment } from './moment';

interface RecordingRecord {
  readonly internal_meeting_id: string;
  readonly started_at: Date;
  readonly stopped_at: Date | null;
}

/** When BBB was recording, from each meeting's recording state as it was written; a stop whose start nobody saw adds nothing. */
export async function writeRecordings(client: ClientBase, lines: Lines<'meeting'>): Promise<void> {
  const edges = new Map<string, Edge[]>();
  for (const { meeting, recording } of lines) {
    if (recording.length > 0) edges.set(meeting, [...(edges.get(meeting) ?? []), ...recording]);
  }
  if (edges.size === 0) return;
  const { rows } = await client.query<RecordingRecord>(
    'select * from bbb_tiers.recording_intervals where internal_meeting_id = any($1)',
    [[...edges.keys()]],
  );
  const gone: unknown[] = [];
  const changed: unknown[] = [];
  for (const [meeting, seen] of edges) {
    const kept = rows
      .filter((row) => row.internal_meeting_id === meeting)
      .map((row) => ({
        from: row.started_at.getTime(),
        to: row.stopped_at?.getTime(),
        notBefore: undefined,
        ejectedAt: undefined,
      }));
    const rowsOf = difference(kept, addEdges(kept, seen));
    for (const { from } of rowsOf.gone) gone.push({ meeting, started_at: moment(from) });
    for (const { from, to } of rowsOf.changed)
      changed.push({ meeting, started_at: moment(from), stopped_at: to === undefined ? null : moment(to) });
  }
  if (gone.length > 0) await client.query(DROP_RECORDINGS, [asJson(gone)]);
  if (changed.length > 0) await client.query(WRITE_RECORDINGS, [asJson(changed)]);
}

const DROP_RECORDINGS = `delete from bbb_tiers.recording_intervals r
  using json_to_recordset($1) as x(meeting text, started_at timestamptz)
  where r.internal_meeting_id = x.meeting and r.started_at = x.started_at`;

const WRITE_RECORDINGS = `insert into bbb_tiers.recording_intervals (internal_meeting_id, started_at, stopped_at)
  select meeting, started_at, stopped_at
  from json_to_recordset($1) as x(meeting text, started_at timestamptz, stopped_at timestamptz)
  on conflict (internal_meeting_id, started_at) do update set stopped_at = excluded.stopped_at`;
