/** The newest decisions in memory, so that one is found before, or without, the database having it; bounded, and no log of its own. */
import type { DecisionOutcome, DecisionRecord } from '../loop/ports';
import type { KnownDecision } from './views';

export interface RecentDecisions {
  add(decision: DecisionRecord): KnownDecision;
  /** The decision with this outcome; undefined when it is no longer among the newest. */
  outcome(outcome: DecisionOutcome): KnownDecision | undefined;
  get(code: string): KnownDecision | undefined;
  /** Was this meeting's recording marked in this process? */
  hasMarked(internalMeetingId: string): boolean;
  forgetMeeting(internalMeetingId: string): void;
}

const MOST = 1_000;

/** None yet. */
export function createRecentDecisions(): RecentDecisions {
  const byCode = new Map<string, KnownDecision>();
  const marked = new Set<string>();
  return {
    add(decision) {
      const known = { ...decision, outcome: undefined };
      // Entered anew, so that a code drawn twice is as young as its younger decision.
      byCode.delete(decision.code);
      byCode.set(decision.code, known);
      const [oldest] = byCode.keys();
      if (byCode.size > MOST && oldest !== undefined) byCode.delete(oldest);
      if (decision.action === 'mark-recording' && !decision.dryRun) marked.add(decision.internalMeetingId);
      return known;
    },
    outcome(outcome) {
      const known = byCode.get(outcome.code);
      if (known === undefined) return undefined;
      const updated = { ...known, outcome };
      byCode.set(outcome.code, updated);
      return updated;
    },
    get: (code) => byCode.get(code),
    hasMarked: (internalMeetingId) => marked.has(internalMeetingId),
    forgetMeeting: (internalMeetingId) => void marked.delete(internalMeetingId),
  };
}
