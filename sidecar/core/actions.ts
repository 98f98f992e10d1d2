/** What may be done about a meeting, as data; nothing here does it. */
import type { Enforcement, LimitName } from './limits/define-limit';
import type { InternalMeetingId, InternalUserId } from './meeting';

/** The numbers behind an action, stored with it and shown by `why`. */
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

/**
 * One line in the meeting's public chat; `key` is remembered so that it is sent once. `explains`: the key of the decision that the line
 * is about; it then carries that decision's code and is not put on record itself.
 */
export interface SendNotice extends Base {
  readonly type: 'send-notice';
  readonly text: string;
  readonly explains?: string | undefined;
}
export interface EndMeeting extends Base {
  readonly type: 'end-meeting';
}
/** `sessions`: every session of that person, in the meeting and its breakout rooms. */
export interface EjectUser extends Base {
  readonly type: 'eject-user';
  readonly sessions: readonly {
    readonly internalMeetingId: InternalMeetingId;
    readonly internalUserId: InternalUserId;
  }[];
}
/** `candidates`: internal users in whose name BBB may accept it, the likeliest first; each attempt goes out in the next one's name. */
export interface StopRecording extends Base {
  readonly type: 'stop-recording';
  readonly candidates: readonly [InternalUserId, ...InternalUserId[]];
}
/** Remember for the recording pipeline that nothing of this run may be published. */
export interface MarkRecording extends Base {
  readonly type: 'mark-recording';
}
/** Ask BBB for its own view before anything is done to anybody. */
export interface RefreshMeeting extends Base {
  readonly type: 'refresh-meeting';
}
/** Put a breach on record without acting. */
export interface RecordBreach extends Base {
  readonly type: 'record-breach';
}

export type Action =
  | SendNotice
  | EndMeeting
  | EjectUser
  | StopRecording
  | MarkRecording
  | RefreshMeeting
  | RecordBreach;

/** In whose name this attempt (from 1) goes out. */
export function stopperOf({ candidates }: StopRecording, attempt: number): InternalUserId {
  return candidates[(attempt - 1) % candidates.length] ?? candidates[0];
}

export type ActionType = Action['type'];
