/** The waiting room: moderators let in or turn away, guests give up; who waits is decided at registration. */

import { hangUpLine, holdCaller } from './media';
import type { GuestPolicy } from './props';
import { tellGuestApproved } from './register';
import { type Bbb, type GuestStatus, type Meeting, type RegisteredUser, tell } from './state';
import { joinVoice } from './voice';

export interface GuestDecision {
  readonly guest: string;
  readonly status: GuestStatus;
}

/** `GuestsWaitingApprovedMsgHdlr`. Somebody on the phone who is let in is heard from then on. */
export function decideGuests(
  bbb: Bbb,
  meeting: Meeting,
  guests: readonly GuestDecision[],
  approvedBy: string,
): void {
  for (const { guest, status } of guests) {
    const user = meeting.registered.get(guest);
    if (user === undefined) continue;
    meeting.guestsWaiting.delete(guest);
    user.guestStatus = status;
    if (guest.startsWith('v_')) decideCaller(bbb, meeting, user, status);
    tellGuestApproved(bbb, meeting, user, approvedBy);
  }
  const decided = guests.map(({ guest, status }) => ({ guest, status }));
  tell(
    bbb,
    'GuestsWaitingApprovedEvtMsg',
    { meetingId: meeting.intId, userId: 'nodeJSapp' },
    { guests: decided, approvedBy },
  );
}

function decideCaller(bbb: Bbb, meeting: Meeting, caller: RegisteredUser, status: GuestStatus): void {
  const { intId, extId: voiceUserId, name: callerName } = caller;
  if (status === 'ALLOW') {
    joinVoice(bbb, meeting, { intId, voiceUserId, callerName, listenOnly: false });
    holdCaller(bbb, meeting, voiceUserId, false);
    return;
  }
  meeting.users.delete(intId);
  // The line by either id, and once more when the switch reports it gone.
  for (const id of [voiceUserId, intId, voiceUserId]) hangUpLine(bbb, meeting, id);
}

/** A waiting guest closes the page. */
export function leaveLobby(bbb: Bbb, meeting: Meeting, intId: string): boolean {
  const user = meeting.registered.get(intId);
  if (user === undefined || !meeting.guestsWaiting.delete(intId)) return false;
  user.loggedOut = true;
  tell(bbb, 'GuestWaitingLeftEvtMsg', { meetingId: meeting.intId, userId: intId }, { userId: intId });
  return true;
}

export function setGuestPolicy(bbb: Bbb, meeting: Meeting, policy: GuestPolicy, setBy: string): void {
  meeting.guestPolicy = policy;
  tell(bbb, 'GuestPolicyChangedEvtMsg', { meetingId: meeting.intId, userId: setBy }, { policy, setBy });
}
