/** Removes one recording through BBB's API and puts the decision on record; the reason was found elsewhere. */

import type { Pool } from 'pg';
import type { RecordingsApi } from '../bbb-api/recordings-api';
import type { Config } from '../core/config';
import { SECOND_MS } from '../core/duration';
import { type RemovalReason, recordingVerdict } from '../core/recording-verdict';
import { messageOf } from '../errors';
import type { Log } from '../log';
import type { DecisionOutcome, DecisionRecord, Journal, Outcome } from '../loop/ports';
import type { Metrics } from '../metrics';
import { readRecorded, runOf, writeDeleted, writeFilesRemoved, writeRemoval } from './record';

export interface RemoverOptions {
  readonly pool: Pool;
  readonly api: Pick<RecordingsApi, 'publishRecordings' | 'deleteRecordings'>;
  readonly journal: Pick<Journal, 'write'>;
  /** Epoch ms of our steady clock. */
  readonly now: () => number;
  readonly makeCode: () => string;
  readonly config: () => Config;
  readonly dryRun: boolean;
  readonly metrics: Pick<Metrics, 'decisions' | 'enforcementLatency'>;
  readonly log: Log;
  readonly onDecision?: (decision: DecisionRecord) => void;
  readonly onOutcome?: (outcome: DecisionOutcome) => void;
}

/** What is known of the recording besides its id; ids only. */
export interface ToRemove {
  readonly recordId: string;
  readonly externalMeetingId: string | undefined;
  readonly tenant: string | undefined;
  readonly tier: string | undefined;
  readonly reason: RemovalReason;
}

export interface Remover {
  /** Out of sight first, then deleted; BBB only moves the files, the host script erases them. Rejects when BBB could not be asked. */
  remove(recording: ToRemove): Promise<void>;
  /** BBB showed that a recording is deleted. */
  deleted(recordId: string, at: number): Promise<void>;
  /** The host script has removed the files: by our verdict, which makes it a decision of ours, or by somebody's hand. */
  erased(recordId: string, bytes: number | undefined): Promise<void>;
}

const BY_API = 'api:deleteRecordings';
const BY_HOST = 'host:bbb-tiers-recordings';

/** Writes decisions about recordings, and what became of them, where all decisions are. */
function createRecorder(options: RemoverOptions) {
  const { journal, log } = options;
  return {
    outcome(code: string, kind: Outcome, sent: string, latencyMs?: number): void {
      const entry: DecisionOutcome = {
        code,
        at: options.now(),
        outcome: kind,
        attempts: 1,
        sent,
        latencyMs,
      };
      journal.write({ type: 'outcome', outcome: entry });
      options.onOutcome?.(entry);
      const action = 'delete-recording';
      options.metrics.decisions.inc({ limit: 'recording', action, outcome: kind });
      if (latencyMs !== undefined)
        options.metrics.enforcementLatency.observe({ action }, latencyMs / SECOND_MS);
    },
    decision(recording: ToRemove, code: string, dryRun: boolean): void {
      const { recordId, reason } = recording;
      const decision: DecisionRecord = {
        code,
        at: options.now(),
        internalMeetingId: runOf(recordId) as DecisionRecord['internalMeetingId'],
        externalMeetingId: recording.externalMeetingId ?? '',
        key: `recording/delete/${recordId}`,
        action: 'delete-recording',
        reason: undefined,
        tenant: recording.tenant,
        tier: recording.tier,
        configVersion: options.config().version,
        subject: undefined,
        dryRun,
        detail: reason,
      };
      journal.write({ type: 'decision', decision });
      options.onDecision?.(decision);
      log.info({ recordId, code, reason, dryRun }, 'recording is removed');
    },
  };
}

/** Builds the remover. */
export function createRemover(options: RemoverOptions): Remover {
  const { pool, api, log, now } = options;
  const record = createRecorder(options);
  /** A dry run leaves every recording where it is and meets it again and again; it is logged once. */
  const logged = new Set<string>();

  async function decide(recording: ToRemove): Promise<void> {
    const { recordId, reason } = recording;
    const code = options.makeCode();
    const removal = { recordId, internalMeetingId: runOf(recordId), reason, code, at: now() };
    if (await writeRemoval(pool, removal)) record.decision(recording, code, false);
  }

  function logOnce(recording: ToRemove): void {
    if (logged.has(recording.recordId)) return;
    logged.add(recording.recordId);
    const code = options.makeCode();
    record.decision(recording, code, true);
    record.outcome(code, 'dry-run', BY_API);
  }

  async function confirm(recordId: string, at: number, sent: string): Promise<void> {
    const removal = await writeDeleted(pool, recordId, at);
    if (removal !== undefined)
      record.outcome(removal.code, 'confirmed', sent, Math.max(0, at - removal.decidedAt));
  }

  return {
    async remove(recording) {
      const { recordId } = recording;
      if (options.dryRun) return logOnce(recording);
      await decide(recording);
      await api.publishRecordings([recordId], false).catch((error: unknown) => {
        // Not published yet, or gone already: deleting it says more.
        log.debug({ recordId, error: messageOf(error) }, 'recording could not be unpublished');
      });
      await api.deleteRecordings([recordId]);
    },
    deleted: (recordId, at) => confirm(recordId, at, BY_API),
    async erased(recordId, bytes) {
      const { run, meeting } = await readRecorded(pool, recordId, options.config());
      const { externalMeetingId, tenant, tier } = meeting ?? {};
      if (recordingVerdict(run).verdict !== 'remove') {
        log.warn(
          { recordId },
          'files of a recording were removed on the host without a decision of this service',
        );
        return;
      }
      if (run.removal === undefined)
        await decide({ recordId, externalMeetingId, tenant, tier, reason: 'forbidden' });
      await writeFilesRemoved(pool, recordId, now(), bytes);
      await confirm(recordId, now(), BY_HOST);
    },
  };
}
