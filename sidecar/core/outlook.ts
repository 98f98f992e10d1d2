/** What operators are shown of a running meeting: who counts, what is left, what will happen next. Pure; asks `decide`, decides nothing. */
import { type DecideContext, decide, type EffectiveTier, type MeetingView } from './decide';
import { MINUTE_MS, SECOND_MS } from './duration';
import { isWhole } from './evidence';
import { tierEndOf } from './limits/meeting-duration';
import type { Meeting } from './meeting';
import { presentPersons } from './persons';

export interface Outlook {
  /** The earlier of the tier's and BBB's own end, epoch ms; undefined: no end. */
  readonly endsAt: number | undefined;
  readonly remainingSeconds: number | undefined;
  /** As the limit counts: accounts and phone callers, each once, no bots. */
  readonly people: number;
  readonly dialIns: number;
  readonly places: number | 'unlimited';
  readonly recording: 'off' | 'on' | 'unknown';
  readonly recordingAllowed: boolean;
  /** What happens next if nobody does anything; undefined: nothing. */
  readonly next:
    | { readonly action: 'send-notice' | 'end-meeting' | 'look-again'; readonly at: number }
    | undefined;
}

export type OutlookContext = Pick<DecideContext, 'now' | 'noticesMs'>;

/** Notices before the end, the end, the grace: no meeting has more moments ahead than this. */
const MOST_STEPS = 32;

function nativeEndOf(meeting: Meeting): number | undefined {
  const minutes = meeting.props?.durationMinutes ?? 0;
  return meeting.startedAt === undefined || minutes <= 0
    ? undefined
    : meeting.startedAt + minutes * MINUTE_MS;
}

/** A breakout room's clock is its parent's, and its own native one. */
function endOf(view: MeetingView, tier: EffectiveTier, { noticesMs }: OutlookContext): number | undefined {
  const clockMeeting = view.meeting.props?.isBreakout === true ? view.parent : view.meeting;
  const { max } = tier.limits.meeting_duration;
  const startedAt = clockMeeting?.startedAt;
  const ends = [
    max === 'unlimited' || startedAt === undefined
      ? undefined
      : tierEndOf(max, startedAt, { noticesMs, tierKnownSince: tier.knownSince }),
    nativeEndOf(view.meeting),
    clockMeeting === undefined ? undefined : nativeEndOf(clockMeeting),
  ].filter((at) => at !== undefined);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

function recordingOf(meeting: Meeting): Outlook['recording'] {
  const { recording, props } = meeting;
  if (recording !== undefined) return recording.active ? 'on' : 'off';
  const startsOnlyByHand = props?.autoStartRecording === false && isWhole(meeting);
  return props?.record === false || startsOnlyByHand ? 'off' : 'unknown';
}

/** The tier with nothing in it but the clock: the rest does not change with time alone. */
function clockOnly(tier: EffectiveTier): EffectiveTier {
  const limits = {
    ...tier.limits,
    participants: { max: 'unlimited', enforce: 'hard' },
    recording: { max: 'unlimited', enforce: 'hard' },
  } as const;
  return { ...tier, limits };
}

/** Walks the moments at which the clock alone makes something happen, and takes the first. */
function nextByClock(
  view: MeetingView,
  tier: EffectiveTier,
  context: OutlookContext,
  endsAt: number | undefined,
): Outlook['next'] {
  const clock = clockOnly(tier);
  const lastAt = context.now + (endsAt === undefined ? 0 : Math.max(0, endsAt - context.now)) + MINUTE_MS;
  // What is due by now was sent or will be in this very second: only what is still to come counts.
  const said = { ...context, noticeSentAt: () => context.now };
  let at = decide(view, clock, said).recheckAt;
  for (let step = 0; step < MOST_STEPS && at !== undefined && at <= lastAt; step += 1) {
    const later = decide(view, clock, { ...context, now: at, noticeSentAt: () => undefined });
    const [action] = later.actions;
    if (action?.type === 'send-notice' || action?.type === 'end-meeting') return { action: action.type, at };
    if (action !== undefined) return { action: 'look-again', at };
    if (at === endsAt && at === nativeEndOf(view.meeting)) return { action: 'end-meeting', at };
    at = later.recheckAt !== undefined && later.recheckAt > at ? later.recheckAt : undefined;
  }
  return endsAt === undefined || endsAt < context.now ? undefined : { action: 'end-meeting', at: endsAt };
}

function nextOf(
  view: MeetingView,
  tier: EffectiveTier,
  context: OutlookContext,
  endsAt: number | undefined,
): Outlook['next'] {
  const { now } = context;
  const due = decide(view, tier, { ...context, noticeSentAt: () => now });
  if (due.actions.some((action) => action.type === 'end-meeting')) return { action: 'end-meeting', at: now };
  const next = nextByClock(view, tier, context, endsAt);
  // Somebody is about to be removed, or BBB is being asked: that comes first.
  const isBusy = due.actions.length > 0 && due.recheckAt !== undefined;
  return isBusy && due.recheckAt !== undefined && due.recheckAt < (next?.at ?? Number.POSITIVE_INFINITY)
    ? { action: 'look-again', at: due.recheckAt }
    : next;
}

/** The outlook of a meeting whose properties are known. Times are epoch ms of our steady clock. */
export function outlook(view: MeetingView, tier: EffectiveTier, context: OutlookContext): Outlook {
  const counted = presentPersons(view.meeting, view.breakouts).filter((person) => person.known);
  const endsAt = endOf(view, tier, context);
  const recording = tier.limits.recording.max;
  return {
    endsAt,
    remainingSeconds:
      endsAt === undefined ? undefined : Math.max(0, Math.ceil((endsAt - context.now) / SECOND_MS)),
    people: counted.length,
    dialIns: counted.filter((person) => person.dialIn).length,
    places: tier.limits.participants.max,
    recording: recordingOf(view.meeting),
    recordingAllowed: recording === 'unlimited' || recording,
    next: nextOf(view, tier, context, endsAt),
  };
}
