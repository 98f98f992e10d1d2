/** When a run of a meeting began, by our clock; pure. What is not certain is left open, and then no limit of its duration is held. */
import { type BbbInstant, bbbEpochMs, bbbInstant } from './bbb-instant';
import type { ClockState } from './clock-doubt';
import { STEP_MS, trustedOffsetMs } from './clock-doubt';
import type { InternalMeetingId, Meeting } from './meeting';

/** BBB itself is younger: earlier stamps are seconds taken for milliseconds, or a clock that was never set. */
const EARLIEST = Date.UTC(2010, 0, 1);
/** `sha1hex(external id)-createTime`; of any other id nothing is concluded. */
const INTERNAL_ID = /^[0-9a-f]{40}-(\d+)$/;

/** Why a `createTime` is not used. */
export type BadCreateTime = 'before-2010' | 'in-the-future' | 'contradicts-id';

/** What is wrong with a `createTime`, read when BBB's clock showed `bbbNow`; undefined: nothing. In seconds it lies before 2010. */
export function badCreateTime(
  createTime: BbbInstant,
  internalMeetingId: InternalMeetingId,
  bbbNow: BbbInstant,
): BadCreateTime | undefined {
  const at = bbbEpochMs(createTime);
  const inId = INTERNAL_ID.exec(internalMeetingId)?.[1];
  if (at < EARLIEST) return 'before-2010';
  if (at > bbbEpochMs(bbbNow) + STEP_MS) return 'in-the-future';
  if (inId !== undefined && Math.abs(Number(inId) - at) > STEP_MS) return 'contradicts-id';
  return undefined;
}

export interface StartTime {
  readonly startedAt: number;
  /** BBB has not stamped anything for two resyncs, and its clock was taken to be as it was, or as ours. */
  readonly isAssumed: boolean;
}

/** Since when BBB's clock is unseen, or undefined while its stamps come. */
function unseenSince({ agreedAt, startedAt, resyncMs }: ClockState, now: number): number | undefined {
  const since = agreedAt ?? startedAt;
  return now - since >= 2 * resyncMs ? since : undefined;
}

/**
 * When the meeting began, by its `createTime`. Undefined while that is uncertain: a clock is in doubt, BBB's clock was not seen since the
 * meeting was, the `createTime` is not usable, or it is older than the last step of BBB's clock. After two resyncs without any stamp of
 * BBB's its clock is assumed to go on as before.
 */
export function startTimeOf(meeting: Meeting, clock: ClockState, now: number): StartTime | undefined {
  const { props, knownSince, internalMeetingId } = meeting;
  const offsetMs = trustedOffsetMs(clock);
  if (props === undefined || knownSince === undefined || offsetMs === undefined) return undefined;
  const isAssumed = unseenSince(clock, now) !== undefined;
  const isSeenSince = clock.agreedAt !== undefined && clock.agreedAt >= knownSince;
  if (!isAssumed && !isSeenSince) return undefined;
  const bbbNow = bbbInstant(now + offsetMs);
  if (badCreateTime(props.createTime, internalMeetingId, bbbNow) !== undefined) return undefined;
  const startedAt = Math.min(now, bbbEpochMs(props.createTime) - offsetMs);
  return startedAt < clock.bbbSteadySince ? undefined : { startedAt, isAssumed };
}
