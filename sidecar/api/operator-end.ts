/** Ends a meeting because an operator asks for it: the limits' own effect, on record like theirs, repeated until BBB shows it. */
import type { Clock, Scheduled } from '../core/clock';
import type { InternalMeetingId, Meeting } from '../core/meeting';
import { repeatAfterMs } from '../core/pacing';
import type { TierAssignment } from '../core/tier-resolution';
import { messageOf } from '../errors';
import type { Log } from '../log';
import type { DecisionOutcome, DecisionRecord, Effects, Journal, Outcome } from '../loop/ports';
import type { Metrics } from '../metrics';

/** Some two minutes of trying; an operator who waits that long asks again. */
const MOST_ATTEMPTS = 7;

export interface OperatorEndOptions {
  readonly clock: Clock;
  /** Epoch ms of our steady clock. */
  readonly now: () => number;
  readonly journal: Pick<Journal, 'write'>;
  readonly effects: Pick<Effects, 'endMeeting'>;
  readonly dryRun: boolean;
  readonly configVersion: () => string;
  readonly makeCode: () => string;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly onDecision: (decision: DecisionRecord) => void;
  readonly onOutcome: (outcome: DecisionOutcome) => void;
}

export interface OperatorEnd {
  /** Resolves after the first attempt with the decision's code; asked again meanwhile, with that of the act under way. */
  end(meeting: Meeting, assignment: TierAssignment | undefined, subject: string): Promise<string>;
  /** BBB showed that this meeting is over. */
  ended(id: InternalMeetingId): void;
  close(): void;
}

interface Ending {
  readonly decision: DecisionRecord;
  attempts: number;
  sent: string | undefined;
  recorded: Outcome | undefined;
  timer: Scheduled | undefined;
  /** An attempt is being sent. */
  isSending: boolean;
  /** When BBB showed the end. */
  shownAt: number | undefined;
}

export function createOperatorEnd(options: OperatorEndOptions): OperatorEnd {
  const { clock, journal, metrics, log } = options;
  const endings = new Map<InternalMeetingId, Ending>();

  function enter(ending: Ending, outcome: Outcome, at = options.now()): void {
    if (ending.recorded === outcome) return;
    ending.recorded = outcome;
    const { code } = ending.decision;
    const latencyMs = outcome === 'confirmed' ? Math.max(0, at - ending.decision.at) : undefined;
    const entry = { code, at, outcome, attempts: ending.attempts, sent: ending.sent, latencyMs };
    journal.write({ type: 'outcome', outcome: entry });
    metrics.decisions.inc({ limit: 'none', action: 'end-meeting', outcome });
    if (latencyMs !== undefined)
      metrics.enforcementLatency.observe({ action: 'end-meeting' }, latencyMs / 1_000);
    options.onOutcome(entry);
  }

  /** It is over. What never reached BBB did not do it. */
  function settle(ending: Ending, at: number): void {
    enter(ending, ending.sent === undefined ? 'moot' : 'confirmed', at);
  }

  async function attempt(id: InternalMeetingId, ending: Ending): Promise<void> {
    const { code, externalMeetingId } = ending.decision;
    ending.attempts += 1;
    ending.isSending = true;
    try {
      const sent = await options.effects.endMeeting({ internalMeetingId: id, externalMeetingId });
      ending.sent = `${sent.via}:end-meeting`;
      // The bus may be quicker than the API's answer.
      if (ending.shownAt === undefined) enter(ending, 'sent');
    } catch (error) {
      log.warn(
        { internalMeetingId: id, code, error: messageOf(error) },
        'cannot end a meeting for an operator; retrying',
      );
      if (ending.shownAt === undefined) enter(ending, 'failed');
    }
    ending.isSending = false;
    if (ending.shownAt !== undefined) settle(ending, ending.shownAt);
    if (endings.get(id) !== ending) return;
    if (ending.attempts >= MOST_ATTEMPTS) endings.delete(id);
    else
      ending.timer = clock.schedule(repeatAfterMs('end-meeting', ending.attempts), () => {
        void attempt(id, ending);
      });
  }

  function begin(meeting: Meeting, assignment: TierAssignment | undefined, subject: string): Ending {
    const { internalMeetingId, props } = meeting;
    const decision: DecisionRecord = {
      code: options.makeCode(),
      at: options.now(),
      internalMeetingId,
      externalMeetingId: props?.externalMeetingId ?? '',
      key: 'operator/end',
      action: 'end-meeting',
      reason: undefined,
      tenant: assignment?.tenant,
      tier: assignment?.tierCode,
      configVersion: options.configVersion(),
      subject: undefined,
      dryRun: options.dryRun,
      detail: `operator ${subject}`,
    };
    journal.write({ type: 'decision', decision });
    log.info(
      { internalMeetingId, code: decision.code, operator: subject },
      'ending a meeting for an operator',
    );
    options.onDecision(decision);
    const none = { sent: undefined, recorded: undefined, timer: undefined, shownAt: undefined };
    return { decision, attempts: 0, isSending: false, ...none };
  }

  return {
    async end(meeting, assignment, subject) {
      const id = meeting.internalMeetingId;
      const underWay = endings.get(id);
      if (underWay !== undefined) return underWay.decision.code;
      const ending = begin(meeting, assignment, subject);
      if (options.dryRun) {
        enter(ending, 'dry-run');
        return ending.decision.code;
      }
      endings.set(id, ending);
      await attempt(id, ending);
      return ending.decision.code;
    },
    ended(id) {
      const ending = endings.get(id);
      if (ending === undefined) return;
      endings.delete(id);
      ending.timer?.cancel();
      ending.shownAt = options.now();
      if (!ending.isSending) settle(ending, ending.shownAt);
    },
    close() {
      for (const ending of endings.values()) ending.timer?.cancel();
      endings.clear();
    },
  };
}
