/** meeting_duration: how long one run of a meeting may last: chat notices before the end, then the end. A meeting without a known start is not ended. */
import { z } from 'zod';
import { toBbbInteger } from '../bbb-integer';
import { DURATION_PATTERN, formatDuration, MINUTE_MS, parseDuration, SECOND_MS } from '../duration';
import { breach } from '../lines';
import type { Meeting } from '../meeting';
import { somebodyPresent } from '../persons';
import { ALLOW, type Limit, type LimitContext, type Verdict } from './define-limit';

/** BBB's own audit ends a meeting up to 10 s late; only past this is it ours to end. */
const GRACE_MS = 15 * SECOND_MS;
/** What a meeting met late is given where the tier has room for no notice, or notices are turned off. */
const UNANNOUNCED_LEAD_MS = 10 * MINUTE_MS;

const durationText = z
  .string()
  .meta({ pattern: DURATION_PATTERN, description: "a duration such as '90m', '3h' or '1h30m'" })
  .transform((text, context) => {
    const ms = parseDuration(text);
    if (ms !== undefined) return ms;
    context.addIssue({ code: 'custom', params: { expected: "a duration such as '3h'" }, input: text });
    return z.NEVER;
  });

/**
 * When the tier ends a meeting that began at `startedAt`: after its time, but with the longest notice that the tier has room for, counted
 * from when the tier became known. So a meeting that is met in the middle of its run is not ended without notices.
 */
export function tierEndOf(
  maxMs: number,
  startedAt: number,
  { noticesMs, tierKnownSince }: Pick<LimitContext, 'noticesMs' | 'tierKnownSince'>,
): number {
  const leads = noticesMs.filter((leadMs) => leadMs < maxMs);
  const leadMs = leads.length === 0 ? Math.min(UNANNOUNCED_LEAD_MS, maxMs) : Math.max(...leads);
  return Math.max(startedAt + maxMs, (tierKnownSince ?? Number.NEGATIVE_INFINITY) + leadMs);
}

/** When the tier ends it, and when BBB would by its own `duration`; undefined while the clock's start is unknown. */
function endOf(
  maxMs: number,
  { startedAt, props }: Meeting,
  context: LimitContext,
): { tierEndsAt: number; endsAt: number } | undefined {
  if (props === undefined || startedAt === undefined) return undefined;
  const tierEndsAt = tierEndOf(maxMs, startedAt, context);
  const nativeEndsAt =
    props.durationMinutes > 0 ? startedAt + props.durationMinutes * MINUTE_MS : Number.POSITIVE_INFINITY;
  return { tierEndsAt, endsAt: Math.min(tierEndsAt, nativeEndsAt) };
}

function minutes(ms: number): number {
  return Math.ceil(ms / MINUTE_MS);
}

function notices(maxMs: number, clockMeeting: Meeting, endsAt: number, context: LimitContext): Verdict {
  const { meeting, now, noticesMs, enforce } = context;
  const totalMs = endsAt - (clockMeeting.startedAt ?? endsAt);
  const leads = noticesMs.filter((leadMs) => leadMs < totalMs).toSorted((a, b) => a - b);
  const dueMs = leads.find((leadMs) => now >= endsAt - leadMs);
  const next = leads.findLast((leadMs) => now < endsAt - leadMs);
  const recheckAt = next === undefined ? endsAt : endsAt - next;
  if (dueMs === undefined || now >= endsAt || enforce === 'observe') return { actions: [], recheckAt };
  // By the length and not by the moment: after a restart the start may be dated some ms differently.
  const key = `meeting_duration/notice/${dueMs}/${totalMs}`;
  if (context.noticeSentAt(key) !== undefined || !somebodyPresent(meeting)) return { actions: [], recheckAt };
  const left = formatDuration(minutes(endsAt - now) * MINUTE_MS);
  const rule = `The tier ${context.tierTitle} allows ${formatDuration(maxMs)} a meeting.`;
  const text =
    enforce === 'soft'
      ? `${rule} They are over in ${left}; this meeting may go on, but it is noted.`
      : `This meeting ends in ${left}. ${rule}`;
  const value = minutes(now - (clockMeeting.startedAt ?? now));
  const reason = { limit: 'meeting_duration', enforce, value, allowed: minutes(maxMs) } as const;
  return { actions: [{ type: 'send-notice', key, reason, text }], recheckAt };
}

function breakoutOutlivesParent(context: LimitContext, maxMs: number): Verdict {
  const ended = context.parent?.ended;
  if (ended === undefined || !ended.certain) return ALLOW;
  const dueAt = ended.at + GRACE_MS;
  if (context.now < dueAt) return { actions: [], recheckAt: dueAt };
  const value = minutes(context.now - (context.parent?.startedAt ?? context.now));
  const reason = {
    limit: 'meeting_duration',
    enforce: context.enforce,
    value,
    allowed: minutes(maxMs),
  } as const;
  return { actions: [{ type: 'end-meeting', key: 'meeting_duration/end', reason }] };
}

function lasting(count: number): string {
  return Number.isFinite(count) ? formatDuration(count * MINUTE_MS) : 'any time';
}

/** In milliseconds. */
export const meetingDuration: Limit<'meeting_duration', number> = {
  name: 'meeting_duration',
  heading: 'duration',
  schema: durationText as z.ZodType<number>,
  valueSchema: z.number().int().meta({ description: 'milliseconds' }),
  allows: (a, b) => a >= b,
  isOpen: () => false,
  createParams: (maxMs) => ({ duration: String(toBbbInteger(minutes(maxMs))) }),
  amount: (maxMs) => maxMs / MINUTE_MS,
  because({ action, value, allowed }, tier) {
    const why = `because it had lasted ${lasting(value)} and ${tier} allows ${lasting(allowed)}`;
    return action === 'send-notice' ? `that its time is nearly over, ${why}` : why;
  },
  check(maxMs, context) {
    // A breakout room's clock is its parent's: it starts later, but never outlives it.
    const clockMeeting = context.meeting.props?.isBreakout === true ? context.parent : context.meeting;
    if (clockMeeting === undefined) return ALLOW;
    if (clockMeeting !== context.meeting && clockMeeting.ended !== undefined)
      return breakoutOutlivesParent(context, maxMs);
    const end = endOf(maxMs, clockMeeting, context);
    if (end === undefined) return ALLOW;
    const { now } = context;
    const dueAt = end.tierEndsAt + (context.enforce === 'hard' ? GRACE_MS : 0);
    if (now < dueAt) {
      const verdict = notices(maxMs, clockMeeting, end.endsAt, context);
      const recheckAt = now < (verdict.recheckAt ?? 0) ? verdict.recheckAt : dueAt;
      return { actions: verdict.actions, recheckAt };
    }
    // The parent's end takes its breakout rooms along; ending them first would cut people off twice.
    if (clockMeeting !== context.meeting) return ALLOW;
    const value = minutes(now - (clockMeeting.startedAt ?? now));
    const reason = {
      limit: 'meeting_duration',
      enforce: context.enforce,
      value,
      allowed: minutes(maxMs),
    } as const;
    if (context.enforce === 'hard')
      return { actions: [{ type: 'end-meeting', key: 'meeting_duration/end', reason }] };
    const text = `This meeting has used the ${formatDuration(maxMs)} that the tier ${context.tierTitle} allows. It may go on, but it is noted.`;
    return { actions: breach('meeting_duration/breach', reason, text, context.noticeSentAt) };
  },
};
