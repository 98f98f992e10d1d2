/** The one place where an event changes what is known of a meeting. Pure, and indifferent to order and repetition of what BBB sends. */
import { SECOND_MS } from './duration';
import type {
  AnalyticsSnapshot,
  BusInterrupted,
  DialInJoined,
  MeetingCreated,
  MeetingDated,
  MeetingEnded,
  MeetingEvent,
  MeetingEventType,
  MeetingMissing,
  MeetingRemembered,
  MeetingSnapshot,
  MeetingUnanswered,
  RecordingStatusChanged,
  UserJoined,
  UserLeft,
  UserLeftFlagUpdated,
} from './events';
import { isPresent, isWhole, seatsSince } from './evidence';
import type {
  Attendee,
  Gap,
  InternalMeetingId,
  InternalUserId,
  Meeting,
  MeetingEnd,
  MeetingProps,
  PresenceEdge,
  Source,
} from './meeting';
import { identified, isReportedExactly, unknownAttendee, withEdge, withRole } from './presence';
import { withListedRecording, withRecordingReport } from './recording-state';
import { akkaListOf, webListOf, withAnalytics, withMeetingList } from './roster';

/** A message is under way for less than 2 s (`stamped-event.ts`); the rest is margin. */
const GAP_MARGIN_MS = 3 * SECOND_MS;
/** Of a meeting that came up by itself: nothing of it was received until now. */
const NOTHING_HEARD: Gap = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };

/** A meeting of which nothing is known but that something named it. */
export function unknownMeeting(internalMeetingId: InternalMeetingId): Meeting {
  return {
    internalMeetingId,
    props: undefined,
    knownSince: undefined,
    startedAt: undefined,
    isStartAssumed: false,
    attendees: new Map(),
    recording: undefined,
    recordingReports: [],
    recordedAt: undefined,
    webList: undefined,
    akkaList: undefined,
    rosterAt: undefined,
    gap: NOTHING_HEARD,
    seatsSince: Number.NEGATIVE_INFINITY,
    seenAt: Number.NEGATIVE_INFINITY,
    reportedAt: Number.NEGATIVE_INFINITY,
    ended: undefined,
  };
}

/** What BBB's lists leave out stays as the creation event had it; the rest is fixed at `create` and never changes. */
function mergeProps(known: MeetingProps | undefined, reported: MeetingProps): MeetingProps {
  if (known === undefined) return reported;
  return {
    ...known,
    parentInternalMeetingId: known.parentInternalMeetingId ?? reported.parentInternalMeetingId,
    breakoutSequence: known.breakoutSequence ?? reported.breakoutSequence,
    maxUsers: known.maxUsers ?? reported.maxUsers,
    autoStartRecording: known.autoStartRecording ?? reported.autoStartRecording,
    allowStartStopRecording: known.allowStartStopRecording ?? reported.allowStartStopRecording,
  };
}

function max(a: number | undefined, b: number): number {
  return a === undefined ? b : Math.max(a, b);
}

function min(a: number | undefined, b: number): number {
  return a === undefined ? b : Math.min(a, b);
}

/** Once certain it stays: from there on the duration is measured by our clock alone. */
function startSeen(
  meeting: Meeting,
  { startedAt }: MeetingCreated,
): Pick<Meeting, 'startedAt' | 'isStartAssumed'> {
  const isCertain = meeting.startedAt !== undefined && !meeting.isStartAssumed;
  if (isCertain || startedAt === undefined) {
    return { startedAt: meeting.startedAt, isStartAssumed: meeting.isStartAssumed };
  }
  return { startedAt, isStartAssumed: false };
}

