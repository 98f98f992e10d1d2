/**
 * How BBB's clock and ours stand to each other, and whether that is certain. Pure: readings go in, the state comes out.
 *
 * Three clocks are compared: our steady clock (`now`, never jumps), our wall clock, and BBB's wall clock, which is only seen in stamps. A
 * step of one of the wall clocks is doubt until two readings of BBB's meetings, an interval apart, have found both steady, or at the latest for
 * two intervals. A difference that does not change is none.
 */
import { type BbbInstant, bbbEpochMs } from './bbb-instant';
import { SECOND_MS } from './duration';

/** Less is the way of a message, or a clock being slewed by NTP. */
export const STEP_MS = 2 * SECOND_MS;
/** So many readings must agree: one message with a wrong stamp moves nothing. */
const AGREEING = 3;
/** An old reading fades within two of these windows, so that a slow drift is followed. */
const WINDOW_MS = 30 * SECOND_MS;

/** A step that was seen, and since when everything has been steady again. `ownMs`, `bbbMs`: by how much each was set in all, undefined: not at all. */
export interface ClockDoubt {
  readonly since: number;
  readonly steadySince: number;
  readonly ownMs: number | undefined;
  readonly bbbMs: number | undefined;
}

/** Readings that agree with each other, but not with the offset. */
interface Differing {
  readonly since: number;
  readonly offsetMs: number;
  readonly count: number;
}

/** All moments are on our steady clock. */
export interface ClockState {
  readonly resyncMs: number;
  readonly startedAt: number;
  /** Our wall clock minus our steady one. */
  readonly ownOffsetMs: number;
  /** BBB's wall clock minus our steady one, as the newest agreeing readings have it; undefined: BBB has stamped nothing yet. */
  readonly offsetMs: number | undefined;
  /** When the newest reading came that agrees with it. */
  readonly agreedAt: number | undefined;
  /** BBB's clock is not known to have been set since. */
  readonly bbbSteadySince: number;
  readonly doubt: ClockDoubt | undefined;
  /** A message is never received before it was stamped: the greatest of late is the one that was under way for the shortest time. */
  readonly best: { readonly windowEndsAt: number; readonly current: number; readonly previous: number };
  readonly differing: Differing | undefined;
}

const UNREAD = {
  windowEndsAt: Number.NEGATIVE_INFINITY,
  current: Number.NEGATIVE_INFINITY,
  previous: Number.NEGATIVE_INFINITY,
};

/** Nothing was read yet but our own wall clock. */
export function freshClockState(now: number, wall: number, resyncMs: number): ClockState {
  return {
    resyncMs,
    startedAt: now,
    ownOffsetMs: wall - now,
    offsetMs: undefined,
    agreedAt: undefined,
    bbbSteadySince: Number.NEGATIVE_INFINITY,
    doubt: undefined,
    best: UNREAD,
    differing: undefined,
  };
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : a + b;
}

function doubted(state: ClockState, now: number, stepped: { ownMs?: number; bbbMs?: number }): ClockDoubt {
  return {
    since: state.doubt?.since ?? now,
    steadySince: now,
    ownMs: sum(state.doubt?.ownMs, stepped.ownMs),
    bbbMs: sum(state.doubt?.bbbMs, stepped.bbbMs),
  };
}

/** Have BBB's stamps agreed since? Without any stamps ever, ours must do. */
function isBbbSteady({ offsetMs, agreedAt }: ClockState, since: number): boolean {
  return offsetMs === undefined || (agreedAt !== undefined && agreedAt >= since);
}

/** Where BBB cannot be read, the doubt is over after two intervals without another step, in the second of which BBB's stamps agreed. */
function settled(state: ClockState, now: number): ClockState {
  const { doubt, resyncMs } = state;
  if (doubt === undefined || now < doubt.steadySince + 2 * resyncMs) return state;
  return isBbbSteady(state, doubt.steadySince + resyncMs) ? { ...state, doubt: undefined } : state;
}

/** BBB's meetings were read. A step has them read at once; the doubt is over with a reading a whole interval after that. */
export function withReading(state: ClockState, now: number): ClockState {
  const { doubt, resyncMs } = state;
  if (doubt === undefined || now < doubt.steadySince + resyncMs) return state;
  return isBbbSteady(state, doubt.steadySince) ? { ...state, doubt: undefined } : state;
}

