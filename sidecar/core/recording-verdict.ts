/** May a recording come out, and until when may it stay? Pure; doubt keeps it. */
import type { Tier } from './tier';

/** The answer to the recording pipeline. `unknown` keeps the recording, out of sight. */
export interface RecordingVerdict {
  readonly verdict: 'keep' | 'remove' | 'unknown';
  readonly reason: string;
  readonly code: string | undefined;
}

/** What is on record of the run that was recorded. */
export interface RecordedRun {
  /** False: nothing is known of such a run. */
  readonly known: boolean;
  /** May it be recorded under the tier that held for it last? Undefined: no tier is on record. */
  readonly allowed: boolean | undefined;
  /** Set: a recording was active though the tier forbade it. */
  readonly mark: { readonly code: string } | undefined;
  /** Set: it was decided before that this recording goes. */
  readonly removal: { readonly reason: RemovalReason; readonly code: string } | undefined;
}

export type RemovalReason = 'forbidden' | 'retention' | 'tier';

const REASONS: Readonly<Record<RemovalReason, string>> = {
  forbidden: 'recording was not part of the tier of this meeting',
  retention: 'it was kept for as long as the tier keeps recordings',
  tier: 'recording is no longer part of the tier, and the grace period is over',
};

function keepOrDoubt({ known, allowed }: RecordedRun): Pick<RecordingVerdict, 'verdict' | 'reason'> {
  if (!known) return { verdict: 'unknown', reason: 'nothing is known of this meeting' };
  if (allowed === undefined) return { verdict: 'unknown', reason: 'the tier of this meeting is not known' };
  if (allowed) return { verdict: 'keep', reason: 'recording is part of the tier of this meeting' };
  return {
    verdict: 'unknown',
    reason: 'recording is not part of the tier of this meeting, but nobody saw it being recorded',
  };
}

/**
 * The verdict on one recording. Only what was seen has it removed: a recording of a tier without recording that was made while nobody
 * watched, or one that was marked before the tier was raised, is for people to decide upon, out of sight.
 */
export function recordingVerdict(run: RecordedRun): RecordingVerdict {
  const { removal, mark } = run;
  if (removal !== undefined)
    return { verdict: 'remove', reason: REASONS[removal.reason], code: removal.code };
  if (mark === undefined) return { ...keepOrDoubt(run), code: undefined };
  if (run.allowed !== true) return { verdict: 'remove', reason: REASONS.forbidden, code: mark.code };
  const reason = 'part of it was recorded before the tier of this meeting was raised to one with recording';
  return { verdict: 'unknown', reason, code: mark.code };
}

/** A published or unpublished recording that nobody forbade when it was made. */
export interface KeptRecording {
  /** Epoch ms. */
  readonly endTime: number;
  /** First time it was found under a tier without recording; undefined: it is not, or not yet seen. */
  readonly disallowedSince: number | undefined;
}

export interface RecordingPlan {
  /** Is it under a tier that forbids recording now? Then the first time it is seen has to be kept. */
  readonly disallowed: boolean;
  /** When it is to be deleted, epoch ms; undefined: never. */
  readonly dueAt: number | undefined;
  readonly reason: RemovalReason | undefined;
}

/**
 * When a recording is due under the tier that holds now: after `recording_retention`, or `recording_grace` after the tier no longer
 * allows recording, whichever is first. Without a grace period in the tier, a lowered tier deletes nothing.
 */
export function planRecording(recording: KeptRecording, tier: Tier, now: number): RecordingPlan {
  const { max, enforce } = tier.limits.recording;
  const disallowed = max === false && enforce === 'hard';
  const byRetention =
    tier.recordingRetentionMs === undefined ? undefined : recording.endTime + tier.recordingRetentionMs;
  const since = recording.disallowedSince ?? now;
  const byTier =
    disallowed && tier.recordingGraceMs !== undefined ? since + tier.recordingGraceMs : undefined;
  if (byTier !== undefined && (byRetention === undefined || byTier < byRetention))
    return { disallowed, dueAt: byTier, reason: 'tier' };
  return { disallowed, dueAt: byRetention, reason: byRetention === undefined ? undefined : 'retention' };
}
