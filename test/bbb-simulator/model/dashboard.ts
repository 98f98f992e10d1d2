/** The learning dashboard's summary, where the feature is on: the one event that ties external to internal user ids. */
import { DASHBOARD_EVERY_MS } from './create';
import { putDue } from './due';
import { type Bbb, type Meeting, tell } from './state';

export function tellDashboard(bbb: Bbb, meeting: Meeting): void {
  putDue(bbb, { at: bbb.now + DASHBOARD_EVERY_MS, kind: 'dashboard', id: meeting.intId, detail: '' });
  const users = Object.fromEntries(
    [...meeting.registered.values()].map((user) => [
      user.extId,
      {
        userKey: user.extId,
        extId: user.extId,
        intIds: {
          [user.intId]: { intId: user.intId, sessions: [{ registeredOn: user.registeredOn, leftOn: 0 }] },
        },
        name: user.name,
        isModerator: user.role === 'MODERATOR',
        isDialIn: user.intId.startsWith('v_'),
      },
    ]),
  );
  const activity = {
    intId: meeting.intId,
    extId: meeting.extId,
    name: meeting.props.meetingProp.name,
    users,
    createdOn: meeting.createdAt,
    endedOn: meeting.end?.at ?? 0,
  };
  tell(
    bbb,
    'LearningDashboardEvtMsg',
    { meetingId: meeting.intId },
    {
      learningDashboardAccessToken: meeting.props.password.learningDashboardAccessToken,
      activityJson: JSON.stringify(activity),
    },
  );
}
