/** What may be done about a meeting, as data; nothing here does it. */
import type { Enforcement, LimitName } from './limits/define-limit';
import type { InternalMeetingId, InternalUserId } from './meeting';

/** The numbers behind an action, stored with it and told to whoever asks why. */
export interface Reason {
  readonly limit: LimitName;
  readonly enforce: Enforcement;
  /** What was seen: minutes gone by, people present, 1 for a recording that runs. */
  readonly value: number;
  /** What the tier allows, in the same unit. */
  readonly allowed: number;
}

interface Base {
  /** Names this act within its meeting; while it stands for the same thing it stays the same. */
  readonly key: string;
  readonly reason: Reason;
}

/** One line in the meeting's public chat; `key` is remembered so that it is said once. */
export interface SendNotice extends Base {
  readonly type: 'send-notice';
  readonly text: string;
}
export interface EndMeeting extends Base {
  readonly type: 'end-meeting';
}
/** `sessions`: every session of that person, in the meeting and its breakout rooms. `line`: said in the chat first; undefined when it was just said. */
export interface EjectUser extends Base {
  readonly type: 'eject-user';
  readonly sessions: readonly {
    readonly internalMeetingId: InternalMeetingId;
    readonly internalUserId: InternalUserId;
  }[];
  readonly line: { readonly key: string; readonly text: string } | undefined;
}
/** `as`: the internal user in whose name BBB will accept it. */
export interface StopRecording extends Base {
  readonly type: 'stop-recording';
  readonly as: InternalUserId;
  readonly line: { readonly key: string; readonly text: string } | undefined;
}
/** Remember for the recording pipeline that nothing of this run may be published. */
export interface MarkRecording extends Base {
  readonly type: 'mark-recording';
}
/** Ask BBB for its own view before anything is done to anybody. */
export interface RefreshMeeting extends Base {
  readonly type: 'refresh-meeting';
}
/** Put a breach on record without acting (`enforce: soft` adds a line in the chat). */
export interface RecordBreach extends Base {
  readonly type: 'record-breach';
  readonly text: string | undefined;
}

export type Action =
  | SendNotice
  | EndMeeting
  | EjectUser
  | StopRecording
  | MarkRecording
  | RefreshMeeting
  | RecordBreach;

export type ActionType = Action['type'];
