/** Everything that can change what is known of a meeting, whichever way it came in; ids of bbb-webhooks where one exists. */
import type { InternalMeetingId, InternalUserId, MeetingProps, Role } from './meeting';

/** The bus is in order and complete while subscribed; bbb-webhooks repeats it late, out of order, and loses what it could not deliver. */
export type Via = 'bus' | 'webhook';

/** `at`: our steady clock, epoch ms. What BBB stamped comes onto it in `stamped-event.ts`. */
interface Base {
  readonly internalMeetingId: InternalMeetingId;
  readonly at: number;
}

/** What both BBB's bus and bbb-webhooks report. */
interface Reported extends Base {
  readonly via: Via;
}

export interface MeetingCreated extends Reported {
  readonly type: 'meeting-created';
  readonly props: MeetingProps;
  /** When the run began: set when the creation was seen as it happened, on the bus. */
  readonly startedAt?: number | undefined;
}
/** On the bus certain and final: an internal id never comes back. By a webhook doubtful: anything newer revives the meeting. */
export interface MeetingEnded extends Reported {
  readonly type: 'meeting-ended';
  readonly reason: string;
}
export interface UserJoined extends Reported {
  readonly type: 'user-joined';
  readonly internalUserId: InternalUserId;
  readonly externalUserId: string;
  readonly role: Role;
  readonly bot: boolean;
  /** `userdata-bbb_record_permission` of the join, which decides whatever the role (3.0); absent: not set, or not reported. */
  readonly mayRecord?: boolean | undefined;
  /** Set by a source that reports it late: they came between this and `at`, and `bot` false says nothing. */
  readonly notBefore?: number | undefined;
}
/** A phone caller came into the voice conference (`v_…`); BBB sends no user-joined for them. */
export interface DialInJoined extends Reported {
  readonly type: 'dial-in-joined';
  readonly internalUserId: InternalUserId;
  /** As for `user-joined`. */
  readonly notBefore?: number | undefined;
}
/** `ejected`: removed for good (by a moderator or by us), not the oldest of too many sessions. */
export interface UserLeft extends Reported {
  readonly type: 'user-left';
  readonly internalUserId: InternalUserId;
  readonly ejected: boolean;
  /** Set where it may have been earlier than `at`: not before this. */
  readonly notBefore?: number | undefined;
}
/** BBB 3: `left` true when all connections closed, 10–20 s before user-left; false when they came back in time. */
export interface UserLeftFlagUpdated extends Reported {
  readonly type: 'user-left-flag-updated';
  readonly internalUserId: InternalUserId;
  readonly left: boolean;
  /** As for `user-left`. */
  readonly notBefore?: number | undefined;
}
export interface UserRoleChanged extends Reported {
  readonly type: 'user-role-changed';
  readonly internalUserId: InternalUserId;
  readonly role: Role;
}
/** `setBy`: the internal user who pressed the button, `system` for automatic, undefined when the source does not say. */
export interface RecordingStatusChanged extends Base {
  readonly type: 'recording-status-changed';
  readonly active: boolean;
  readonly setBy: string | undefined;
}
/** getMeetings / getMeetingInfo: external ids, people up to 60 s after they left, the online count. */
export interface MeetingSnapshot extends Base {
  readonly type: 'meeting-snapshot';
  readonly props: MeetingProps;
  readonly online: number;
  readonly attendees: readonly {
    readonly externalUserId: string;
    readonly fullName: string;
    readonly role: Role;
    readonly dialIn: boolean;
  }[];
}
/**
 * akka-apps' analytics: internal ids incl. bots and people about to be removed, without callers in the lobby. Made some time between `at`
 * and `until`.
 */
export interface AnalyticsSnapshot extends Base {
  readonly type: 'analytics-snapshot';
  readonly until: number;
  readonly users: readonly {
    readonly internalUserId: InternalUserId;
    readonly fullName: string;
    readonly role: Role;
  }[];
  readonly recordingActive: boolean;
}
/** bbb-web was asked for this meeting at `at` and gave no usable answer: it failed, timed out, or has no such run. */
export interface MeetingUnanswered extends Base {
  readonly type: 'meeting-unanswered';
}
/** When the run began, worked out from its `createTime` (`start-time.ts`); undefined: an assumed moment is taken back. */
export interface MeetingDated extends Base {
  readonly type: 'meeting-dated';
  readonly startedAt: number | undefined;
  readonly isAssumed: boolean;
}
/** By what BBB's parts show it does not run (`running.ts`), concluded at `at`. Doubtful: anything newer revives it. */
export interface MeetingMissing extends Base {
  readonly type: 'meeting-missing';
  /** When it was certain to run, last; absent: `at`. */
  readonly lastSeenAt?: number | undefined;
}
/** What was kept of this meeting before a restart. */
/** What an earlier run of the service wrote down, up to `at`. */
export interface MeetingRemembered extends Base {
  readonly type: 'meeting-remembered';
  /** Set: since then that run had missed something that no list had made up for. */
  readonly missingSince?: number | undefined;
  /** Set: a recording was active at that moment, the first in this run. */
  readonly recordedAt?: number | undefined;
  readonly attendees: readonly {
    readonly internalUserId: InternalUserId;
    readonly externalUserId: string | undefined;
    readonly kind: 'web' | 'dial-in';
    readonly bot: boolean;
    readonly role: Role;
    readonly joinedAt: number;
    /** Set: nobody saw the arrival, which was between this and `joinedAt`. */
    readonly notBefore?: number | undefined;
    readonly leftAt: number | undefined;
    readonly ejected: boolean;
  }[];
}
/** The bus is away since `at`, or was until `until`: comings and goings in between may be unknown. */
export interface BusInterrupted extends Base {
  readonly type: 'bus-interrupted';
  readonly until: number | undefined;
}

/** Stamped by BBB itself, on its bus or in a webhook; all others are made here. */
export type BbbEvent =
  | MeetingCreated
  | MeetingEnded
  | UserJoined
  | DialInJoined
  | UserLeft
  | UserLeftFlagUpdated
  | UserRoleChanged
  | RecordingStatusChanged
  | AnalyticsSnapshot;

export type MeetingEvent =
  | BbbEvent
  | MeetingSnapshot
  | MeetingUnanswered
  | MeetingDated
  | MeetingMissing
  | MeetingRemembered
  | BusInterrupted;

export type MeetingEventType = MeetingEvent['type'];
