/** What bbb-web sends to akka-apps: to the simulated one within the same step, or to a running one behind Redis (`akka/`). */
import { startMeeting } from './model/create';
import { putDue } from './model/due';
import type { DefaultProps } from './model/props';
import {
  addSessionToken,
  hasReachedMaxParticipants,
  type JoinRequest,
  noteWebRefusal,
  register,
} from './model/register';
import { type Bbb, type GuestStatus, type RegisteredUser, runningMeeting } from './model/state';
import type { WebMeeting } from './model/web';

/** Somebody whom bbb-web registered. */
export interface Registration {
  readonly intId: string;
  readonly guestStatus: GuestStatus;
  readonly sessionToken: string;
}

export interface AkkaApps {
  /** Adds the meeting to bbb-web's list and sends CreateMeetingReqMsg. */
  create(props: DefaultProps): void;
  /** False: bbb-web lists a meeting that akka-apps no longer has. */
  has(meeting: WebMeeting): boolean;
  /** RegisterUserReqMsg, after bbb-web's own check of `maxParticipants`. */
  register(meeting: WebMeeting, request: JoinRequest): Registration | 'maxParticipantsReached';
  /** One more browser of somebody who is registered; undefined for an unknown id. */
  addSession(meeting: WebMeeting, intId: string): Registration | undefined;
  /** The client of a join page loads, and joins. */
  openClient(meeting: WebMeeting, intId: string): void;
}

/** The simulated one. Callers are inside a step of the model. */
export function simulatedAkkaApps(bbb: Bbb, clientLoadMs: number): AkkaApps {
  return {
    create: (props) => void startMeeting(bbb, props),
    has: ({ intId }) => runningMeeting(bbb, intId) !== undefined,
    register({ intId }, request) {
      const meeting = runningMeeting(bbb, intId);
      if (meeting === undefined) throw new Error(`akka-apps has no meeting ${intId}`);
      if (!hasReachedMaxParticipants(bbb, meeting, request)) {
        return registrationOf(register(bbb, meeting, request));
      }
      noteWebRefusal(bbb, meeting, request, 'maxParticipantsReached');
      return 'maxParticipantsReached';
    },
    addSession({ intId }, userId) {
      const meeting = runningMeeting(bbb, intId);
      const user = meeting?.registered.get(userId);
      if (meeting === undefined || user === undefined) return undefined;
      return { ...registrationOf(user), sessionToken: addSessionToken(bbb, meeting, user) };
    },
    openClient({ intId }, userId) {
      putDue(bbb, { at: bbb.now + clientLoadMs, kind: 'client-join', id: intId, detail: userId });
    },
  };
}

function registrationOf({ intId, guestStatus, sessionTokens }: RegisteredUser): Registration {
  return { intId, guestStatus, sessionToken: sessionTokens[0] ?? '' };
}