function dated(meeting: Meeting, { startedAt, isAssumed }: MeetingDated): Meeting {
  const isCertain = meeting.startedAt !== undefined && !meeting.isStartAssumed;
  if (isCertain || (startedAt === meeting.startedAt && isAssumed === meeting.isStartAssumed)) return meeting;
  return { ...meeting, startedAt, isStartAssumed: isAssumed };
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function withAttendee(
  meeting: Meeting,
  internalUserId: InternalUserId,
  change: (attendee: Attendee) => Attendee,
): Meeting {
  const before = meeting.attendees.get(internalUserId) ?? unknownAttendee(internalUserId);
  const after = change(before);
  if (after === before) return meeting;
  return { ...meeting, attendees: new Map(meeting.attendees).set(internalUserId, after) };
}

function recordingChanged(meeting: Meeting, { active, at, setBy }: RecordingStatusChanged): Meeting {
  return withRecordingReport(meeting, { active, at, setBy });
}

function analytics(meeting: Meeting, event: AnalyticsSnapshot): Meeting {
  const attendees = withAnalytics(meeting, event);
  const isNewest = meeting.akkaList === undefined || meeting.akkaList.at < event.at;
  const akkaList = isNewest ? akkaListOf(attendees, event) : meeting.akkaList;
  const next = { ...meeting, attendees, akkaList, rosterAt: max(meeting.rosterAt, event.at) };
  return withListedRecording(next, event.recordingActive, event.at);
}

function snapshot(meeting: Meeting, event: MeetingSnapshot): Meeting {
  const props = mergeProps(meeting.props, event.props);
  const knownSince = min(meeting.knownSince, event.at);
  const isOlder = meeting.webList !== undefined && meeting.webList.at >= event.at;
  if (isOlder) return { ...meeting, props, knownSince };
  const attendees = withMeetingList(meeting, event);
  return { ...meeting, props, knownSince, attendees, webList: webListOf(attendees, event, meeting.webList) };
}

/** Is no sign of life: the meeting may be over. */
function unanswered(meeting: Meeting, { at }: MeetingUnanswered): Meeting {
  const { webList } = meeting;
  if (webList !== undefined && webList.at >= at) return meeting;
  const { online = 0, unseen = new Set<string>() } = webList ?? {};
  return { ...meeting, webList: { at, online, accounts: undefined, unseen, unbrokenSince: at } };
}

/** Seen arriving, or reported late: what is not known exactly stays so, over a restart too. */
function arrivalEdge(at: number, by: Source, notBefore: number | undefined): PresenceEdge {
  if (notBefore === undefined) return { kind: 'joined', at, by };
  return { kind: by === 'bus' ? 'joined' : 'seen', at, by, notBefore };
}

/** Connected again: they had come some time before, and when is in other edges or in none. */
function backAgain({ at, via, notBefore = 0 }: UserLeftFlagUpdated): PresenceEdge {
  return { kind: 'seen', at, by: via, notBefore };
}

/** As the event has it: of one that may have been earlier, both ends. */
function departureEdge(
  kind: 'left' | 'flagged',
  { at, via, notBefore }: UserLeft | UserLeftFlagUpdated,
): PresenceEdge {
  return { kind, at, by: via, ...(notBefore === undefined ? {} : { notBefore }) };
}

/** Somebody came. A late report of an arrival that is dated exactly changes nothing. */
function withArrival(
  meeting: Meeting,
  { internalUserId, via, notBefore }: UserJoined | DialInJoined,
  change: (attendee: Attendee) => Attendee,
): Meeting {
  return withAttendee(meeting, internalUserId, (before) =>
    via === 'webhook' && notBefore !== undefined && isReportedExactly(before, notBefore)
      ? before
      : change(before),
  );
}

function remembered(meeting: Meeting, event: MeetingRemembered): Meeting {
  let next = meeting;
  for (const row of event.attendees) {
    next = withAttendee(next, row.internalUserId, (before) => {
      const known = {
        ...before,
        kind: row.kind,
        bot: before.bot || row.bot,
        externalUserId: before.externalUserId ?? row.externalUserId,
      };
      const joined = withEdge(
        withRole(known, row.role, row.joinedAt),
        arrivalEdge(row.joinedAt, 'memory', row.notBefore),
      );
      return row.leftAt === undefined
        ? joined
        : withEdge(joined, { kind: row.ejected ? 'ejected' : 'left', at: row.leftAt, by: 'memory' });
    });
  }
  const receivedUntil = Math.min(event.at - GAP_MARGIN_MS, event.missingSince ?? event.at);
  return {
    ...next,
    rosterAt: Number.isFinite(receivedUntil) ? max(next.rosterAt, receivedUntil) : next.rosterAt,
    gap: shortened(next.gap, receivedUntil),
    recordedAt: earlier(next.recordedAt, event.recordedAt),
  };
}

/** Whose creation the bus reported was followed from the beginning on; a gap from before it was none. */
function sinceCreation(gap: Gap | undefined, createdAt: number): Gap | undefined {
  if (gap === undefined || gap.from > Number.NEGATIVE_INFINITY) return gap;
  return Number.isFinite(gap.until) && gap.until > createdAt ? gap : undefined;
}

/** An earlier run of the service missed nothing until then. */
function shortened(gap: Gap | undefined, receivedUntil: number): Gap | undefined {
  return gap === undefined ? gap : { ...gap, from: Math.max(gap.from, receivedUntil) };
}

/**
 * Up to `at`, less the while that a message is under way, every arrival was seen; from there to `until`, or to who knows when, anything may
 * have happened. Gaps without a list of akka-apps' in between are one.
 */
function interrupted(meeting: Meeting, event: BusInterrupted): Meeting {
  const from = event.at - GAP_MARGIN_MS;
  const until = event.until ?? Number.POSITIVE_INFINITY;
  // Of a meeting that began after the gap nothing was missed.
  if (meeting.startedAt !== undefined && meeting.startedAt > until) return meeting;
  if (!isWhole(meeting)) return { ...meeting, gap: { from: meeting.gap?.from ?? from, until } };
  return {
    ...meeting,
    rosterAt: meeting.rosterAt === undefined ? undefined : max(meeting.rosterAt, from),
    gap: { from, until },
    seatsSince: seatsSince(meeting),
  };
}

function apply(meeting: Meeting, event: MeetingEvent): Meeting {
  switch (event.type) {
    case 'meeting-created':
      return {
        ...meeting,
        props: mergeProps(event.props, meeting.props ?? event.props),
        knownSince: min(meeting.knownSince, event.at),
        ...startSeen(meeting, event),
        rosterAt: max(meeting.rosterAt, event.at),
        gap: event.via === 'bus' ? sinceCreation(meeting.gap, event.at) : meeting.gap,
      };
    case 'meeting-ended':
      return meeting;
    case 'user-joined':
      return withArrival(meeting, event, (before) => {
        const { mayRecord = before.mayRecord } = event;
        const known = {
          ...identified(before, event.externalUserId),
          bot: before.bot || event.bot,
          ...(mayRecord === undefined ? {} : { mayRecord }),
        };
        return withRole(
          withEdge(known, arrivalEdge(event.at, event.via, event.notBefore)),
          event.role,
          event.notBefore ?? event.at,
        );
      });
    case 'dial-in-joined':
      return withArrival(meeting, event, (before) =>
        withEdge(before, arrivalEdge(event.at, event.via, event.notBefore)),
      );
    case 'user-left':
      return withAttendee(meeting, event.internalUserId, (before) =>
        withEdge(
          before,
          event.ejected ? { kind: 'ejected', at: event.at, by: event.via } : departureEdge('left', event),
        ),
      );
    case 'user-left-flag-updated':
      return withAttendee(meeting, event.internalUserId, (before) =>
        withEdge(before, event.left ? departureEdge('flagged', event) : backAgain(event)),
      );
    case 'user-role-changed':
      return withAttendee(meeting, event.internalUserId, (before) => withRole(before, event.role, event.at));
    case 'recording-status-changed':
      return recordingChanged(meeting, event);
    case 'meeting-snapshot':
      return snapshot(meeting, event);
    case 'analytics-snapshot':
      return analytics(meeting, event);
    case 'meeting-unanswered':
      return unanswered(meeting, event);
    case 'meeting-dated':
      return dated(meeting, event);
    case 'meeting-missing':
      return meeting;
    case 'meeting-remembered':
      return remembered(meeting, event);
    case 'bus-interrupted':
      return interrupted(meeting, event);
  }
}

function withMissing(meeting: Meeting, { at, lastSeenAt = at }: MeetingMissing): Meeting {
  return { ...meeting, ended: { at: lastSeenAt, reason: 'missing', certain: false, concludedAt: at } };
}

/** A webhook's end, unless something newer was seen already. */
function doubtfulEnd(meeting: Meeting, { at, reason }: MeetingEnded): Meeting {
  if (meeting.ended !== undefined || at <= meeting.seenAt) return meeting;
  return { ...meeting, ended: { at, reason, certain: false } };
}

/** People who were in a breakout room until it ended keep their seats in the meeting for a while from then. */
function untilEnd({ props, attendees, gap, seatsSince }: Meeting, at: number): Partial<Meeting> {
  if (props?.isBreakout !== true) return {};
  const gone = [...attendees].map(
    ([id, attendee]) =>
      [id, isPresent(attendee) ? withEdge(attendee, { kind: 'left', at, by: 'bus' }) : attendee] as const,
  );
  return { attendees: new Map(gone), gap, seatsSince };
}

/** An end that BBB announced is final and leaves a tombstone; the earliest announcement gives the reason. */
function end(meeting: Meeting, at: number, reason: string): Meeting {
  const known = meeting.ended;
  const isEarlier =
    known === undefined || !known.certain || at < known.at || (at === known.at && reason < known.reason);
  const ended = isEarlier ? { at, reason, certain: true } : known;
  return {
    ...unknownMeeting(meeting.internalMeetingId),
    ...untilEnd(meeting, ended.at),
    props: meeting.props,
    startedAt: meeting.startedAt,
    isStartAssumed: meeting.isStartAssumed,
    recording: meeting.recording,
    recordingReports: meeting.recordingReports,
    recordedAt: meeting.recordedAt,
    seenAt: ended.at,
    ended,
  };
}

/**
 * What is known after the event. Never throws, keeps no clock. Presence, role and recording are last-writer-wins on `at`, on a tie the
 * one that punishes less; an end announced on the bus is final; any other is doubtful, and anything newer from BBB revives the meeting.
 */
export function reduce(meeting: Meeting, event: MeetingEvent): Meeting {
  if (event.type === 'meeting-ended' && event.via === 'bus') return end(meeting, event.at, event.reason);
  if (meeting.ended?.certain === true) return lateFacts(meeting, event);
  if (event.type === 'meeting-ended') return doubtfulEnd(meeting, event);
  if (event.type === 'meeting-missing')
    return event.at <= meeting.seenAt ? meeting : withMissing(meeting, event);
  const next = withReport(apply(meeting, event), event);
  // No signs of life: worked out by us, or no answer.
  if (event.type === 'meeting-dated' || event.type === 'meeting-unanswered') return next;
  const seenAt = isSignOfLife(event) ? Math.max(next.seenAt, event.at) : next.seenAt;
  const revived = next.ended !== undefined && isSignOfLife(event) && shownAt(event) > concludedAt(next.ended);
  if (seenAt === next.seenAt && !revived) return next;
  return { ...next, seenAt, ended: revived ? undefined : next.ended };
}

function withReport(meeting: Meeting, event: MeetingEvent): Meeting {
  const isReport = 'via' in event && event.via === 'bus' && event.at > meeting.reportedAt;
  return isReport ? { ...meeting, reportedAt: event.at } : meeting;
}

/** What comes from our own side shows nothing of BBB. */
const OF_OUR_OWN: ReadonlySet<MeetingEventType> = new Set<MeetingEventType>([
  'meeting-remembered',
  'bus-interrupted',
  'meeting-unanswered',
  'meeting-dated',
]);

function isSignOfLife({ type }: MeetingEvent): boolean {
  return !OF_OUR_OWN.has(type);
}

/** A list that was made some time before it was read shows at its reading that the meeting is there. */
function shownAt(event: MeetingEvent): number {
  return event.type === 'analytics-snapshot' ? event.until : event.at;
}

function concludedAt({ at, concludedAt: concluded = at }: MeetingEnd): number {
  return concluded;
}

/** After the end only what concerns the run itself is still taken in: what was created, and that it was recorded. */
function lateFacts(meeting: Meeting, event: MeetingEvent): Meeting {
  switch (event.type) {
    case 'meeting-created':
      return {
        ...meeting,
        props: mergeProps(event.props, meeting.props ?? event.props),
        ...startSeen(meeting, event),
      };
    case 'recording-status-changed':
      return recordingChanged(meeting, event);
    default:
      return meeting;
  }
}
