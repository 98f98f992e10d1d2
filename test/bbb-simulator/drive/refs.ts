/** How scenarios name meetings and people; what cannot be found is an error of the scenario. */
import { findMeeting, type Meeting, type RegisteredUser, runningMeeting } from '../model/state';
import type { Simulation } from '../simulation';

/** A meeting by internal or external id, or by a view of it. */
export type MeetingRef = string | { readonly internalMeetingId: string };
/** Somebody by internal id, or as returned by `join`. */
export type UserRef = string | { readonly internalUserId: string };

export function idOf(user: UserRef): string {
  return typeof user === 'string' ? user : user.internalUserId;
}

/** The newest such meeting. Throws when there is none, or when it is over. */
export function meetingAt({ bbb }: Simulation, ref: MeetingRef): Meeting {
  const id = typeof ref === 'string' ? ref : ref.internalMeetingId;
  const meeting = findMeeting(bbb, id);
  if (meeting === undefined) throw new Error(`no meeting has the internal or external id '${id}'`);
  if (runningMeeting(bbb, meeting.intId) === undefined) throw new Error(`the meeting '${id}' is over`);
  return meeting;
}

export function registeredAt(meeting: Meeting, user: UserRef): RegisteredUser {
  const registered = meeting.registered.get(idOf(user));
  if (registered === undefined) throw new Error(`nobody is registered as '${idOf(user)}'`);
  return registered;
}
