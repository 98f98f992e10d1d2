/** recording: whether a meeting may be recorded; stops a start that got through and marks what was caught. Never ends a meeting for it. */
import { z } from 'zod';
import type { Action } from '../actions';
import { isPresent } from '../evidence';
import { breach, lineAbout } from '../lines';
import type { InternalUserId, Meeting } from '../meeting';
import { ALLOW, type Limit, type LimitContext } from './define-limit';

/**
 * In whose name BBB accepts the stop: who started it was permitted then (BBB emits the event only for them), else any moderator present.
 * SetRecordingStatusCmdMsg is dropped without a reply when the header's user may not (PermissionCheck.scala).
 */
function permittedUser(meeting: Meeting, owner: string | undefined): InternalUserId | undefined {
  const present = [...meeting.attendees.values()].filter(
    (attendee) => isPresent(attendee) && attendee.kind === 'web',
  );
  const starter = present.find((attendee) => attendee.internalUserId === meeting.recording?.setBy);
  const moderators = present.filter((attendee) => attendee.role === 'MODERATOR' && !attendee.bot);
  const ownerHere = moderators.find((attendee) => owner !== undefined && attendee.externalUserId === owner);
  return (starter ?? ownerHere ?? moderators[0])?.internalUserId;
}

function hard(context: LimitContext): readonly Action[] {
  const { meeting, tierTitle } = context;
  const reason = { limit: 'recording', enforce: 'hard', value: 1, allowed: 0 } as const;
  const actions: Action[] = [];
  if (context.noticeSentAt('recording/mark') === undefined)
    actions.push({ type: 'mark-recording', key: 'recording/mark', reason });
  if (meeting.recording?.active !== true) return actions;
  const as = permittedUser(meeting, context.owner);
  // With allowStartStopRecording=false BBB refuses every stop: the mark alone keeps the recording from coming out.
  if (as === undefined || meeting.props?.allowStartStopRecording === false) return actions;
  const lineKey = `recording/line/${meeting.recording.at}`;
  const text = `Recording is not part of the tier ${tierTitle}. It is being stopped, and what was recorded will not be published.`;
  const stop: Action = { type: 'stop-recording', key: `recording/stop/${meeting.recording.at}`, reason, as };
  if (context.noticeSentAt(lineKey) === undefined) actions.push(lineAbout(stop, lineKey, text));
  return [...actions, stop];
}

export const recording: Limit<'recording', boolean> = {
  name: 'recording',
  heading: 'recording',
  schema: z.boolean(),
  valueSchema: z.boolean(),
  allows: (a, b) => a || !b,
  isOpen: (allowed) => allowed,
  createParams: (allowed) =>
    allowed ? {} : { record: 'false', autoStartRecording: 'false', allowStartStopRecording: 'false' },
  amount: Number,
  because: (_occasion, tier) => `because recording is not part of ${tier}`,
  check(allowed, context) {
    const { meeting, enforce } = context;
    if (allowed || meeting.recordedAt === undefined) return ALLOW;
    if (enforce === 'hard') return { actions: hard(context) };
    const reason = { limit: 'recording', enforce, value: 1, allowed: 0 } as const;
    const text = `Recording is not part of the tier ${context.tierTitle}. It may go on, but it is noted.`;
    return { actions: breach('recording/breach', reason, text, context.noticeSentAt) };
  },
};
