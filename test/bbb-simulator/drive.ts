/** What people, moderators and servers do in a scenario; each goes through the same rules as over HTTP or the bus. */
import { type BreakoutRequest, breakoutExternalUserId, openBreakouts } from './model/breakouts';
import { applyCommand } from './model/commands';
import { type GuestDecision, leaveLobby } from './model/guests';
import { type EnterOutcome, enter, leave } from './model/join';
import { eraseRecording } from './model/rap';
import { mayRecord, setRecordingStatus } from './model/recording';
import { addSessionToken, type JoinRequest } from './model/register';
import { restartAkkaApps, restartBbbWeb } from './model/restart';
import { findMeeting, type Meeting, type RegisteredUser, type Role, runningMeeting } from './model/state';
import { dialIn, hangUp, hangUpVoice, joinAudio, type PhoneCall } from './model/voice';
import type { Simulation } from './simulation';
import { type MeetingView, meetingView } from './views';

/** A meeting by internal or external id, or by a view of it. */
export type MeetingRef = string | { readonly internalMeetingId: string };
/** Somebody by internal id, or as returned by `join`. */
export type UserRef = string | { readonly internalUserId: string };

/** What somebody who wants in brings along; `userdata` without its `userdata-`. */
export interface Joining {
  readonly externalUserId?: string;
  readonly name?: string;
  readonly role?: Role;
  readonly bot?: boolean;
  readonly guest?: boolean;
  readonly userdata?: Readonly<Record<string, string>>;
}

export interface Attendee {
  readonly internalUserId: string;
  readonly externalUserId: string;
  readonly name: string;
  /** `waiting`: in the lobby. `refused`: by whom and why is told beside it. */
  readonly state: 'joined' | 'waiting' | 'refused' | 'registered';
  readonly refusedBy?: 'bbb-web' | 'akka-apps';
  readonly reasonCode?: string;
}

/** Parameters of `create`, `meta_…` included; `name` defaults to the id. */
export type CreateParams = Readonly<Record<string, string | number | boolean>> & {
  readonly meetingID: string;
};

export type Drive = ReturnType<typeof driveFunctions>;

