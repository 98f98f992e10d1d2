/** The statements that write notices, decisions and their outcomes; decides nothing. */
import type { ClientBase } from 'pg';
import { asJson, type Lines, outcomeStands } from './lines';
import { moment } from './moment';

/** Per meeting and key the last time it was said. */
export async function writeNotices(client: ClientBase, lines: Lines<'notice'>): Promise<void> {
  if (lines.length === 0) return;
  const newest = new Map<string, Lines<'notice'>[number]>();
  for (const line of lines) {
    const key = JSON.stringify([line.meeting, line.key]);
    const known = newest.get(key);
    if (known === undefined || line.seenAt > known.seenAt) newest.set(key, line);
  }
  const rows = [...newest.values()].map(({ meeting, key, seenAt }) => ({ meeting, key, at: moment(seenAt) }));
  await client.query(
    `insert into bbb_tiers.notices as n (internal_meeting_id, key, sent_at)
      select meeting, key, at from json_to_recordset($1) as x(meeting text, key text, at timestamptz)
      on conflict (internal_meeting_id, key) do update set sent_at = greatest(n.sent_at, excluded.sent_at)`,
    [asJson(rows)],
  );
}

/** Adds decisions; one that is there already stays as it is. */
export async function writeDecisions(client: ClientBase, lines: Lines<'decision'>): Promise<void> {
  if (lines.length === 0) return;
  await client.query(
    `insert into bbb_tiers.decisions (code, at, internal_meeting_id, external_meeting_id, key, action, limit_name,
        enforce, value, allowed, tenant, tier, config_version, subject, dry_run, detail)
      select code, at, internal_meeting_id, external_meeting_id, key, action, limit_name, enforce, value, allowed, tenant,
        tier, config_version, subject, dry_run, detail
      from json_to_recordset($1) as x(code text, at timestamptz, internal_meeting_id text, external_meeting_id text,
        key text, action text, limit_name text, enforce text, value float8, allowed float8, tenant text, tier text,
        config_version text, subject text, dry_run boolean, detail text)
      on conflict do nothing`,
    [asJson(lines.map(({ row }) => row))],
  );
}

/** Fills in what became of decisions; the word that stands is `outcomeStands`'. A code that chance gave twice means the newer decision. */
export async function writeOutcomes(client: ClientBase, lines: Lines<'outcome'>): Promise<void> {
  if (lines.length === 0) return;
  const newest = new Map<string, Lines<'outcome'>[number]>();
  for (const line of lines) if (outcomeStands(newest.get(line.code), line)) newest.set(line.code, line);
  await client.query(
    `update bbb_tiers.decisions d set
        outcome = x.outcome, outcome_at = x.outcome_at, attempts = x.attempts, sent = x.sent, latency_ms = x.latency_ms
      from json_to_recordset($1) as x(code text, outcome_at timestamptz, outcome text, attempts integer, sent text,
        latency_ms float8)
      where d.id = (select id from bbb_tiers.decisions o where o.code = x.code order by o.at desc, o.id desc limit 1)
        and (d.outcome is null or (d.outcome = 'confirmed', d.outcome_at) <= (x.outcome = 'confirmed', x.outcome_at))`,
    [asJson([...newest.values()].map(({ row }) => row))],
  );
}
