/** Removes one recording through BBB's API and puts the decision on record; the reason was found elsewhere. */
import type { Pool } from 'pg';
import type { RecordingsApi } from '../bbb-api/recordings-api';
import type { RemovalReason } from '../core/recording-verdict';
import { messageOf } from '../errors';
import type { Log } from '../log';
import type { DecisionOutcome, DecisionRecord, Journal, Outcome } from '../loop/ports';
import { runOf, writeDeleted, writeRemoval } from './record';

export interface RemoverOptions {
  readonly pool: Pool;
  readonly api: Pick<RecordingsApi, 'publishRecordings' | 'deleteRecordings'>;
  readonly journal: Pick<Journal, 'write'>;
  /** Epoch ms of BBB's clock. */
  readonly now: () => number;
  readonly makeCode: () => string;
  readonly configVersion: () => string;
  readonly dryRun: boolean;
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
  /** Of the mark that was made while the meeting ran; undefined: a new decision. */
  readonly code: string | undefined;
}

export interface Remover {
  /** Out of sight first, then deleted; BBB only moves the files, the host script erases them. Rejects when BBB could not be asked. */
  remove(recording: ToRemove): Promise<void>;
  /** BBB showed that a recording is deleted. */
  deleted(recordId: string, at: number): Promise<void>;
}

/** Builds the remover. */
export function createRemover(options: RemoverOptions): Remover {
  const { pool, api, journal, log } = options;

  function outcome(code: string, kind: Outcome, latencyMs?: number): void {
    const entry: DecisionOutcome = {
      code,
      at: options.now(),
      outcome: kind,
      attempts: 1,
      sent: 'api:deleteRecordings',
      latencyMs,
    };
    journal.write({ type: 'outcome', outcome: entry });
    options.onOutcome?.(entry);
  }

  function decide(recording: ToRemove, code: string): void {
    const decision: DecisionRecord = {
      code,
      at: options.now(),
      internalMeetingId: runOf(recording.recordId) as DecisionRecord['internalMeetingId'],
      externalMeetingId: recording.externalMeetingId ?? '',
      key: `recording/delete/${recording.recordId}`,
      action: 'delete-recording',
      reason: undefined,
      tenant: recording.tenant,
      tier: recording.tier,
      configVersion: options.configVersion(),
      subject: undefined,
      dryRun: options.dryRun,
      detail: recording.reason,
    };
    journal.write({ type: 'decision', decision });
    options.onDecision?.(decision);
    log.info(
      { recordId: recording.recordId, code, reason: recording.reason, dryRun: options.dryRun },
      'recording is removed',
    );
  }

  return {
    async remove(recording) {
      const { recordId, reason } = recording;
      const code = options.makeCode();
      if (options.dryRun) {
        decide(recording, code);
        outcome(code, 'dry-run');
        return;
      }
      const removal = { recordId, internalMeetingId: runOf(recordId), reason, code, at: options.now() };
      if (await writeRemoval(pool, removal)) decide(recording, code);
      await api.publishRecordings([recordId], false).catch((error: unknown) => {
        // Not published yet, or gone already: deleting it says more.
        log.debug({ recordId, error: messageOf(error) }, 'recording could not be unpublished');
      });
      await api.deleteRecordings([recordId]);
    },
    async deleted(recordId, at) {
      const removal = await writeDeleted(pool, recordId, at);
      if (removal !== undefined) outcome(removal.code, 'confirmed', Math.max(0, at - removal.decidedAt));
    },
  };
}
