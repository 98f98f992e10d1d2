/** What BBB's replies say of running meetings, as our own events; it reads leniently and decides nothing. */
import { z } from 'zod';
import { account } from '../bbb-fields';
import { bbbInstant } from '../core/bbb-instant';
import type { MeetingSnapshot } from '../core/events';
import type { InternalMeetingId } from '../core/meeting';
import { id, listIn, metadata, name, setting, text, whole, yes } from './fields';
import { type UnreadableMeeting, unreadableMeeting } from './unreadable-meetings';
import type { Reply } from './xml';

/** The parent of a meeting that is no breakout room. */
const NO_PARENT = 'bbb-none';
const INTERNAL_ID = /^[0-9a-f]{40}-\d+$/;

const attendee = z
  .object({ userID: account, fullName: name, role: text, clientType: text.optional() })
  .transform((parsed) => ({
    externalUserId: parsed.userID,
    fullName: parsed.fullName,
    role: parsed.role === 'MODERATOR' ? ('MODERATOR' as const) : ('VIEWER' as const),
    // bbb-web's own role and client of a phone caller.
    dialIn: parsed.role === 'DIAL-IN-USER' || parsed.clientType === 'DIAL-IN',
  }));

const breakoutFields = { parentMeetingID: text.optional(), sequence: whole.optional() };

const meeting = z.object({
  meetingName: name,
  meetingID: id,
  internalMeetingID: id,
  createTime: whole,
  duration: setting,
  maxUsers: setting,
  /** Not whether it is recording, but whether it may (`get-meeting-info.ftlx`). */
  recording: yes,
  participantCount: setting,
  attendees: z
    .unknown()
    .transform((input) => listIn(input, 'attendee').flatMap((each) => attendee.safeParse(each).data ?? [])),
  metadata,
  isBreakout: yes,
  ...breakoutFields,
  /** Older getMeetings put the two in here. */
  breakout: z.object(breakoutFields).optional().catch(undefined),
});

type ParsedMeeting = z.output<typeof meeting>;

/** Finds the internal id of a parent that is named by its external one; undefined when it is not among those listed. */
type FindParent = (externalMeetingId: string) => string | undefined;

/** A room that akka-apps opened names its parent's internal id, one made by a `create` call perhaps the external one. */
function parentOf(parsed: ParsedMeeting, find: FindParent): InternalMeetingId | undefined {
  const parent = parsed.parentMeetingID ?? parsed.breakout?.parentMeetingID ?? NO_PARENT;
  if (!parsed.isBreakout || parent === NO_PARENT || parent === '') return undefined;
  return (INTERNAL_ID.test(parent) ? parent : find(parent)) as InternalMeetingId | undefined;
}

function snapshotOf(parsed: ParsedMeeting, at: number, find: FindParent): MeetingSnapshot {
  return {
    type: 'meeting-snapshot',
    internalMeetingId: parsed.internalMeetingID as InternalMeetingId,
    at,
    online: parsed.participantCount,
    attendees: parsed.attendees,
    props: {
      externalMeetingId: parsed.meetingID,
      name: parsed.meetingName,
      createTime: bbbInstant(parsed.createTime),
      isBreakout: parsed.isBreakout,
      parentInternalMeetingId: parentOf(parsed, find),
      breakoutSequence: parsed.isBreakout ? (parsed.sequence ?? parsed.breakout?.sequence) : undefined,
      durationMinutes: parsed.duration,
      maxUsers: parsed.maxUsers,
      record: parsed.recording,
      autoStartRecording: undefined,
      allowStartStopRecording: undefined,
      metadata: parsed.metadata,
    },
  };
}

const ID_FIELDS = { internal: 'internalMeetingID', external: 'meetingID' };

/** One meeting of getMeetingInfo as of `at`, or the field that is missing or malformed. */
export function readMeeting(reply: unknown, at: number): MeetingSnapshot | UnreadableMeeting {
  const checked = meeting.safeParse(reply);
  return checked.success
    ? snapshotOf(checked.data, at, () => undefined)
    : unreadableMeeting(reply, checked.error, ID_FIELDS);
}

export interface MeetingList {
  readonly snapshots: readonly MeetingSnapshot[];
  /** Listed, but without a field we need. */
  readonly unreadable: readonly UnreadableMeeting[];
}

/** The meetings of getMeetings as of `at`. */
export function readMeetings(reply: Reply, at: number): MeetingList {
  const parsed: ParsedMeeting[] = [];
  const unreadable: UnreadableMeeting[] = [];
  for (const each of listIn(reply.meetings, 'meeting')) {
    const checked = meeting.safeParse(each);
    if (checked.success) parsed.push(checked.data);
    else unreadable.push(unreadableMeeting(each, checked.error, ID_FIELDS));
  }
  const internalIds = new Map(parsed.map((each) => [each.meetingID, each.internalMeetingID]));
  return {
    snapshots: parsed.map((each) => snapshotOf(each, at, (external) => internalIds.get(external))),
    unreadable,
  };
}
