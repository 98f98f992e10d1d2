/** What moderators do; each goes by the command their client would send, so that BBB's permission rules hold. */
import { applyCommand } from '../model/commands';
import type { GuestDecision } from '../model/guests';
import type { Role } from '../model/state';
import type { Simulation } from '../simulation';
import { idOf, type MeetingRef, meetingAt, type UserRef } from './refs';

export type ModeratorDrive = ReturnType<typeof moderatorDrive>;

/** Those that return nothing throw, with the reason, when BBB would do nothing. */
export function moderatorDrive(simulation: Simulation) {
  const { bbb, stepper } = simulation;

  function send(
    ref: MeetingRef,
    by: UserRef,
    name: string,
    body: Record<string, unknown>,
  ): string | undefined {
    const { intId: meetingId } = meetingAt(simulation, ref);
    return stepper.act(() => applyCommand(bbb, { name, meetingId, userId: idOf(by), body }));
  }
  function must(ref: MeetingRef, by: UserRef, name: string, body: Record<string, unknown>): void {
    const ignored = send(ref, by, name, body);
    if (ignored !== undefined) throw new Error(`${name} by ${idOf(by)}: ${ignored}`);
  }
  function record(ref: MeetingRef, by: UserRef, recording: boolean): boolean {
    return send(ref, by, 'SetRecordingStatusCmdMsg', { recording, setBy: idOf(by) }) === undefined;
  }

  return {
    /** False where BBB does nothing: no permission, `allowStartStopRecording` off, or recording already. */
    startRecording: (ref: MeetingRef, by: UserRef): boolean => record(ref, by, true),
    stopRecording: (ref: MeetingRef, by: UserRef): boolean => record(ref, by, false),
    setRole: (ref: MeetingRef, user: UserRef, role: Role, by: UserRef): void =>
      must(ref, by, 'ChangeUserRoleCmdMsg', { userId: idOf(user), role, changedBy: idOf(by) }),
    decideGuests: (ref: MeetingRef, guests: readonly GuestDecision[], by: UserRef): void =>
      must(ref, by, 'GuestsWaitingApprovedMsg', { guests, approvedBy: idOf(by) }),
    setGuestPolicy: (ref: MeetingRef, policy: string, by: UserRef): void =>
      must(ref, by, 'SetGuestPolicyCmdMsg', { policy, setBy: idOf(by) }),
    /** Removes somebody, with or without a ban. */
    ejectByModerator: (ref: MeetingRef, user: UserRef, by: UserRef, banUser = false): void =>
      must(ref, by, 'EjectUserFromMeetingCmdMsg', { userId: idOf(user), ejectedBy: idOf(by), banUser }),
    endBreakouts: (ref: MeetingRef, by: UserRef): void =>
      must(ref, by, 'EndAllBreakoutRoomsMsg', { meetingId: '' }),
    /** Presses "end meeting". */
    endByModerator: (ref: MeetingRef, by: UserRef): void =>
      must(ref, by, 'LogoutAndEndMeetingCmdMsg', { userId: idOf(by) }),
  };
}
