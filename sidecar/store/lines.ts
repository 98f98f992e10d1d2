/** Journal entries as the rows they become: small, storable, free of names, made when they are written; touches no database. */
import { bbbEpochMs } from '../core/bbb-instant';
import { missingSince } from '../core/evidence';
import type { Attendee, Meeting, PresenceEdge } from '../core/meeting';
import type { Edge } from '../ledger/intervals';
import type { DecisionOutcome, DecisionRecord, JournalEntry, Outcome } from '../loop/ports';
import { type AssignmentColumns, assignmentColumns } from './assignment';
import { checkedMoment, type Moment, moment, momentOrNull } from './moment';
import { storedId, storedText } from './text';

export interface MeetingRow extends AssignmentColumns {
  readonly internal_meeting_id: string;
  readonly external_meeting_id: string | null;
  readonly create_time: Moment | null;
  readonly is_breakout: boolean;
  readonly parent_internal_meeting_id: string | null;
  readonly record: boolean | null;
  readonly recorded_at: Moment | null;
  /** Null: nothing. */
  readonly missing_since: Moment | '-infinity' | null;
}

export interface AttendeeColumns {
  readonly external_user_id: string | null;
  readonly kind: 'web' | 'dial-in';
  readonly bot: boolean;
  readonly role: 'MODERATOR' | 'VIEWER';
}

/** A row, or what makes rows, and the meeting whose row must be there for it. `seenAt`: the meeting's newest sign of life, epoch ms. */
export type Line =
  | { type: 'meeting'; meeting: string; seenAt: number; row: MeetingRow; recording: readonly Edge[] }
  | { type: 'meeting-ended'; meeting: string; endedAt: number; reason: string; certain: boolean }
  | {
      type: 'attendance';
      meeting: string;
      seenAt: number;
      user: string;
      attendee: AttendeeColumns;
      /** As a rule as it is in memory anyway: what waits must not cost much. */
      presence: readonly PresenceEdge[];
    }
  | { type: 'notice'; meeting: string; seenAt: number; key: string }
  | { type: 'recording-mark'; meeting: string; external: string; seenAt: number; code: string }
  | { type: 'decision'; meeting: string; row: Record<string, unknown> }
  | { type: 'outcome'; code: string; at: number; outcome: Outcome; row: Record<string, unknown> }
  | { type: 'observation'; at: number; running: readonly string[] | undefined };

/** The lines of a batch that are of one type, in the order in which they were written. */
export type Lines<Type extends Line['type']> = readonly Extract<Line, { type: Type }>[];

/** Rows for one statement, as its JSON parameter; the statement finds the columns by name and gives them their types. */
export function asJson(rows: readonly unknown[]): string {
  return JSON.stringify(rows);
}

