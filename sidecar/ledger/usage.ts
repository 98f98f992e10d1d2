/** What tenants and accounts used in a month, out of the days that meetings were counted into; counts nothing anew. */
import type { Pool } from 'pg';
import { storedId } from '../store/text';

export interface UsageQuery {
  /** `2026-11`, UTC. */
  readonly month: string;
  /** Only this tenant. */
  readonly tenant?: string | undefined;
  /** One row per tenant, or per tenant and account (the external user id of the room's owner). */
  readonly by: 'tenant' | 'account';
  /** One row for the month (the default), or one for each day on which there was anything. */
  readonly per?: 'month' | 'day';
}

/** Minutes are exact sums rounded once, to hundredths. */
export interface Usage {
  /** Undefined: meetings that belong to no tenant. */
  readonly tenant: string | undefined;
  /** Undefined by tenant, and where no owner was known. */
  readonly account: string | undefined;
  /** `2026-11-03`; undefined per month. */
  readonly day: string | undefined;
  /** Meetings that began in this time. */
  readonly meetings: number;
  readonly meetingMinutes: number;
  /** Time of distinct people, phone callers included, bots left out. */
  readonly participantMinutes: number;
  readonly dialInMinutes: number;
  readonly recordedMinutes: number;
  /** The fullest meeting. */
  readonly peakParticipants: number;
}

const MONTH = /^(\d{4})-(0[1-9]|1[0-2])$/;

/** First day of the month and of the next; undefined when it is none: `2026-11` → 2026-11-01, 2026-12-01. */
export function monthBounds(month: string): { from: string; to: string } | undefined {
  const match = MONTH.exec(month);
  if (match === null) return undefined;
  const [year, number] = [Number(match[1]), Number(match[2])];
  // Years before 100 are not what Date.UTC takes them for; nobody met then.
  if (year < 1000 || year > 9998) return undefined;
  return {
    from: `${month}-01`,
    to: new Date(Date.UTC(year, number, 1)).toISOString().slice(0, 'YYYY-MM-DD'.length),
  };
}

interface UsageRecord {
  readonly tenant: string | null;
  readonly account?: string | null;
  readonly day?: string;
  readonly meetings: number;
  readonly meeting_ms: string;
  readonly participant_ms: string;
  readonly dial_in_ms: string;
  readonly recorded_ms: string;
  readonly peak: number;
}

/** `sum(bigint)` is a numeric: pg gives it as text. */
function minutes(ms: string): number {
  return Math.round(Number(ms) / 600) / 100;
}

function usageOf(row: UsageRecord): Usage {
  return {
    tenant: row.tenant ?? undefined,
    account: row.account ?? undefined,
    day: row.day,
    meetings: row.meetings,
    meetingMinutes: minutes(row.meeting_ms),
    participantMinutes: minutes(row.participant_ms),
    dialInMinutes: minutes(row.dial_in_ms),
    recordedMinutes: minutes(row.recorded_ms),
    peakParticipants: row.peak,
  };
}

/** Sorted by tenant, account and day; what has none comes last. Throws RangeError on a month that is none, else what the database says. */
export async function readUsage(pool: Pool, query: UsageQuery): Promise<readonly Usage[]> {
  const { month, tenant, by, per = 'month' } = query;
  const bounds = monthBounds(month);
  if (bounds === undefined) throw new RangeError(`expected a month such as '2026-11', found '${month}'`);
  const keys = [
    'tenant',
    by === 'account' ? 'owner_external_user_id' : undefined,
    per === 'day' ? 'day' : undefined,
  ]
    .filter((key) => key !== undefined)
    .join(', ');
  const { rows } = await pool.query<UsageRecord>(
    `select ${keys.replace('owner_external_user_id', 'owner_external_user_id as account')},
        count(*) filter (where begins)::int as meetings, sum(meeting_ms) as meeting_ms, sum(participant_ms) as participant_ms,
        sum(dial_in_ms) as dial_in_ms, sum(recorded_ms) as recorded_ms, max(peak_participants) as peak
      from bbb_tiers.meeting_days
      where day >= $1 and day < $2 ${tenant === undefined ? '' : 'and tenant = $3'}
      group by ${keys} order by ${keys}`,
    tenant === undefined ? [bounds.from, bounds.to] : [bounds.from, bounds.to, storedId(tenant)],
  );
  return rows.map(usageOf);
}
