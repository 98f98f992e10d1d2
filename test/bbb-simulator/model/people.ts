/** Who is there, who moderates, who presents: the questions akka-apps asks of its user list. */
import { isSince } from '../version';
import { type Bbb, type Meeting, type PresentUser, tell } from './state';

/** Everybody but bots, phone callers and left-flagged people included (`Users2x.numUsers`). */
export function numUsers(meeting: Meeting): number {
  return [...meeting.users.values()].filter((user) => !user.bot).length;
}

export function activeModerators(meeting: Meeting): PresentUser[] {
  return [...meeting.users.values()].filter(
    (user) => user.role === 'MODERATOR' && user.leftFlagAt === undefined,
  );
}

/** `PermissionCheck`: present with role MODERATOR, connected or not. */
export function isModerator(meeting: Meeting, intId: string): boolean {
  return meeting.users.get(intId)?.role === 'MODERATOR';
}

export function hasPresenter(meeting: Meeting): boolean {
  return [...meeting.users.values()].some((user) => user.presenter);
}

/** The first moderator present becomes presenter; 3.0 sends it two or three times over, 2.x once. */
export function assignPresenterAutomatically(bbb: Bbb, meeting: Meeting): void {
  const moderator = activeModerators(meeting)[0];
  if (moderator === undefined) return;
  for (const user of meeting.users.values()) user.presenter = user === moderator;
  for (let times = 0; times < (isSince(bbb.settings.version, '3.0') ? 2 : 1); times += 1) {
    tell(
      bbb,
      'PresenterAssignedEvtMsg',
      { meetingId: meeting.intId, userId: moderator.intId },
      { presenterId: moderator.intId, presenterName: moderator.name, assignedBy: moderator.intId },
    );
  }
}