export function driveFunctions(simulation: Simulation) {
  const { bbb, act } = simulation;
  const at = (ref: MeetingRef): Meeting => meetingAt(simulation, ref);
  const registerAt = (ref: MeetingRef, joining: Joining) => simulation.register(at(ref), requestOf(joining));
  const asModerator = (ref: MeetingRef, by: UserRef, name: string, body: Record<string, unknown>): void => {
    const command = { name, meetingId: at(ref).intId, userId: idOf(by), body };
    const ignored = act(() => applyCommand(bbb, command));
    if (ignored !== undefined) throw new Error(`${name} by ${idOf(by)}: ${ignored}`);
  };

  return {
    /** `create`. Throws with BBB's message key when it is refused. */
    create: (params: CreateParams): MeetingView => createMeeting(simulation, params),

    /** Opens a join link and lets the client load: the whole way in, refusals included. */
    join(ref: MeetingRef, joining: Joining = {}): Attendee {
      const user = registerAt(ref, joining);
      return user === 'maxParticipantsReached'
        ? refusedByWeb(joining)
        : attendeeOf(user, enterAs(simulation, at(ref), user));
    },
    /** Opens a join link and gets no further; `enter` lets the client load. */
    register(ref: MeetingRef, joining: Joining = {}): Attendee {
      const user = registerAt(ref, joining);
      return user === 'maxParticipantsReached' ? refusedByWeb(joining) : attendeeOf(user, undefined);
    },
    enter: (ref: MeetingRef, user: UserRef): EnterOutcome => act(() => enter(bbb, at(ref), idOf(user))),
    /** One more browser of somebody who is there (`existingUserID`); returns its session token. */
    openSecondSession: (ref: MeetingRef, user: UserRef): string =>
      act(() => addSessionToken(bbb, at(ref), registeredAt(at(ref), user))),

    /** All connections close: BBB waits 10–20 s for them to come back. */
    disconnect: (ref: MeetingRef, user: UserRef): boolean =>
      act(() => leave(bbb, at(ref), idOf(user), false)),
    reconnect: (ref: MeetingRef, user: UserRef): EnterOutcome => act(() => enter(bbb, at(ref), idOf(user))),
    /** Presses "leave": as `disconnect`, and this join link lets nobody in again. */
    leave: (ref: MeetingRef, user: UserRef): boolean => act(() => leave(bbb, at(ref), idOf(user), true)),
    leaveLobby: (ref: MeetingRef, user: UserRef): boolean => act(() => leaveLobby(bbb, at(ref), idOf(user))),

    /** Somebody calls in by phone; returns the `v_…` id. */
    dialIn: (ref: MeetingRef, call: PhoneCall = { callerName: 'Caller' }): string =>
      act(() => dialIn(bbb, at(ref), call)),
    hangUp: (ref: MeetingRef, user: UserRef): boolean => act(() => hangUp(bbb, at(ref), idOf(user))),
    joinAudio: (ref: MeetingRef, user: UserRef, listenOnly = false): boolean =>
      act(() => joinAudio(bbb, at(ref), idOf(user), listenOnly)),
    leaveAudio: (ref: MeetingRef, user: UserRef): boolean => act(() => hangUpVoice(bbb, at(ref), idOf(user))),

    setRole: (ref: MeetingRef, user: UserRef, role: Role, by: UserRef): void =>
      asModerator(ref, by, 'ChangeUserRoleCmdMsg', { userId: idOf(user), role, changedBy: idOf(by) }),
    startRecording: (ref: MeetingRef, by: UserRef): boolean => record(simulation, at(ref), true, idOf(by)),
    stopRecording: (ref: MeetingRef, by: UserRef): boolean => record(simulation, at(ref), false, idOf(by)),
    decideGuests: (ref: MeetingRef, guests: readonly GuestDecision[], by: UserRef): void =>
      asModerator(ref, by, 'GuestsWaitingApprovedMsg', { guests, approvedBy: idOf(by) }),
    setGuestPolicy: (ref: MeetingRef, policy: string, by: UserRef): void =>
      asModerator(ref, by, 'SetGuestPolicyCmdMsg', { policy, setBy: idOf(by) }),
    /** A moderator removes somebody, with or without a ban. */
    ejectByModerator: (ref: MeetingRef, user: UserRef, by: UserRef, banUser = false): void =>
      asModerator(ref, by, 'EjectUserFromMeetingCmdMsg', {
        userId: idOf(user),
        ejectedBy: idOf(by),
        banUser,
      }),

    /** Internal ids of the rooms, in order. Throws where BBB would open none. */
    openBreakouts(ref: MeetingRef, request: BreakoutRequest): string[] {
      const rooms = act(() => openBreakouts(bbb, at(ref), request));
      if (rooms === undefined)
        throw new Error('BBB opens no breakout rooms here: disabled, nested, or some are open');
      return rooms.map((room) => room.intId);
    },
    /** Somebody of the parent enters a room; they stay joined in the parent. */
    joinBreakout(room: MeetingRef, parentUser: UserRef, joining: Joining = {}): Attendee {
      const externalUserId = breakoutExternalUserId(idOf(parentUser), at(room).props.breakoutProps.sequence);
      const user = registerAt(room, { ...joining, externalUserId });
      return user === 'maxParticipantsReached'
        ? refusedByWeb(joining)
        : attendeeOf(user, enterAs(simulation, at(room), user));
    },
    endBreakouts: (ref: MeetingRef, by: UserRef): void =>
      asModerator(ref, by, 'EndAllBreakoutRoomsMsg', { meetingId: at(ref).intId }),

    /** `end` of the API. */
    endMeeting: (ref: MeetingRef): void =>
      simulation.commandFromWeb('EndMeetingSysCmdMsg', at(ref).intId, 'not-used', {
        meetingId: at(ref).intId,
      }),
    /** A moderator presses "end meeting". */
    endByModerator: (ref: MeetingRef, by: UserRef): void =>
      asModerator(ref, by, 'LogoutAndEndMeetingCmdMsg', { userId: idOf(by) }),

    /** `sendChatMessage` of the API. */
    chatFromApi: (ref: MeetingRef, message: string, userName = 'System'): void =>
      simulation.commandFromWeb('SendGroupChatMessageFromApiSysPubMsg', at(ref).intId, 'not-used', {
        userName,
        message,
      }),

    restartAkkaApps: (): void => act(() => restartAkkaApps(bbb)),
    restartBbbWeb: (): void => act(() => restartBbbWeb(bbb)),
    /** `bbb-record --delete` on the host. */
    eraseRecording: (recordId: string): boolean => act(() => eraseRecording(bbb, recordId)),
  };
}

