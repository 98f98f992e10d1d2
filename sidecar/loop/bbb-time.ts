/** Keeps how BBB's clock stands to ours, and brings what BBB stamped onto our clock; the rules are the core's. */
import type { BbbInstant } from '../core/bbb-instant';
import type { Clock, Scheduled } from '../core/clock';
import {
  ageMs,
  type ClockState,
  freshClockState,
  isUndecided,
  STEP_MS,
  trustedOffsetMs,
  withBbbStamp,
  withOwnWall,
  withReading,
} from '../core/clock-doubt';
import { clockDoubtText } from '../core/clock-text';
import type { MeetingEvent } from '../core/events';
import { fromBus, fromWebhook, type StampedEvent } from '../core/stamped-event';
import { startTimeOf } from '../core/start-time';
import type { Log } from '../log';
import type { Intake } from './intake';
import type { Meetings } from './meetings';

/** So many answers settle where BBB's clock stands. */
const QUESTIONS = 3;

export interface BbbTimeOptions {
  readonly clock: Clock;
  readonly resyncMs: number;
  /** Has akka-apps stamp an answer on the bus. */
  readonly ask: () => void;
  readonly meetings: Pick<Meetings, 'all' | 'get'>;
  readonly intake: Intake;
  /** A clock was set: BBB's meetings are read, to compare with the next reading. */
  readonly onStep: () => void;
  /** A doubt is over: every meeting is looked at again. */
  readonly onSettled: () => void;
  readonly log: Log;
}

export interface BbbTime {
  /** The event on our clock; its stamp is a reading of BBB's. `busSince`: when the bus was subscribed to. */
  fromBus(event: StampedEvent, busSince: number | undefined): MeetingEvent;
  /** The event on our clock. */
  fromWebhook(event: StampedEvent): MeetingEvent;
  /** A reading of BBB's clock, received just now. */
  stamped(at: BbbInstant): void;
  /** Reads our own wall clock. False while a clock is in doubt, or may be. */
  isCertain(): boolean;
  /** After a reading of all meetings: ends a doubt that is over, and asks for the time where a meeting's start is still open. */
  look(): void;
  /** Asks BBB for the time. */
  ask(): void;
  /** How long a message of this stamp has been under way; undefined: BBB's clock is not certain. */
  ageMs(at: BbbInstant): number | undefined;
  state(): ClockState;
  stop(): void;
}

/** Starts with what our own clocks show. */
export function createBbbTime(options: BbbTimeOptions): BbbTime {
  const { clock, meetings, intake, resyncMs, log } = options;
  let state = freshClockState(clock.now(), clock.wall(), resyncMs);
  let timer: Scheduled | undefined;
  let undecided: Scheduled | undefined;
  /** When BBB was asked for the time by which to date meetings; undefined: there is none to date. */
  let askedAt: number | undefined;

  /** Looks again when a doubt can be over, for meetings may wait for that and nothing else. */
  function arm(): void {
    timer?.cancel();
    const since = state.doubt?.steadySince ?? state.differing?.since;
    if (since === undefined) return;
    const delayMs = Math.max(resyncMs, since + 2 * resyncMs - clock.now());
    timer = clock.schedule(delayMs, () => {
      if (isCertain()) options.onSettled();
      else arm();
    });
  }

  function become(next: ClockState): void {
    const before = state;
    state = next;
    const now = clock.now();
    const wasUndecided = isUndecided(before, now);
    if (!wasUndecided && isUndecided(next, now)) {
      ask();
      askOnceMore();
      arm();
    }
    if (wasUndecided && next.differing === undefined && next.doubt === undefined) options.onSettled();
    if (before.doubt === next.doubt) return;
    if (before.doubt === undefined)
      log.warn({ clock: clockDoubtText(next) }, 'a clock was set; limits are only observed');
    arm();
    if (next.doubt !== undefined) {
      options.onStep();
      return;
    }
    log.info('the clocks agree again; limits are held');
    options.onSettled();
  }

  /** By the answers it is decided whether BBB's clock was set back. */
  function askOnceMore(): void {
    undecided?.cancel();
    undecided = clock.schedule(STEP_MS, ask);
  }

  function stamped(at: BbbInstant): void {
    become(withBbbStamp(withOwnWall(state, clock.now(), clock.wall()), clock.now(), at));
    if (askedAt === undefined || state.agreedAt === undefined || state.agreedAt < askedAt) return;
    askedAt = undefined;
    date();
  }

  function isCertain(): boolean {
    become(withOwnWall(state, clock.now(), clock.wall()));
    return state.doubt === undefined && !isUndecided(state, clock.now());
  }

  /** Every running meeting whose start is open or assumed; true when one stays so. */
  function date(): boolean {
    let isUndated = false;
    for (const meeting of [...meetings.all()]) {
      const { internalMeetingId, props, ended, startedAt, isStartAssumed } = meeting;
      if (props === undefined || ended !== undefined || (startedAt !== undefined && !isStartAssumed))
        continue;
      const now = clock.now();
      const start = startTimeOf(meeting, state, now);
      intake({
        type: 'meeting-dated',
        internalMeetingId,
        at: now,
        startedAt: start?.startedAt,
        isAssumed: start?.isAssumed ?? false,
      });
      isUndated ||= start === undefined || start.isAssumed;
    }
    return isUndated;
  }

  function ask(): void {
    for (let sent = 0; sent < QUESTIONS; sent += 1) options.ask();
  }

  return {
    fromBus(event, busSince) {
      stamped(event.type === 'analytics-snapshot' ? event.until : event.at);
      const newestAt = meetings.get(event.internalMeetingId)?.reportedAt;
      return fromBus(event, clock.now(), trustedOffsetMs(state), { busSince, newestAt });
    },
    fromWebhook: (event) => fromWebhook(event, clock.now(), isCertain() ? trustedOffsetMs(state) : undefined),
    stamped,
    isCertain,
    look() {
      isCertain();
      become(withReading(state, clock.now()));
      askedAt = date() ? clock.now() : undefined;
      if (askedAt !== undefined) ask();
    },
    ask,
    ageMs(at) {
      isCertain();
      return ageMs(state, clock.now(), at);
    },
    state() {
      isCertain();
      return state;
    },
    stop() {
      timer?.cancel();
      undecided?.cancel();
    },
  };
}
