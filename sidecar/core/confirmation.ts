/** Has BBB shown that an act took effect? Success is what BBB reports, never that something was sent. */
import type { Action } from './actions';
import type { MeetingView } from './decide';
import { isPresent } from './evidence';
import type { Attendee } from './meeting';

/** `confirmed`: BBB showed it. `moot`: no longer needed, for another reason. `open`: neither. */
export type Confirmation = 'confirmed' | 'moot' | 'open';

function wasEjected(attendee: Attendee | undefined): boolean {
  return attendee?.presence.some((edge) => edge.kind === 'ejected') === true;
}

function ejectConfirmed(view: MeetingView, action: Action & { type: 'eject-user' }): Confirmation {
  const rooms = [view.meeting, ...view.breakouts];
  const attendees = action.sessions.map(({ internalMeetingId, internalUserId }) =>
    rooms.find((room) => room.internalMeetingId === internalMeetingId)?.attendees.get(internalUserId),
  );
  if (attendees.some((attendee) => attendee !== undefined && isPresent(attendee))) return 'open';
  return attendees.some(wasEjected) ? 'confirmed' : 'moot';
}

/** What the meeting's state says about an act begun earlier. */
export function confirmationOf(action: Action, view: MeetingView): Confirmation {
  const { ended, recording } = view.meeting;
  switch (action.type) {
    case 'end-meeting':
      return ended === undefined ? 'open' : 'confirmed';
    case 'eject-user':
      return ended === undefined ? ejectConfirmed(view, action) : 'moot';
    case 'stop-recording':
      return recording?.active === false ? 'confirmed' : ended === undefined ? 'open' : 'moot';
    case 'send-notice':
    case 'mark-recording':
    case 'record-breach':
    case 'refresh-meeting':
      // Done when done: BBB shows nothing of these that could be waited for.
      return ended === undefined ? 'open' : 'moot';
  }
}