/** Our wall clock was read. */
export function withOwnWall(state: ClockState, now: number, wall: number): ClockState {
  const ownOffsetMs = wall - now;
  const ownMs = ownOffsetMs - state.ownOffsetMs;
  const isStep = Math.abs(ownMs) > STEP_MS;
  const doubt = isStep ? doubted(state, now, { ownMs }) : state.doubt;
  if (doubt === undefined && ownMs === 0) return state;
  return settled({ ...state, ownOffsetMs, doubt }, now);
}

function agreeing(state: ClockState, now: number, offsetMs: number): ClockState {
  const { best } = state;
  const isOver = now >= best.windowEndsAt;
  const previous = isOver ? best.current : best.previous;
  const current = isOver ? offsetMs : Math.max(best.current, offsetMs);
  const windowEndsAt = isOver ? now + WINDOW_MS : best.windowEndsAt;
  return {
    ...state,
    offsetMs: Math.max(current, previous),
    agreedAt: now,
    best: { windowEndsAt, current, previous },
    differing: undefined,
  };
}

/** Enough readings agree on another offset: the first ever, or BBB's clock was set. */
function stepped(state: ClockState, now: number, { since, offsetMs }: Differing): ClockState {
  const next = agreeing({ ...state, best: UNREAD }, now, offsetMs);
  if (state.offsetMs === undefined) return next;
  const bbbMs = offsetMs - state.offsetMs;
  return { ...next, bbbSteadySince: since, doubt: doubted(state, now, { bbbMs }) };
}

/**
 * A message stamped by BBB was received at `now`. Stamps that lie too far back may have been under way for long, so they must differ for
 * longer than a message takes before they count as a step; stamps from the future cannot.
 */
export function withBbbStamp(state: ClockState, now: number, stamp: BbbInstant): ClockState {
  const offsetMs = bbbEpochMs(stamp) - now;
  const known = state.offsetMs;
  if (known !== undefined && Math.abs(offsetMs - known) <= STEP_MS)
    return settled(agreeing(state, now, offsetMs), now);
  const before = state.differing;
  const isSame = before !== undefined && Math.abs(offsetMs - before.offsetMs) <= STEP_MS;
  const differing = {
    since: isSame ? before.since : now,
    offsetMs: isSame ? Math.max(before.offsetMs, offsetMs) : offsetMs,
    count: isSame ? before.count + 1 : 1,
  };
  const mayBeLate = known !== undefined && offsetMs < known;
  const isEnough = differing.count >= AGREEING && (!mayBeLate || now - differing.since >= STEP_MS);
  return isEnough ? stepped(state, now, differing) : { ...state, differing };
}

/**
 * Do stamps lie too far back, without it being certain yet whether a message was under way for long or BBB's clock was set back? Where nothing
 * more comes within two intervals, the bus is lost, or the next stamp shows how it stands.
 */
export function isUndecided({ differing, offsetMs, resyncMs }: ClockState, now: number): boolean {
  if (differing === undefined || offsetMs === undefined || now >= differing.since + 2 * resyncMs)
    return false;
  return differing.offsetMs < offsetMs;
}

/** BBB's clock minus our steady one for what was stamped just now; undefined while in doubt. Before the first stamps, BBB's is taken for ours. */
export function trustedOffsetMs(state: ClockState): number | undefined {
  return state.doubt === undefined ? (state.offsetMs ?? state.ownOffsetMs) : undefined;
}

/** How long a message of this stamp that is received now was under way, ms; undefined while BBB's clock is not certain. */
export function ageMs(state: ClockState, now: number, stamp: BbbInstant): number | undefined {
  const { doubt, offsetMs } = state;
  if (doubt !== undefined || offsetMs === undefined || isUndecided(state, now)) return undefined;
  return Math.max(0, now + offsetMs - bbbEpochMs(stamp));
}

/** BBB's wall clock minus our wall clock; undefined before the first stamps. */
export function skewMs(state: ClockState): number | undefined {
  return state.offsetMs === undefined ? undefined : state.offsetMs - state.ownOffsetMs;
}
