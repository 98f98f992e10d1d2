/** A decision as one plain English sentence; names no person. */
import type { ActionType } from './actions';
import { SECOND_MS } from './duration';
import type { Enforcement, LimitName } from './limits/define-limit';
import { limitNamed } from './limits/index';

/** What a sentence needs of a decision; the log's own records have it all. */
export interface Explainable {
  readonly action: ActionType | 'refuse-claim' | 'delete-recording';
  readonly reason:
    | {
        readonly limit: LimitName;
        readonly enforce: Enforcement;
        readonly value: number;
        readonly allowed: number;
      }
    | undefined;
  /** Code of the tier. */
  readonly tier: string | undefined;
  readonly dryRun: boolean;
  /** A refused claim: why. An act that an operator asked for: `operator <id>`. */
  readonly detail: string | undefined;
  readonly outcome:
    | {
        readonly outcome: string;
        readonly attempts: number;
        readonly latencyMs: number | undefined;
        /** How it was done: `api:…`, `bus:…`, or `host:…` by a program on BBB's host. */
        readonly sent: string | undefined;
      }
    | undefined;
}

const CLAIM_REFUSALS: Readonly<Record<string, string>> = {
  malformed: 'it could not be read',
  'unknown-tenant': 'it names a tenant that is not in the configuration',
  'bad-signature': 'its signature does not fit the tenant that it names',
  'other-room': 'it was made for another room',
  'other-time': 'it was not made for this start of the room',
  'tier-not-allowed': 'it names a tier that its tenant may not have',
};

const ACTS: Readonly<Record<ActionType, string>> = {
  'send-notice': 'A chat message informed the meeting',
  'end-meeting': 'The meeting was ended',
  'eject-user': 'The last to arrive was removed',
  'stop-recording': 'The recording was stopped',
  'mark-recording': 'What was recorded was marked so that it is not published',
  'record-breach': 'It was noted, and nothing more,',
  'refresh-meeting': 'BigBlueButton was asked for its own view',
};

/** The same in a dry run, where none of it was done. */
const DRY_ACTS: Readonly<Record<ActionType, string>> = {
  'send-notice': 'A chat message would have informed the meeting',
  'end-meeting': 'The meeting would have been ended',
  'eject-user': 'The last to arrive would have been removed',
  'stop-recording': 'The recording would have been stopped',
  'mark-recording': 'What was recorded would have been marked so that it is not published',
  'record-breach': 'It would have been noted, and nothing more,',
  'refresh-meeting': 'BigBlueButton would have been asked for its own view',
};

function becauseOf(action: ActionType, { reason, tier }: Explainable): string {
  if (reason === undefined) return 'without a limit being named';
  const { limit, value, allowed } = reason;
  const named = tier === undefined ? 'its tier' : `the tier '${tier}'`;
  return (
    limitNamed(limit)?.because({ action, value, allowed }, named) ??
    `because of the limit '${limit}' of ${named}`
  );
}

function latency(ms: number): string {
  return ms < SECOND_MS ? `${Math.round(ms)} ms` : `${(ms / SECOND_MS).toFixed(1)} s`;
}

function became(decision: Explainable): string {
  const { outcome, dryRun } = decision;
  if (dryRun) return '; this was a dry run, so nothing was done';
  if (outcome === undefined) return '; nothing is known yet of what became of it';
  const witness = outcome.sent?.startsWith('host:') === true ? 'the host' : 'BigBlueButton';
  const tries = outcome.attempts > 1 ? ` after ${outcome.attempts} attempts` : '';
  switch (outcome.outcome) {
    case 'confirmed':
      return outcome.latencyMs === undefined
        ? `; ${witness} confirmed it${tries}`
        : `; ${witness} confirmed it ${latency(outcome.latencyMs)} later${tries === '' ? '' : `,${tries}`}`;
    case 'sent':
      return '; it was sent to BigBlueButton, which has not confirmed it';
    case 'failed':
      return `; it could not be sent to BigBlueButton${tries}`;
    case 'moot':
      return '; it was no longer needed in the end';
    case 'dry-run':
      return '; this was a dry run, so nothing was done';
    default:
      return '';
  }
}

const DELETIONS: Readonly<Record<string, string>> = {
  forbidden: 'recording was not part of the tier of the meeting',
  retention: 'it was kept for as long as the tier keeps recordings',
  tier: 'recording is no longer part of the tier, and the grace period is over',
};

function deletion({ dryRun, detail }: Explainable): string {
  const verb = dryRun ? 'would have been' : 'was';
  return `The recording ${verb} deleted because ${DELETIONS[detail ?? ''] ?? 'it had to go'}`;
}

/** One sentence, with a full stop. Limits and tiers by their own words, numbers as they were in that second. */
export function explain(decision: Explainable): string {
  if (decision.action === 'refuse-claim') {
    const why = CLAIM_REFUSALS[decision.detail ?? ''] ?? 'it did not stand';
    return `The tier claim was rejected because ${why}. The tier was determined by other means.`;
  }
  if (decision.action === 'delete-recording') return `${deletion(decision)}${became(decision)}.`;
  const act = (decision.dryRun ? DRY_ACTS : ACTS)[decision.action];
  const operator = /^operator (\S+)$/.exec(decision.detail ?? '')?.[1];
  const why =
    operator === undefined
      ? becauseOf(decision.action, decision)
      : `because the operator '${operator}' asked for it`;
  return `${act} ${why}${became(decision)}.`;
}
