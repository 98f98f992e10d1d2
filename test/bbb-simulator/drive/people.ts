/** What people do for themselves: come, drop out, come back, leave, call in by phone. */
import { leaveLobby } from '../model/guests';
import { type EnterOutcome, enter, leave } from '../model/join';
import { addSessionToken } from '../model/register';
import { dialIn, hangUp, hangUpVoice, joinAudio, type PhoneCall } from '../model/voice';
import type { Simulation } from '../simulation';
import { type Attendee, type Joining, joinSomebody, registerSomebody } from './joining';
import { idOf, type MeetingRef, meetingAt, registeredAt, type UserRef } from './refs';

export type PeopleDrive = ReturnType<typeof peopleDrive>;

export function peopleDrive(simulation: Simulation) {
  const { bbb } = simulation;
  const { act } = simulation.stepper;
  const at = (ref: MeetingRef) => meetingAt(simulation, ref);
  return {
    /** Opens a join link and lets the client load: the whole way in, refusals included. */
    join: (ref: MeetingRef, joining: Joining = {}): Attendee => joinSomebody(simulation, at(ref), joining),
    /** Opens a join link and gets no further; `enter` lets the client load. */
    register: (ref: MeetingRef, joining: Joining = {}): Attendee =>
      registerSomebody(simulation, at(ref), joining),
    enter: (ref: MeetingRef, user: UserRef): EnterOutcome => act(() => enter(bbb, at(ref), idOf(user))),
    /** A client that joins although it waits, was turned away, banned or logged out. */
    insist: (ref: MeetingRef, user: UserRef): EnterOutcome =>
      act(() => enter(bbb, at(ref), idOf(user), 'insists')),
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
  };
}
