/** Reads the decision log: by code, by meeting, by what they have in common, in pages; writes nothing. */
import type { Pool } from 'pg';
import type { LimitName } from '../core/limits/define-limit';
import type { DecisionOutcome, DecisionRecord, Outcome } from '../loop/ports';
import { conditions } from './conditions';
import { type Cursor, type Page, pageOf } from './cursor';
import { moment } from './moment';
import { storedId } from './text';

/** A decision as it is kept. Ids and texts are as they were written, but for what could not be stored (see `text.ts`). */
export interface LoggedDecision extends DecisionRecord {
  /** The log's own number: of two decisions of one moment the larger one was written later. */
  readonly id: string;
  /** What became of it; undefined while nothing did. */
  readonly outcome: Omit<DecisionOutcome, 'code'> | undefined;
}

export interface DecisionFilter {
  /** Internal or external id. */
  readonly meeting?: string | undefined;
  readonly code?: string | undefined;
  readonly limit?: LimitName | undefined;
  readonly action?: DecisionRecord['action'] | undefined;
  /** `open`: nothing became of it yet. */
  readonly outcome?: Outcome | 'open' | undefined;
  readonly tenant?: string | undefined;
  readonly tier?: string | undefined;
  /** Epoch ms, from this moment on. */
  readonly from?: number | undefined;
  /** Epoch ms, before this moment. */
  readonly to?: number | undefined;
}

export interface PageRequest {
  /** Most rows; the caller sees to a sensible number. */
  readonly size: number;
  /** From `next` of the page before; undefined for the first one. */
  readonly after?: Cursor | undefined;
}

interface DecisionRow {
  readonly id: number;
  readonly code: string;
  readonly at: Date;
  readonly internal_meeting_id: string;
  readonly external_meeting_id: string;
  readonly key: string;
  readonly action: string;
  readonly limit_name: string | null;
  readonly enforce: string | null;
  readonly value: number | null;
  readonly allowed: number | null;
  readonly tenant: string | null;
  readonly tier: string | null;
  readonly config_version: string;
  readonly subject: string | null;
  readonly dry_run: boolean;
  readonly detail: string | null;
  readonly outcome: string | null;
  readonly outcome_at: Date | null;
  readonly attempts: number | null;
  readonly sent: string | null;
  readonly latency_ms: number | null;
}

function reasonOf(row: DecisionRow): DecisionRecord['reason'] {
  if (row.limit_name === null) return undefined;
  return {
    limit: row.limit_name,
    enforce: row.enforce,
    value: row.value ?? Number.NaN,
    allowed: row.allowed ?? Number.POSITIVE_INFINITY,
  } as DecisionRecord['reason'];
}

function decisionOf(row: DecisionRow): LoggedDecision {
  return {
    id: String(row.id),
    code: row.code,
    at: row.at.getTime(),
    internalMeetingId: row.internal_meeting_id as DecisionRecord['internalMeetingId'],
    externalMeetingId: row.external_meeting_id,
    key: row.key,
    action: row.action as DecisionRecord['action'],
    reason: reasonOf(row),
    tenant: row.tenant ?? undefined,
    tier: row.tier ?? undefined,
    configVersion: row.config_version,
    subject: row.subject ?? undefined,
    dryRun: row.dry_run,
    detail: row.detail ?? undefined,
    outcome:
      row.outcome === null || row.outcome_at === null
        ? undefined
        : {
            at: row.outcome_at.getTime(),
            outcome: row.outcome as Outcome,
            attempts: row.attempts ?? 0,
            sent: row.sent ?? undefined,
            latencyMs: row.latency_ms ?? undefined,
          },
  };
}

/** The number in a cursor. */
function numberOf(id: string | undefined): string | undefined {
  if (id === undefined || /^\d{1,18}$/.test(id)) return id;
  throw new RangeError(`expected the cursor of a page of decisions, found '${id}'`);
}

/** Newest first. Throws RangeError on a moment or a cursor that is none, else what the database says. */
export async function readDecisions(
  pool: Pool,
  filter: DecisionFilter,
  { size, after }: PageRequest,
): Promise<Page<LoggedDecision>> {
  const where = conditions(size + 1);
  const id = (value: string | undefined) => (value === undefined ? undefined : storedId(value));
  const time = (ms: number | undefined) => (ms === undefined ? undefined : moment(ms));
  where.add('(internal_meeting_id = ? or external_meeting_id = ?)', id(filter.meeting), id(filter.meeting));
  where.add('code = ?', id(filter.code));
  where.add('limit_name = ?', id(filter.limit));
  where.add('action = ?', id(filter.action));
  if (filter.outcome === 'open') where.add('outcome is null');
  else where.add('outcome = ?', id(filter.outcome));
  where.add('tenant = ?', id(filter.tenant));
  where.add('tier = ?', id(filter.tier));
  where.add('at >= ?', time(filter.from));
  where.add('at < ?', time(filter.to));
  where.add('(at, id) < (?, ?)', time(after?.at), numberOf(after?.id));
  const { rows } = await pool.query<DecisionRow>(
    `select * from bbb_tiers.decisions where ${where.text} order by decisions.at desc, decisions.id desc limit $1`,
    where.values,
  );
  return pageOf(rows.map(decisionOf), size, ({ at, id }) => ({ at, id }));
}
