/** Running meetings: all, one, and the end of one; what ends it is elsewhere. */
import { defineOperation, type Operation } from '../operation';
import { meetingPath } from '../parameters';
import { Refusal } from '../problem';
import * as schemas from '../schemas';
import { decisionView } from '../views';
import { type OperationDeps, READ } from './deps';

/** Throws Refusal 404, or 409 for one that has just ended. */
function running({ live }: OperationDeps, id: string) {
  const meeting = live.find(id);
  if (meeting === undefined || (meeting.props === undefined && meeting.ended === undefined))
    throw new Refusal(404, 'No running meeting has this internal or external id.');
  if (meeting.ended !== undefined) throw new Refusal(409, 'This meeting has ended.');
  return meeting;
}

export function meetingOperations(deps: OperationDeps): readonly Operation[] {
  const { live, operatorEnd, recent } = deps;
  return [
    defineOperation({
      ...READ,
      id: 'listMeetings',
      path: '/meetings',
      summary: 'The running meetings, newest first.',
      answer: schemas.meetings,
      errors: [],
      run: () => ({ items: [...live.all()] }),
    }),
    defineOperation({
      ...READ,
      id: 'getMeeting',
      path: '/meetings/{id}',
      summary: 'One running meeting.',
      pathSchema: meetingPath,
      answer: schemas.liveMeeting,
      errors: [404],
      run({ path }) {
        const meeting = live.find(path.id);
        const shown = meeting === undefined ? undefined : live.one(meeting.internalMeetingId);
        if (shown === undefined)
          throw new Refusal(404, 'No running meeting has this internal or external id.');
        return shown;
      },
    }),
    defineOperation({
      ...READ,
      id: 'endMeeting',
      method: 'post',
      path: '/meetings/{id}/end',
      summary: 'Ends a running meeting. The answer is the decision as it is now; BBB confirms it later.',
      role: 'operator',
      status: 202,
      pathSchema: meetingPath,
      answer: schemas.decision,
      errors: [404, 409],
      async run({ path, admin }) {
        const meeting = running(deps, path.id);
        const assignment = deps.state().tiers.known(meeting.internalMeetingId);
        const code = await operatorEnd.end(meeting, assignment, admin.subject);
        const decision = recent.get(code);
        if (decision === undefined) throw new Error('expected the decision just made, found none');
        return decisionView(decision);
      },
    }),
  ];
}
