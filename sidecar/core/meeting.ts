/** What is known of one running meeting; plain data, changed only by `reduce`. Moments are epoch ms on our steady clock. */
import type { BbbInstant } from './bbb-instant';

/** `sha1hex(external id) + "-" + createTime`: unique per run, the only key used here. */
export type InternalMeetingId = string & { readonly __brand: 'InternalMeetingId' };
/** One join session (`w_…` in a browser, `v_…` on the phone). Ejecting needs this one. */
export type InternalUserId = string & { readonly __brand: 'InternalUserId' };

export type Role = 'MODERATOR' | 'VIEWER';

/** Where something was seen: on BBB's bus, in a list of akka-apps', by bbb-webhooks, or by an earlier run of the service. */
export type Source = 'bus' | 'list' | 'webhook' | 'memory';

interface Sight {
  readonly at: number;
  readonly by: Source;
}

/**
 * One thing seen of an attendee's presence; `evidence.ts` judges what it proves.
 * `joined`: the arrival itself; with `notBefore` at some time since then. `seen`: there at `at`, arrived some time after `notBefore`; in a list made at `madeAt` or later.
 * `flagged`: all connections closed; BBB drops the session 10–20 s later unless they are back. `left`: gone. Of the bus, both with `notBefore` at
 * some time since then. By a list, `left` is only missing there: gone some time between `notBefore` and `notAfter`, and perhaps removed.
 * `ejected`: removed for good, which forfeits the seat.
 */
export type PresenceEdge =
  | (Sight & { readonly kind: 'joined'; readonly notBefore?: number })
  | (Sight & { readonly kind: 'seen'; readonly notBefore: number; readonly madeAt?: number })
  | (Sight & { readonly kind: 'flagged'; readonly notBefore?: number })
  | (Sight & { readonly kind: 'left'; readonly notBefore?: number; readonly notAfter?: number })
  | (Sight & { readonly kind: 'ejected' });

/** A join session. `web` covers every browser and app; `dial-in` is a phone caller, who has no account. */
export interface Attendee {
  readonly internalUserId: InternalUserId;
  /** The account (`userID` of the join); unknown for somebody only seen in a list of internal ids. */
  readonly externalUserId: string | undefined;
  readonly kind: 'web' | 'dial-in';
  readonly bot: boolean;
  /** What the join says about recording, whatever the role; absent: nothing, or the join was not seen. */
  readonly mayRecord?: boolean | undefined;
  readonly role: Role;
  /** When `role` was last reported. */
  readonly roleAt: number;
  /** Sorted by time; never empty. On one instant, leaving stands after joining. */
  readonly presence: readonly PresenceEdge[];
  /** Kept only while `externalUserId` is unknown, to match BBB's two lists. */
  readonly unmatched?: Unmatched | undefined;
}

/** What akka-apps' list has of a session without an account. */
export interface Unmatched {
  /** Never stored, never logged. */
  readonly name: string;
  /** The accounts that bbb-web lists under this name and role. Empty: it has not listed any. */
  readonly accounts: readonly string[];
}

/** What `create` fixed. Properties that BBB's lists leave out are undefined until the creation event is seen. */
export interface MeetingProps {
  readonly externalMeetingId: string;
  /** For the operator's page only; never stored, never logged. */
  readonly name: string;
  readonly createTime: BbbInstant;
  readonly isBreakout: boolean;
  readonly parentInternalMeetingId: InternalMeetingId | undefined;
  readonly breakoutSequence: number | undefined;
  /** Minutes; 0 is none. */
  readonly durationMinutes: number;
  /** 0 is none. Undefined: not kept over a restart. */
  readonly maxUsers: number | undefined;
  readonly record: boolean;
  readonly autoStartRecording: boolean | undefined;
  readonly allowStartStopRecording: boolean | undefined;
  /** Keys lower-case, without `meta_`, as BBB has them. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Is a recording active, since when, and who did it (absent: not reported; `system`: BBB itself). One report of it, or what follows from all. */
export interface RecordingState {
  readonly active: boolean;
  readonly at: number;
  readonly setBy: string | undefined;
}

/** The bus was interrupted: comings and goings in between may have gone unseen. `until` is Infinity while it is away. */
export interface Gap {
  readonly from: number;
  readonly until: number;
}

/** bbb-web's newest answer about this meeting, asked for at `at`. */
export interface WebList {
  readonly at: number;
  /** Its count of people; says only whether anybody is there. */
  readonly online: number;
  /** Those of our attendees whom it names: accounts, and phone callers by internal id. Undefined: there was no usable answer. */
  readonly accounts: ReadonlySet<string> | undefined;
  /** Accounts of our attendees that it named more often than we have seen sessions of, and still names: one of theirs came, and perhaps left, unseen. */
  readonly unseen: ReadonlySet<string>;
  /** Since then it has been read so often that nobody who came and left would have been in no list. */
  readonly unbrokenSince: number;
}

/** akka-apps' newest list, made at `at` or later. */
export interface AkkaList {
  readonly at: number;
  readonly sessions: ReadonlySet<InternalUserId>;
}

export interface MeetingEnd {
  readonly at: number;
  readonly reason: string;
  /** False: concluded from lists, or reported by a webhook. Anything newer revives the meeting. */
  readonly certain: boolean;
  /** When it was concluded, if that is later than `at`. */
  readonly concludedAt?: number | undefined;
}

export interface Meeting {
  readonly internalMeetingId: InternalMeetingId;
  /** Undefined while only stray events of it were seen: then nothing is decided. */
  readonly props: MeetingProps | undefined;
  /** When `props` were first seen. */
  readonly knownSince: number | undefined;
  /** When this run began: its creation on the bus, else its `createTime`. Undefined while uncertain: then no limit of its duration is held. */
  readonly startedAt: number | undefined;
  /** `startedAt` rests on BBB's clock going on as before, for its stamps are not seen. */
  readonly isStartAssumed: boolean;
  readonly attendees: ReadonlyMap<InternalUserId, Attendee>;
  /** Is BBB marking a recording right now; follows from the reports. */
  readonly recording: RecordingState | undefined;
  /** Oldest first. */
  readonly recordingReports: readonly RecordingState[];
  /** When a recording was first active in this run; undefined: never, as far as is known, so that nothing is to be published. */
  readonly recordedAt: number | undefined;
  readonly webList: WebList | undefined;
  readonly akkaList: AkkaList | undefined;
  /** Every arrival up to this moment is known: fed by akka-apps' lists and by an unbroken bus. Undefined: none. */
  readonly rosterAt: number | undefined;
  /** The last one; undefined: subscribed to the bus since the creation. */
  readonly gap: Gap | undefined;
  /** Whose seat is older than this may have lost it meanwhile, in an earlier gap longer than a seat is kept. */
  readonly seatsSince: number;
  /** Newest `at` of anything seen. */
  readonly seenAt: number;
  /** Newest `at` of what the bus reported. */
  readonly reportedAt: number;
  readonly ended: MeetingEnd | undefined;
}
