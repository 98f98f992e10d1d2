/** What really sits in a meeting or a room of it: one join of one person. */
import type { InternalMeetingId, InternalUserId, Role } from '../../../../sidecar/core/meeting';

export type SessionState = 'waiting' | 'here' | 'flagged' | 'gone';

export interface Session {
  readonly id: InternalUserId;
  readonly meeting: InternalMeetingId;
  /** The person: the account in the parent meeting, or the session itself for guests and callers. */
  readonly person: string;
  /** As the meeting's own events name it; in a room `<session in the parent>-<number of the room>`. */
  readonly externalUserId: string;
  readonly fullName: string;
  readonly kind: 'web' | 'dial-in';
  readonly bot: boolean;
  role: Role;
  state: SessionState;
  ejected: boolean;
  flaggedAt: number;
  joinedAt: number;
  leftAt: number;
  /** bbb-web took them into its list; at its own `maxUsers` it does not. */
  inWeb: boolean;
}

export interface Room {
  readonly id: InternalMeetingId;
  readonly sequence: number;
  readonly openedAt: number;
  endedAt: number | undefined;
}