function id(value: string | undefined): string | null {
  return value === undefined ? null : storedId(value);
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

/** Of two outcomes of one decision, does the incoming one stand? What BBB confirmed does; else the later. */
export function outcomeStands(
  known: Pick<DecisionOutcome, 'outcome' | 'at'> | undefined,
  incoming: Pick<DecisionOutcome, 'outcome' | 'at'>,
): boolean {
  if (known === undefined) return true;
  const isConfirmed = incoming.outcome === 'confirmed';
  return (known.outcome === 'confirmed') === isConfirmed ? known.at <= incoming.at : isConfirmed;
}

/** An account once known stays known, and so does being a bot. */
export function newerAttendee(known: AttendeeColumns, incoming: AttendeeColumns): AttendeeColumns {
  return {
    ...incoming,
    external_user_id: incoming.external_user_id ?? known.external_user_id,
    bot: incoming.bot || known.bot,
  };
}

/** A presence as edges of intervals. */
export function presenceEdges(presence: readonly PresenceEdge[]): readonly Edge[] {
  return presence.map((edge) => {
    if (edge.kind === 'joined' || edge.kind === 'seen')
      return { kind: 'in', at: edge.at, notBefore: edge.notBefore };
    return { kind: 'out', at: edge.at, ejected: edge.kind === 'ejected' };
  });
}

function recordingEdges({ recording, recordedAt }: Meeting): readonly Edge[] {
  const first: Edge[] = recordedAt === undefined ? [] : [{ kind: 'in', at: checkedMoment(recordedAt) }];
  if (recording === undefined) return first;
  return [...first, { kind: recording.active ? 'in' : 'out', at: checkedMoment(recording.at) }];
}

/** Of a meeting of which nothing was received it is the beginning of time. */
function missingSinceOrNull(meeting: Meeting): MeetingRow['missing_since'] {
  const since = missingSince(meeting);
  return since === Number.NEGATIVE_INFINITY ? '-infinity' : momentOrNull(since);
}

function meetingLine({ meeting, assignment, at }: Extract<JournalEntry, { type: 'meeting' }>): Line {
  const { props, internalMeetingId, recordedAt } = meeting;
  return {
    type: 'meeting',
    meeting: storedId(internalMeetingId),
    seenAt: checkedMoment(Number.isFinite(meeting.seenAt) ? meeting.seenAt : at),
    row: {
      internal_meeting_id: storedId(internalMeetingId),
      external_meeting_id: id(props?.externalMeetingId),
      create_time: momentOrNull(props === undefined ? undefined : bbbEpochMs(props.createTime)),
      is_breakout: props?.isBreakout ?? false,
      parent_internal_meeting_id: id(props?.parentInternalMeetingId),
      record: props?.record ?? null,
      recorded_at: momentOrNull(recordedAt),
      missing_since: missingSinceOrNull(meeting),
      ...assignmentColumns(assignment),
    },
    recording: recordingEdges(meeting),
  };
}

function attendanceLine(internalMeetingId: string, attendee: Attendee): Line | undefined {
  const last = attendee.presence.at(-1);
  if (last === undefined) return undefined;
  for (const edge of attendee.presence) {
    checkedMoment(edge.at);
    if ((edge.kind === 'joined' || edge.kind === 'seen') && edge.notBefore !== undefined)
      checkedMoment(edge.notBefore);
  }
  return {
    type: 'attendance',
    meeting: storedId(internalMeetingId),
    seenAt: last.at,
    user: storedId(attendee.internalUserId),
    attendee: {
      external_user_id: id(attendee.externalUserId),
      kind: attendee.kind,
      bot: attendee.bot,
      role: attendee.role,
    },
    presence: attendee.presence,
  };
}

function decisionRow(decision: DecisionRecord): Record<string, unknown> {
  return {
    code: storedId(decision.code),
    at: moment(decision.at),
    internal_meeting_id: storedId(decision.internalMeetingId),
    external_meeting_id: storedId(decision.externalMeetingId),
    key: storedText(decision.key),
    action: decision.action,
    limit_name: decision.reason?.limit ?? null,
    enforce: decision.reason?.enforce ?? null,
    value: finite(decision.reason?.value),
    allowed: finite(decision.reason?.allowed),
    tenant: id(decision.tenant),
    tier: id(decision.tier),
    config_version: storedId(decision.configVersion),
    subject: id(decision.subject),
    dry_run: decision.dryRun,
    detail: decision.detail === undefined ? null : storedText(decision.detail),
  };
}

function outcomeRow(outcome: DecisionOutcome): Record<string, unknown> {
  return {
    code: storedId(outcome.code),
    outcome_at: moment(outcome.at),
    outcome: outcome.outcome,
    attempts: outcome.attempts,
    sent: outcome.sent === undefined ? null : storedText(outcome.sent),
    latency_ms: finite(outcome.latencyMs),
  };
}

/** The line of an entry; undefined when there is nothing to keep. Throws on an entry that cannot be stored (a moment that is none). */
export function lineOf(entry: JournalEntry): Line | undefined {
  switch (entry.type) {
    case 'meeting':
      return meetingLine(entry);
    case 'meeting-ended': {
      const { internalMeetingId, at, reason, certain } = entry;
      const meeting = storedId(internalMeetingId);
      return { type: entry.type, meeting, endedAt: checkedMoment(at), reason: storedText(reason), certain };
    }
    case 'attendance':
      return attendanceLine(entry.internalMeetingId, entry.attendee);
    case 'notice': {
      const meeting = storedId(entry.internalMeetingId);
      return { type: entry.type, meeting, seenAt: checkedMoment(entry.at), key: storedId(entry.key) };
    }
    case 'recording-mark': {
      const { meeting, code, at } = entry;
      const ids = {
        meeting: storedId(meeting.internalMeetingId),
        external: storedId(meeting.externalMeetingId),
      };
      return { type: entry.type, ...ids, seenAt: checkedMoment(at), code: storedId(code) };
    }
    case 'decision':
      return {
        type: entry.type,
        meeting: storedId(entry.decision.internalMeetingId),
        row: decisionRow(entry.decision),
      };
    case 'outcome':
      return {
        type: entry.type,
        code: storedId(entry.outcome.code),
        at: checkedMoment(entry.outcome.at),
        outcome: entry.outcome.outcome,
        row: outcomeRow(entry.outcome),
      };
  }
}
