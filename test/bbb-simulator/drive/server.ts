/** What is done to meetings from outside, and to the server itself. */
import { type BreakoutRequest, breakoutExternalUserId, openBreakouts } from '../model/breakouts';
import { eraseRecording } from '../model/rap';
import { restartAkkaApps, restartBbbWeb } from '../model/restart';
import { createFromParams, type Simulation } from '../simulation';
import { type MeetingView, meetingView } from '../views';
import { type Attendee, type Joining, joinSomebody } from './joining';
import { idOf, type MeetingRef, meetingAt, type UserRef } from './refs';

/** Parameters of `create`, `meta_…` included; `name` defaults to the id. */
export type CreateParams = Readonly<Record<string, string | number | boolean>> & {
  readonly meetingID: string;
};

export type ServerDrive = ReturnType<typeof serverDrive>;

export function serverDrive(simulation: Simulation) {
  const { bbb, inbox } = simulation;
  const { act } = simulation.stepper;
  const at = (ref: MeetingRef) => meetingAt(simulation, ref);
  const fromWeb = (ref: MeetingRef, name: string, body: Record<string, unknown>): void =>
    inbox.fromWeb({ name, meetingId: at(ref).intId, userId: 'not-used', body });
  return {
    /** `create`. Throws with BBB's message key when it is refused. */
    create: (params: CreateParams): MeetingView => createMeeting(simulation, params),
    /** `end` of the API. */
    endMeeting: (ref: MeetingRef): void => fromWeb(ref, 'EndMeetingSysCmdMsg', { meetingId: at(ref).intId }),
    /** `sendChatMessage` of the API. */
    chatFromApi: (ref: MeetingRef, message: string, userName = 'System'): void =>
      fromWeb(ref, 'SendGroupChatMessageFromApiSysPubMsg', { userName, message }),

    /** Internal ids of the rooms, in order. Throws where BBB would open none. */
    openBreakouts(ref: MeetingRef, request: BreakoutRequest): string[] {
      const rooms = act(() => openBreakouts(bbb, at(ref), request));
      if (rooms === undefined)
        throw new Error('BBB opens no breakout rooms here: disabled, nested, or some are open');
      return rooms.map((room) => room.intId);
    },
    /** Somebody of the parent enters a room; they stay joined in the parent. Everybody is a moderator there: the links carry that password. */
    joinBreakout(room: MeetingRef, parentUser: UserRef, joining: Joining = {}): Attendee {
      const { sequence } = at(room).props.breakoutProps;
      const externalUserId = breakoutExternalUserId(idOf(parentUser), sequence);
      return joinSomebody(simulation, at(room), { role: 'MODERATOR', ...joining, externalUserId });
    },

    /** The host's wall clock is set forward by `ms`, or back. */
    stepClock: (ms: number): void =>
      act(() => {
        bbb.wallOffsetMs += ms;
      }),

    restartAkkaApps: (): void => act(() => restartAkkaApps(bbb)),
    restartBbbWeb: (): void => act(() => restartBbbWeb(bbb)),
    /** `bbb-record --delete` on the host. */
    eraseRecording: (recordId: string): boolean => act(() => eraseRecording(bbb, recordId)),
  };
}

function createMeeting(simulation: Simulation, params: CreateParams): MeetingView {
  const texts = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));
  const outcome = createFromParams(simulation, { name: texts.meetingID, ...texts });
  if (outcome.kind === 'created' || outcome.kind === 'duplicate') {
    return meetingView(simulation.bbb, outcome.intId);
  }
  const why = outcome.kind === 'bad' ? `: ${outcome.message}` : '';
  throw new Error(`create was refused: ${outcome.messageKey}${why}`);
}