export function idOf(user: UserRef): string {
  return typeof user === 'string' ? user : user.internalUserId;
}

export function meetingAt({ bbb }: Simulation, ref: MeetingRef): Meeting {
  const id = typeof ref === 'string' ? ref : ref.internalMeetingId;
  const meeting = findMeeting(bbb, id);
  if (meeting === undefined) throw new Error(`no meeting has the internal or external id '${id}'`);
  if (runningMeeting(bbb, meeting.intId) === undefined) throw new Error(`the meeting '${id}' is over`);
  return meeting;
}

function createMeeting(simulation: Simulation, params: CreateParams): MeetingView {
  const texts = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));
  const outcome = simulation.createFromParams({ name: texts.meetingID, ...texts });
  if (outcome.kind === 'created') return meetingView(simulation.bbb, outcome.meeting.intId);
  if (outcome.kind === 'duplicate') return meetingView(simulation.bbb, outcome.intId);
  throw new Error(`create was refused: ${outcome.messageKey}`);
}

function requestOf(joining: Joining): JoinRequest {
  const {
    externalUserId,
    name = externalUserId ?? 'Somebody',
    role = 'VIEWER',
    userdata,
    bot,
    guest,
  } = joining;
  return {
    name,
    role,
    ...(externalUserId === undefined ? {} : { externalUserId }),
    ...(bot === undefined ? {} : { bot }),
    ...(guest === undefined ? {} : { guest }),
    ...(userdata === undefined ? {} : { userMetadata: userdata }),
  };
}

function enterAs(simulation: Simulation, meeting: Meeting, user: RegisteredUser): EnterOutcome | undefined {
  if (user.guestStatus === 'WAIT') return undefined;
  return simulation.act(() => enter(simulation.bbb, meeting, user.intId));
}

function attendeeOf(user: RegisteredUser, outcome: EnterOutcome | undefined): Attendee {
  const known = { internalUserId: user.intId, externalUserId: user.extId, name: user.name };
  if (outcome === undefined)
    return { ...known, state: user.guestStatus === 'WAIT' ? 'waiting' : 'registered' };
  if (outcome.kind !== 'refused') return { ...known, state: 'joined' };
  return { ...known, state: 'refused', refusedBy: 'akka-apps', reasonCode: outcome.reasonCode };
}

/** Nobody was registered, so there is no internal id. */
function refusedByWeb({ externalUserId = '', name = externalUserId }: Joining): Attendee {
  const reasonCode = 'maxParticipantsReached';
  return { internalUserId: '', externalUserId, name, state: 'refused', refusedBy: 'bbb-web', reasonCode };
}

function registeredAt(meeting: Meeting, user: UserRef): RegisteredUser {
  const registered = meeting.registered.get(idOf(user));
  if (registered === undefined) throw new Error(`nobody is registered as '${idOf(user)}'`);
  return registered;
}

/** False where BBB does nothing: no permission, `allowStartStopRecording` off, or already so. */
function record({ bbb, act }: Simulation, meeting: Meeting, recording: boolean, by: string): boolean {
  return act(
    () => mayRecord(bbb, meeting, by) && setRecordingStatus(bbb, meeting, recording, by) === undefined,
  );
}
