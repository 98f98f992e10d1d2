/** Removing somebody: akka-apps' ejection, with or without a ban; who may ask for it is decided elsewhere. */
import { endMedia, hangUpLine } from './media';
import { assignPresenterAutomatically } from './people';
import { type Bbb, type Meeting, nextOrder, type RegisteredUser, tell } from './state';
import { hangUpVoice } from './voice';

export interface EjectReason {
  readonly ejectedBy: string;
  readonly reason: string;
  readonly reasonCode: string;
  readonly ban: boolean;
}

/**
 * `UsersApp.ejectUserFromMeeting`. Somebody registered but not present is flagged only, and no leaving is told.
 * A ban keeps `joined`, so a banned account goes on using up one of `maxUsers`. Unknown ids are ignored.
 */
export function eject(bbb: Bbb, meeting: Meeting, intId: string, why: EjectReason): boolean {
  const registered = meeting.registered.get(intId);
  if (registered === undefined) {
    tellDisconnection(bbb, meeting, intId, why);
    return false;
  }
  if (why.ban) registered.banned = true;
  else {
    registered.ejected = true;
    registered.joined = false;
  }
  const present = meeting.users.get(intId);
  noteEjection(bbb, meeting, registered, why, present !== undefined);
  if (present !== undefined) {
    meeting.users.delete(intId);
    tell(
      bbb,
      'UserLeftMeetingEvtMsg',
      { meetingId: meeting.intId, userId: intId },
      { intId, eject: true, ejectedBy: why.ejectedBy, reason: why.reason, reasonCode: why.reasonCode },
    );
    if (present.presenter) assignPresenterAutomatically(bbb, meeting);
    endMedia(bbb, meeting, intId);
  }
  const voiceUserId = meeting.voiceUsers.get(intId)?.voiceUserId;
  if (voiceUserId !== undefined) hangUpLine(bbb, meeting, voiceUserId);
  tellDisconnection(bbb, meeting, intId, why);
  // A caller who waits stays on hold on the line, known to nobody: letting them in afterwards does nothing.
  if (meeting.guestsWaiting.delete(intId)) meeting.registered.delete(intId);
  hangUpVoice(bbb, meeting, intId);
  return true;
}

/** For somebody unknown as well: it does not show that anybody was there. */
function tellDisconnection(bbb: Bbb, meeting: Meeting, userId: string, why: EjectReason): void {
  const { intId: meetingId } = meeting;
  const { ejectedBy, reasonCode: reason } = why;
  tell(bbb, 'DisconnectClientSysMsg', { meetingId, userId }, { meetingId, userId, ejectedBy, reason });
}

function noteEjection(
  bbb: Bbb,
  meeting: Meeting,
  user: RegisteredUser,
  why: EjectReason,
  wasPresent: boolean,
): void {
  meeting.ejections.push({
    order: nextOrder(bbb),
    at: bbb.now,
    internalUserId: user.intId,
    externalUserId: user.extId,
    name: user.name,
    ejectedBy: why.ejectedBy,
    reason: why.reason,
    reasonCode: why.reasonCode,
    banned: why.ban,
    wasPresent,
  });
}
