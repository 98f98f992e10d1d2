/** How the clocks stand to each other, in plain English for operators; decides nothing. */
import { type ClockState, STEP_MS, skewMs } from './clock-doubt';
import { formatDuration, SECOND_MS } from './duration';

/** Whole seconds: `3600 s` is `1h`. */
function amount(ms: number): string {
  return formatDuration(Math.round(Math.abs(ms) / SECOND_MS) * SECOND_MS);
}

function step(whose: string, ms: number): string {
  const isSlight = Math.abs(ms) < SECOND_MS;
  return isSlight
    ? `${whose} was set and set back`
    : `${whose} was set ${ms > 0 ? 'forward' : 'back'} by ${amount(ms)}`;
}

/** Which clock jumped, by how much, and what it means; empty when there is no doubt. */
export function clockDoubtText({ doubt, resyncMs }: ClockState): string {
  if (doubt === undefined) return '';
  const { ownMs, bbbMs, steadySince } = doubt;
  const steps = [
    ...(ownMs === undefined ? [] : [step("this host's wall clock", ownMs)]),
    ...(bbbMs === undefined ? [] : [step("BBB's clock", bbbMs)]),
  ].join('; ');
  const until = new Date(steadySince + resyncMs).toISOString().slice(11, 19);
  return `${steps}: no meeting is ended and nobody is removed until the clocks have agreed in two readings, ${amount(resyncMs)} apart (${until}Z at the earliest)`;
}

/** This host's wall clock minus BBB's, 0 where that is too little to matter or not known. */
export function shownSkewMs(state: ClockState): number {
  const ms = skewMs(state) ?? 0;
  return Math.abs(ms) < STEP_MS ? 0 : -ms;
}

/** For `/readyz`. A difference that does not change is shown, and is no fault. */
export function clockText(state: ClockState): string {
  if (state.doubt !== undefined) return clockDoubtText(state);
  if (state.offsetMs === undefined)
    return 'no time stamp from BBB yet; its clock is taken to be that of this host';
  const ms = shownSkewMs(state);
  return ms === 0
    ? "agrees with BBB's clock"
    : `BBB's clock is steadily ${amount(ms)} ${ms < 0 ? 'ahead of' : 'behind'} this host's`;
}
