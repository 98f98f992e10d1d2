/** What the loop needs of the outside; owned here, implemented by the adapters. */
import type { Action, Reason } from '../core/actions';
import type { MeetingEvent } from '../core/events';
import type { Attendee, InternalMeetingId, InternalUserId, Meeting, MeetingProps } from '../core/meeting';
import type { Reading } from '../core/running';
import type { KeptAssignment, RoomOwnerReading, TierAssignment } from '../core/tier-resolution';

/** Which meeting, in both of BBB's ways of naming one: the HTTP API takes the external id, the bus the internal one. */
export interface MeetingRef {
  readonly internalMeetingId: InternalMeetingId;
  readonly externalMeetingId: string;
}

/** `accepted`: BBB's API accepted it for this very meeting. False: only sent on the bus, which never answers. */
export type Sent = { readonly via: 'api' | 'bus'; readonly accepted: boolean };

/** What can be done to BBB. Each throws TransientError when nothing could be sent at all. */
export interface Effects {
  /** `byBusOnly`: the API is left out: an earlier call of it may have done it, or it may have another run under this external id. The error says whether this one may have. */
  sendChatMessage(meeting: MeetingRef, text: string, byBusOnly?: boolean): Promise<Sent>;
  /** Ends this very run: a newer run under the same external id is left alone. */
  endMeeting(meeting: MeetingRef): Promise<Sent>;
  ejectUser(internalMeetingId: InternalMeetingId, internalUserId: InternalUserId): Promise<Sent>;
  stopRecording(internalMeetingId: InternalMeetingId, as: InternalUserId): Promise<Sent>;
}

/** What can be read from BBB. Each throws TransientError when BBB did not answer something that can be relied on. */
export interface Reader {
  /** Both of BBB's lists, and their readable meetings as events. What could not be read is in the log. */
  readAll(): Promise<Reading<InternalMeetingId> & { readonly events: readonly MeetingEvent[] }>;
  /** One meeting by getMeetingInfo; undefined when BBB has no run with this internal id under this external one. */
  readMeeting(meeting: MeetingRef): Promise<MeetingEvent | undefined>;
}

/** An act and all that explains it. `subject`: external id of the person, or undefined. No names. */
export interface DecisionRecord extends MeetingRef {
  /** Short code for people, `K7Q-2MX`. */
  readonly code: string;
  readonly at: number;
  readonly key: string;
  readonly action: Action['type'] | 'refuse-claim' | 'delete-recording';
  readonly reason: Reason | undefined;
  readonly tenant: string | undefined;
  readonly tier: string | undefined;
  readonly configVersion: string;
  readonly subject: string | undefined;
  readonly dryRun: boolean;
  /** Free of personal data; for a refused claim: why. */
  readonly detail: string | undefined;
}

/** What became of it. `confirmed`: BBB showed it; `sent`: sent, BBB shows nothing of it; `noted`: nothing was to be done. */
export type Outcome = 'confirmed' | 'sent' | 'noted' | 'failed' | 'dry-run' | 'moot';

export interface DecisionOutcome {
  readonly code: string;
  readonly at: number;
  readonly outcome: Outcome;
  readonly attempts: number;
  /** BBB command or API call used last, e.g. `EjectUserFromMeetingSysMsg` or `end`. */
  readonly sent: string | undefined;
  /** From decision to confirmation. */
  readonly latencyMs: number | undefined;
}

/** One line for the database. Written behind, in order, at least once: each is an upsert. */
export type JournalEntry =
  | {
      readonly type: 'meeting';
      readonly meeting: Meeting;
      /** `tenant` alone while the tier is unknown: what was kept of the tier before stays. */
      readonly assignment: TierAssignment | { readonly tenant: string | undefined };
      readonly at: number;
    }
  | {
      readonly type: 'meeting-ended';
      readonly internalMeetingId: InternalMeetingId;
      readonly at: number;
      readonly reason: string;
      readonly certain: boolean;
    }
  | {
      readonly type: 'attendance';
      readonly internalMeetingId: InternalMeetingId;
      readonly attendee: Attendee;
    }
  | {
      readonly type: 'notice';
      readonly internalMeetingId: InternalMeetingId;
      readonly key: string;
      readonly at: number;
    }
  | {
      readonly type: 'recording-mark';
      readonly meeting: MeetingRef;
      readonly code: string;
      readonly at: number;
    }
  | { readonly type: 'decision'; readonly decision: DecisionRecord }
  | { readonly type: 'outcome'; readonly outcome: DecisionOutcome };

/** What was kept of one running meeting. */
export interface Recollection {
  /** What it was created with, as far as that is kept, without metadata. Undefined: its creation is not on record. */
  readonly props?: MeetingProps | undefined;
  readonly remembered: MeetingEvent & { readonly type: 'meeting-remembered' };
  readonly assignment: KeptAssignment | undefined;
  /** By notice key: when. */
  readonly notices: ReadonlyMap<string, number>;
}

export interface Journal {
  /** Never blocks, never throws; the oldest entries go first when the database stays away and the queue is full. */
  write(entry: JournalEntry): void;
  /** What is known of these meetings from before; throws TransientError when the database does not answer in time. */
  recall(meetings: readonly InternalMeetingId[]): Promise<ReadonlyMap<InternalMeetingId, Recollection>>;
}

/** Reads who owns a room from the tenant's Greenlight database: answers at once from memory, queries behind it. */
export interface RoomOwners {
  lookUp(tenantId: string, externalMeetingId: string): RoomOwnerReading;
}
