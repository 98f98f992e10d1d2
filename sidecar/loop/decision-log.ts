/** Puts decisions and what became of them on record: journal, metrics, log. Changes nothing else. */
import type { MeetingView } from '../core/decide';
import type { ClaimRefusal } from '../core/tier-resolution';
import type { Log } from '../log';
import type { Metrics } from '../metrics';
import type { Act } from './acts';
import type { DecisionOutcome, DecisionRecord, Journal, Outcome } from './ports';

/** The tier that a decision rests on; `tierCode` undefined: on each one that the meeting may have. */
export interface DecidedUnder {
  readonly tenant: string | undefined;
  readonly tierCode: string | undefined;
}

export interface DecisionLog {
  /** On the first attempt of an act; later attempts are the same decision. Nothing for an act that is not on record. */
  begin(act: Act, view: MeetingView, assignment: DecidedUnder, now: number, dryRun: boolean): void;
  /** Enters an outcome unless it is the one already entered. */
  outcome(act: Act, outcome: Outcome, now: number): void;
  claimRefused(view: MeetingView, reason: ClaimRefusal, code: string, now: number): void;
}

export interface DecisionLogOptions {
  readonly journal: Journal;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly configVersion: () => string;
  /** Called for every record as it is made, for live views. */
  readonly onDecision?: (decision: DecisionRecord) => void;
  readonly onOutcome?: (outcome: DecisionOutcome) => void;
}

/** External id of the person an ejection is about; other acts are about nobody. */
function subjectOf(act: Act): string | undefined {
  if (act.action.type !== 'eject-user') return undefined;
  return act.action.key.split('/').slice(2, -1).join('/');
}

/** A log over the journal. */
export function createDecisionLog(options: DecisionLogOptions): DecisionLog {
  const { journal, metrics, log } = options;

  function enter(decision: DecisionRecord): void {
    journal.write({ type: 'decision', decision });
    options.onDecision?.(decision);
  }

  return {
    begin(act, view, assignment, now, dryRun) {
      if (act.attempts > 1 || !act.onRecord) return;
      const { internalMeetingId, props } = view.meeting;
      enter({
        code: act.code,
        at: now,
        internalMeetingId,
        externalMeetingId: props?.externalMeetingId ?? '',
        key: act.action.key,
        action: act.action.type,
        reason: act.action.reason,
        tenant: assignment.tenant,
        tier: assignment.tierCode,
        configVersion: options.configVersion(),
        subject: subjectOf(act),
        dryRun,
        detail: undefined,
      });
      log.info(
        {
          internalMeetingId,
          code: act.code,
          action: act.action.type,
          tier: assignment.tierCode,
          ...act.action.reason,
          dryRun,
        },
        'decision',
      );
    },
    outcome(act, outcome, now) {
      if (act.recorded === outcome || act.recorded === 'dry-run') return;
      act.recorded = outcome;
      if (!act.onRecord) return;
      const latencyMs = outcome === 'confirmed' ? Math.max(0, now - act.begunAt) : undefined;
      const entry: DecisionOutcome = {
        code: act.code,
        at: now,
        outcome,
        attempts: act.attempts,
        sent: act.sent,
        latencyMs,
      };
      journal.write({ type: 'outcome', outcome: entry });
      options.onOutcome?.(entry);
      metrics.decisions.inc({ limit: act.action.reason.limit, action: act.action.type, outcome });
      if (latencyMs !== undefined)
        metrics.enforcementLatency.observe({ action: act.action.type }, latencyMs / 1_000);
    },
    claimRefused(view, reason, code, now) {
      const { internalMeetingId, props } = view.meeting;
      metrics.claimsRefused.inc({ reason });
      metrics.decisions.inc({ limit: '', action: 'refuse-claim', outcome: 'noted' });
      log.warn({ internalMeetingId, code, reason }, 'tier claim refused');
      enter({
        code,
        at: now,
        internalMeetingId,
        externalMeetingId: props?.externalMeetingId ?? '',
        key: `claim/${reason}`,
        action: 'refuse-claim',
        reason: undefined,
        tenant: undefined,
        tier: undefined,
        configVersion: options.configVersion(),
        subject: undefined,
        dryRun: false,
        detail: reason,
      });
    },
  };
}
