/** recording: whether a meeting may be recorded; stops a start that got through and marks what was caught. Never ends a meeting for it. */
import { z } from 'zod';
import type { Action } from '../actions';
import { isPresent } from '../evidence';
import { breach, lineAbout } from '../lines';
import type { Attendee, InternalUserId, Meeting } from '../meeting';
import { ALLOW, type Limit, type LimitContext } from './define-limit';

/**
 * In whose name BBB may accept the stop: moderators of this moment, first the starter (BBB reports a start only of somebody permitted), then
 * the owner. Who is known to lack the permission is left out: BBB drops the command without a reply (`PermissionCheck.scala`), and removes
 * its sender where `apps.ejectOnViolation` is set.
 */
function stoppers(meeting: Meeting, owner: string | undefined): readonly InternalUserId[] {
  const rank = ({ internalUserId, externalUserId }: Attendee): number => {
    if (internalUserId === meeting.recording?.setBy) return 0;
    return owner !== undefined && externalUserId === owner ? 1 : 2;
  };
  return [...meeting.attendees.values()]
    .filter(
      ({ kind, role, bot, mayRecord }) =>
        kind === 'web' && role === 'MODERATOR' && !bot && mayRecord !== false,
    )
    .filter(isPresent)
    .toSorted((a, b) => rank(a) - rank(b))
    .map(({ internalUserId }) => internalUserId);
}

function hard(context: LimitContext): readonly Action[] {
  const { meeting, tierTitle } = context;
  const reason = { limit: 'recording', enforce: 'hard', value: 1, allowed: 0 } as const;
  const actions: Action[] = [];
  if (context.noticeSentAt('recording/mark') === undefined)
    actions.push({ type: 'mark-recording', key: 'recording/mark', reason });
  if (meeting.recording?.active !== true) return actions;
  const [first, ...others] = stoppers(meeting, context.owner);
  // With allowStartStopRecording=false BBB refuses every stop: the mark alone keeps the recording from coming out.
  if (first === undefined || meeting.props?.allowStartStopRecording === false) return actions;
  const lineKey = `recording/line/${meeting.recording.at}`;
  const text = `Recording is not part of the tier ${tierTitle}. It is being stopped, and what was recorded will not be published.`;
  const key = `recording/stop/${meeting.recording.at}`;
  const stop: Action = { type: 'stop-recording', key, reason, candidates: [first, ...others] };
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
