/** Events as BBB stamped them, and how they come onto our clock; pure, and the only place where an event changes clocks. */
import { type BbbInstant, bbbElapsedMs, bbbEpochMs } from './bbb-instant';
import { MINUTE_MS, SECOND_MS } from './duration';
import type { BbbEvent, MeetingEvent } from './events';

type OnBbbClock<Event> = Event extends unknown
  ? {
      readonly [Key in keyof Event]: Key extends 'at' | 'until'
        ? BbbInstant
        : Key extends 'notBefore'
          ? BbbInstant | undefined
          : Key extends 'startedAt'
            ? undefined
            : Event[Key];
    }
  : never;

/** An event of the bus or of a webhook before it enters the loop: its moments are on BBB's clock. */
export type StampedEvent = OnBbbClock<BbbEvent>;

/** A message of the bus is under way for less than this, as a rule; what looks older was late, or BBB's clock was set back. */
export const BUS_DELAY_MS = 2 * SECOND_MS;
/** bbb-webhooks repeats a delivery for up to a minute, and handles a message within 2 s. */
export const WEBHOOK_DELAY_MS = MINUTE_MS + 2 * SECOND_MS;

/**
 * An event of the bus, received at `received` on our clock. `offsetMs`: BBB's clock minus ours, undefined while uncertain. Its moment is
 * the stamp's as far as that can be: not after it was received, and not longer before than a message is under way. Who went, and looks to have
 * gone earlier, has both ends. So has a coming or going from before the newest of the meeting's reports (`newestAt`).
 *
 * The bus keeps the order. So nothing is dated before it was subscribed to (`busSince`): what went unseen was sent earlier. A list was made
 * when it is stamped: what is taken for older than it is proves less.
 */
export function fromBus(
  event: StampedEvent,
  received: number,
  offsetMs: number | undefined,
  { busSince = Number.NEGATIVE_INFINITY, newestAt = Number.NEGATIVE_INFINITY } = {},
): MeetingEvent {
  const stampedAt = (instant: BbbInstant): number =>
    offsetMs === undefined ? received : Math.min(received, bbbEpochMs(instant) - offsetMs);
  const ours = (instant: BbbInstant): number => Math.max(received - BUS_DELAY_MS, stampedAt(instant));
  if (event.type === 'analytics-snapshot') {
    const until = stampedAt(event.until);
    return { ...event, until, at: until - bbbElapsedMs(event.at, event.until) };
  }
  const at = Math.max(busSince, ours(event.at));
  if (event.type === 'meeting-created') return { ...event, at, startedAt: ours(event.at) };
  const stamp = Math.max(busSince, stampedAt(event.at));
  const isInOrder = at >= newestAt;
  if (isInOrder && stamp >= at) return { ...event, at } as MeetingEvent;
  const isArrival = event.type === 'user-joined' || event.type === 'dial-in-joined';
  const latest = isInOrder ? at : newestAt + Number(isArrival);
  const isDeparture = event.type === 'user-left' || event.type === 'user-left-flag-updated';
  // Who came when is a matter of the order, which the bus keeps.
  const hasBothEnds = isDeparture || (isArrival && !isInOrder);
  return { ...event, at: latest, ...(hasBothEnds ? { notBefore: stamp } : {}) } as MeetingEvent;
}

/**
 * An event of a webhook, received at `received` on our clock. Webhooks come up to a minute late: with a certain offset the stamp counts,
 * but never later than received. With an uncertain one the event was at some time in that last minute: an arrival has both ends of it, an
 * end is as late, and everything else as early as can be, so that it overrides nothing newer.
 */
export function fromWebhook(
  event: StampedEvent,
  received: number,
  offsetMs: number | undefined,
): MeetingEvent {
  const earliest = received - WEBHOOK_DELAY_MS;
  const isArrival = event.type === 'user-joined' || event.type === 'dial-in-joined';
  if (offsetMs === undefined) {
    if (isArrival) return { ...event, at: received, notBefore: earliest };
    const at = event.type === 'meeting-ended' ? received : earliest;
    return { ...event, at } as MeetingEvent;
  }
  const ours = (instant: BbbInstant): number => Math.min(received, bbbEpochMs(instant) - offsetMs);
  const at = ours(event.at);
  if (!isArrival) return { ...event, at } as MeetingEvent;
  return { ...event, at, notBefore: event.notBefore === undefined ? undefined : ours(event.notBefore) };
}
