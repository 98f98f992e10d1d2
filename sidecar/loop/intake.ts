/** The one way in for every event: reduce, keep, write down what a restart needs, wake the lanes. Decides nothing. */
import type { MeetingEvent } from '../core/events';
import { missingSince } from '../core/evidence';
import type { InternalMeetingId, Meeting } from '../core/meeting';
import { reduce, unknownMeeting } from '../core/reduce';
import type { Metrics } from '../metrics';
import type { Meetings } from './meetings';
import type { Journal } from './ports';

export type Intake = (event: MeetingEvent) => void;

export interface IntakeOptions {
  readonly meetings: Meetings;
  readonly journal: Journal;
  readonly metrics: Metrics;
  readonly wake: (id: InternalMeetingId) => void;
  /** BBB's lists can settle something: a meeting whose creation was not seen, or an end that is not certain. */
  readonly requestReading: () => void;
  /** Called for every change, for live views and the ledger. */
  readonly onChange?: (before: Meeting | undefined, after: Meeting) => void;
}

/** Stray events may name anything: this many meetings without properties are kept at a time. */
const MAX_UNKNOWN = 1_000;

/** What comes from our own side while BBB's lists are being read asks for no further reading. */
function isFromBbb({ type }: MeetingEvent): boolean {
  return type !== 'meeting-remembered' && type !== 'meeting-dated' && type !== 'bus-interrupted';
}

function writeDown(journal: Journal, before: Meeting, after: Meeting): void {
  const { internalMeetingId, ended } = after;
  if (ended !== undefined) {
    if (ended !== before.ended) {
      journal.write({
        type: 'meeting-ended',
        internalMeetingId,
        at: ended.at,
        reason: ended.reason,
        certain: ended.certain,
      });
    }
    return;
  }
  // Without a tier: what is kept of it stays.
  if (missingSince(after) !== missingSince(before) && Number.isFinite(after.seenAt))
    journal.write({ type: 'meeting', meeting: after, assignment: { tenant: undefined }, at: after.seenAt });
  if (after.attendees === before.attendees) return;
  for (const attendee of after.attendees.values()) {
    if (attendee !== before.attendees.get(attendee.internalUserId)) {
      journal.write({ type: 'attendance', internalMeetingId, attendee });
    }
  }
}

/** Builds the intake over the meetings kept in memory. */
export function createIntake(options: IntakeOptions): Intake {
  const { meetings, journal, metrics, wake } = options;
  const unknown = new Set<InternalMeetingId>();

  function keep(after: Meeting, event: MeetingEvent): void {
    const id = after.internalMeetingId;
    meetings.set(after);
    if (after.props !== undefined || after.ended !== undefined) {
      unknown.delete(id);
      return;
    }
    // Once: a meeting that BBB itself does not list would have it asked at every event.
    const isFirst = !unknown.has(id) && isFromBbb(event);
    unknown.add(id);
    const [oldest] = unknown;
    if (unknown.size > MAX_UNKNOWN && oldest !== undefined) {
      unknown.delete(oldest);
      meetings.remove(oldest);
    }
    if (isFirst) options.requestReading();
  }

  return (event) => {
    metrics.events.inc({ type: event.type });
    const id = event.internalMeetingId;
    const known = meetings.get(id);
    const before = known ?? unknownMeeting(id);
    const after = reduce(before, event);
    if (after === before) return;
    keep(after, event);
    if (event.type === 'meeting-ended' && after.ended?.certain === false) options.requestReading();
    writeDown(journal, before, after);
    options.onChange?.(known, after);
    wake(id);
    const parent = after.props?.parentInternalMeetingId;
    if (parent !== undefined) wake(parent);
    // An ended or newly known parent settles what its rooms were waiting for.
    if (after.ended !== before.ended || after.props !== before.props)
      for (const room of meetings.breakoutsOf(id)) wake(room);
  };
}
