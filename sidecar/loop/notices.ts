/** What was said or noted once and nobody can observe again; kept in memory and written to the journal. */
import type { InternalMeetingId } from '../core/meeting';
import type { Journal } from './ports';

export interface Notices {
  /** When, or undefined when not yet. */
  sentAt(id: InternalMeetingId, key: string): number | undefined;
  /** `keep` false: for this process only (a dry run must not silence the real one). */
  enter(id: InternalMeetingId, key: string, at: number, keep: boolean): void;
  remember(id: InternalMeetingId, notices: ReadonlyMap<string, number>): void;
  forget(id: InternalMeetingId): void;
}

/** Nothing said yet. */
export function createNotices(journal: Journal): Notices {
  const byMeeting = new Map<InternalMeetingId, Map<string, number>>();

  function of(id: InternalMeetingId): Map<string, number> {
    const known = byMeeting.get(id) ?? new Map<string, number>();
    byMeeting.set(id, known);
    return known;
  }

  return {
    sentAt: (id, key) => byMeeting.get(id)?.get(key),
    enter(id, key, at, keep) {
      of(id).set(key, at);
      if (keep) journal.write({ type: 'notice', internalMeetingId: id, key, at });
    },
    remember(id, notices) {
      const known = of(id);
      for (const [key, at] of notices) if (!known.has(key)) known.set(key, at);
    },
    forget: (id) => void byMeeting.delete(id),
  };
}
