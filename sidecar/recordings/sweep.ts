/** Goes through BBB's recordings and finds, or removes, what has been kept long enough; the rule is the core's. */
import type { Pool } from 'pg';
import type { Recording } from '../bbb-api/recording';
import type { RecordingsApi } from '../bbb-api/recordings-api';
import type { Config } from '../core/config';
import { planRecording, type RemovalReason } from '../core/recording-verdict';
import type { Tier } from '../core/tier';
import { messageOf } from '../errors';
import type { Log } from '../log';
import { type LedgerMeeting, readMeetingsById } from '../store/meetings';
import { readDisallowed, runOf, writeDisallowed } from './record';
import type { Remover } from './remove';

/** One recording and what is planned for it. */
export interface PlannedRecording {
  readonly recordId: string;
  readonly externalMeetingId: string;
  readonly tenant: string | undefined;
  readonly tier: string;
  /** External user id of the room's owner, who should export it before. */
  readonly owner: string | undefined;
  readonly endTime: number;
  readonly sizeBytes: number | undefined;
  readonly dueAt: number;
  readonly isDue: boolean;
  readonly reason: RemovalReason;
}

export interface SweepOptions {
  readonly api: Pick<RecordingsApi, 'getRecordings'>;
  readonly pool: Pool;
  readonly config: Config;
  /** Epoch ms. */
  readonly now: number;
  readonly log: Log;
  /** False: nothing is written, not even since when a tier no longer allows recording. */
  readonly write: boolean;
}

const PAGE = 100;
const MOST_PAGES = 1_000;

async function* pages(api: SweepOptions['api']): AsyncGenerator<readonly Recording[]> {
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { recordings, unreadable } = await api.getRecordings({ offset: page * PAGE, limit: PAGE });
    yield recordings;
    if (recordings.length + unreadable < PAGE) return;
  }
}

/** Ids of the tenant and the tier's code, as they were when the meeting ran. */
interface RanAs {
  readonly tenant: string | undefined;
  readonly tierCode: string | undefined;
}

/** By the ledger; what it does not keep any more the recording's own metadata still names, as our overlay wrote it. */
function ranAs(
  meeting: LedgerMeeting | undefined,
  { metadata }: Recording,
  config: Config,
): RanAs | undefined {
  if (meeting?.assignment !== undefined) return meeting.assignment;
  const tenant = metadata['tier-tenant'];
  if (tenant === undefined || !config.tenants.has(tenant)) return undefined;
  return { tenant, tierCode: metadata['tier-code'] };
}

/** The tier that holds now: the tenant's own, or where roles decide the one of the meeting. Undefined: unknown, so nothing is due. */
function tierNow(
  ran: RanAs | undefined,
  config: Config,
): { tier: Tier; tenant: string | undefined } | undefined {
  if (ran === undefined) return undefined;
  const tenant = ran.tenant === undefined ? undefined : config.tenants.get(ran.tenant);
  const code = tenant === undefined || tenant.tierByRole ? ran.tierCode : tenant.tier;
  const tier = code === undefined ? undefined : config.tiers.tiers.get(code);
  return tier === undefined ? undefined : { tier, tenant: ran.tenant };
}

async function planPage(
  recordings: readonly Recording[],
  options: SweepOptions,
): Promise<readonly PlannedRecording[]> {
  const { pool, config, now } = options;
  const runs = await readMeetingsById(pool, [
    ...new Set(recordings.map((recording) => runOf(recording.recordId))),
  ]);
  const since = await readDisallowed(
    pool,
    recordings.map((recording) => recording.recordId),
  );
  const planned: PlannedRecording[] = [];
  for (const recording of recordings) {
    const { recordId, externalMeetingId, endTime, sizeBytes } = recording;
    const meeting = runs.get(runOf(recordId));
    const held = tierNow(ranAs(meeting, recording, config), config);
    if (held === undefined) continue;
    const plan = planRecording({ endTime, disallowedSince: since.get(recordId) }, held.tier, now);
    if (options.write && plan.disallowed !== since.has(recordId)) {
      await writeDisallowed(pool, recordId, runOf(recordId), plan.disallowed ? now : undefined);
    }
    if (plan.dueAt === undefined || plan.reason === undefined) continue;
    const owner = meeting?.assignment?.owner;
    const { tier, tenant } = held;
    planned.push({
      recordId,
      externalMeetingId,
      tenant,
      tier: tier.code,
      owner,
      endTime,
      sizeBytes,
      dueAt: plan.dueAt,
      isDue: plan.dueAt <= now,
      reason: plan.reason,
    });
  }
  return planned;
}

/** What is due now and what will be, earliest first. Rejects when BBB or the database did not answer: then nothing is concluded. */
export async function planRecordings(options: SweepOptions): Promise<readonly PlannedRecording[]> {
  const planned: PlannedRecording[] = [];
  for await (const recordings of pages(options.api)) planned.push(...(await planPage(recordings, options)));
  return planned.sort((a, b) => a.dueAt - b.dueAt || (a.recordId < b.recordId ? -1 : 1));
}

/** Removes what is due; one that fails is left for the next sweep. Returns how many went. */
export async function sweepRecordings(
  options: SweepOptions,
  remover: Pick<Remover, 'remove'>,
): Promise<number> {
  let removed = 0;
  for (const recording of await planRecordings(options)) {
    if (!recording.isDue) continue;
    try {
      await remover.remove(recording);
      removed += 1;
    } catch (error) {
      options.log.warn(
        { recordId: recording.recordId, error: messageOf(error) },
        'cannot remove a recording; retrying at the next sweep',
      );
    }
  }
  return removed;
}
