/** The journal without a database: as forgetful as the process, bounded, and otherwise the same to whoever writes and recalls. */
import type { InternalMeetingId, InternalUserId } from '../core/meeting';
import { addEdges, type Interval } from '../ledger/intervals';
import type { DecisionOutcome, DecisionRecord, JournalEntry, Recollection } from '../loop/ports';
import { type AssignmentColumns, assignmentOf } from './assignment';
import type { JournalState, PgJournal } from './journal';
import {
  type AttendeeColumns,
  type Line,
  lineOf,
  newerAttendee,
  outcomeStands,
  presenceEdges,
} from './lines';
import { laterWord } from './meeting-rows';
import type { RememberedAttendee } from './recall';
import { storedId } from './text';

interface Session {
  readonly attendee: AttendeeColumns;
  readonly intervals: readonly Interval[];
}

interface Kept {
  seenAt: number;
  /** When a recording was first active. */
  recordedAt: number | undefined;
  missingSince: number | undefined;
  assignment: AssignmentColumns | undefined;
  end: Extract<Line, { type: 'meeting-ended' }> | undefined;
  readonly sessions: Map<string, Session>;
  readonly notices: Map<string, number>;
}

/** A decision and the last word on it. */
export interface KeptDecision {
  readonly decision: DecisionRecord;
  readonly outcome: DecisionOutcome | undefined;
}

export interface MemoryJournal extends PgJournal {
  /** Newest first. */
  decisions(): readonly KeptDecision[];
}

const CAPACITY = 10_000;

function instantOf(moment: string): number {
  return moment === '-infinity' ? Number.NEGATIVE_INFINITY : Date.parse(moment);
}

function addAttendance(kept: Kept, line: Extract<Line, { type: 'attendance' }>): void {
  const known = kept.sessions.get(line.user);
  kept.sessions.set(line.user, {
    attendee: known === undefined ? line.attendee : newerAttendee(known.attendee, line.attendee),
    intervals: addEdges(known?.intervals ?? [], presenceEdges(line.presence)),
  });
}

function apply(kept: Kept, line: Line): void {
  if (line.type === 'meeting-ended') {
    kept.end = laterWord(kept.end, line);
    kept.seenAt = Math.max(kept.seenAt, line.endedAt);
  } else if ('seenAt' in line) {
    kept.seenAt = Math.max(kept.seenAt, line.seenAt);
  }
  if (line.type === 'meeting') {
    if (line.row.tier !== null) kept.assignment = line.row;
    const { recorded_at, missing_since } = line.row;
    kept.missingSince = missing_since === null ? undefined : instantOf(missing_since);
    if (recorded_at !== null)
      kept.recordedAt = Math.min(kept.recordedAt ?? Number.POSITIVE_INFINITY, Date.parse(recorded_at));
  }
  if (line.type === 'attendance') addAttendance(kept, line);
  if (line.type === 'notice')
    kept.notices.set(line.key, Math.max(kept.notices.get(line.key) ?? line.seenAt, line.seenAt));
  // A supposed end does not outlive a newer sign of life.
  if (kept.end?.certain === false && kept.seenAt > kept.end.endedAt) kept.end = undefined;
  if (kept.end?.certain === true) {
    kept.sessions.clear();
    kept.notices.clear();
  }
}

function attendeesOf(kept: Kept): readonly RememberedAttendee[] {
  const attendees = [...kept.sessions].flatMap(([user, { attendee, intervals }]) =>
    intervals.map(({ from, notBefore, to, ejectedAt }) => ({
      internalUserId: user as InternalUserId,
      externalUserId: attendee.external_user_id ?? undefined,
      kind: attendee.kind,
      bot: attendee.bot,
      role: attendee.role,
      joinedAt: from,
      leftAt: to,
      ejected: ejectedAt !== undefined,
      ...(notBefore === undefined ? {} : { notBefore }),
    })),
  );
  return attendees.sort((a, b) => a.joinedAt - b.joinedAt || (a.internalUserId < b.internalUserId ? -1 : 1));
}

function recollectionOf(internalMeetingId: InternalMeetingId, kept: Kept): Recollection {
  return {
    remembered: {
      type: 'meeting-remembered',
      internalMeetingId,
      at: kept.seenAt,
      ...(kept.recordedAt === undefined ? {} : { recordedAt: kept.recordedAt }),
      missingSince: kept.missingSince,
      attendees: attendeesOf(kept),
    },
    assignment: kept.assignment === undefined ? undefined : assignmentOf(kept.assignment),
    notices: new Map(kept.notices),
  };
}

/** Room for the newest `capacity` meetings and as many decisions; the oldest go first. */
export function createMemoryJournal({ capacity = CAPACITY } = {}): MemoryJournal {
  const meetings = new Map<string, Kept>();
  const decisions = new Map<string, KeptDecision>();
  let dropped = 0;
  let rejected = 0;

  function keepNewest(entries: Map<string, unknown>): void {
    const [oldest] = entries.keys();
    if (entries.size <= capacity || oldest === undefined) return;
    entries.delete(oldest);
    dropped += 1;
  }

  function keep(entry: JournalEntry): void {
    const line = lineOf(entry);
    if (entry.type === 'decision') {
      const { code } = entry.decision;
      decisions.set(code, { decision: entry.decision, outcome: decisions.get(code)?.outcome });
      keepNewest(decisions);
    } else if (entry.type === 'outcome') {
      const known = decisions.get(entry.outcome.code);
      if (known !== undefined && outcomeStands(known.outcome, entry.outcome))
        decisions.set(entry.outcome.code, { ...known, outcome: entry.outcome });
    } else if (line !== undefined && 'meeting' in line) {
      const seenAt = Number.NEGATIVE_INFINITY;
      const fresh: Kept = {
        seenAt,
        recordedAt: undefined,
        missingSince: Number.NEGATIVE_INFINITY,
        assignment: undefined,
        end: undefined,
        sessions: new Map(),
        notices: new Map(),
      };
      const kept = meetings.get(line.meeting) ?? fresh;
      apply(kept, line);
      meetings.set(line.meeting, kept);
      keepNewest(meetings);
    }
  }

  const state = (): JournalState => ({
    pending: 0,
    dropped,
    rejected,
    lastError: undefined,
    lastWriteAt: undefined,
    connected: true,
  });

  return {
    write(entry) {
      try {
        keep(entry);
      } catch {
        rejected += 1;
      }
    },
    async recall(asked) {
      const found = new Map<InternalMeetingId, Recollection>();
      for (const id of asked) {
        const kept = meetings.get(storedId(id));
        if (kept !== undefined && kept.end?.certain !== true) found.set(id, recollectionOf(id, kept));
      }
      return found;
    },
    decisions: () => [...decisions.values()].reverse(),
    state,
    observed() {},
    flush: async () => true,
    close: async () => {},
  };
}
