/** Which stays a process could know of: those during which anything that it received names the session. */
import type { MeetingEvent } from '../../../../sidecar/core/events';
import type { InternalUserId } from '../../../../sidecar/core/meeting';
import type { Stay } from './attendance';

/** A session that lost its connection stays in akka-apps' list for up to 20 s, and then leaves. */
const LOST_MS = 20_000;
/** Webhooks date leaves back. */
const DATED_BACK_MS = 2_000;

interface Sight {
  readonly session: InternalUserId;
  readonly from: number;
  readonly to: number;
}

export interface Witness {
  take(event: MeetingEvent, madeAt?: number): void;
  hasSeen(stay: Stay): boolean;
}

function sightsOf(event: MeetingEvent, madeAt: number | undefined): readonly Sight[] {
  const { at } = event;
  switch (event.type) {
    case 'user-joined':
    case 'dial-in-joined':
      return [{ session: event.internalUserId, from: event.notBefore ?? at, to: at }];
    case 'user-left-flag-updated':
      return [{ session: event.internalUserId, from: at, to: at }];
    case 'user-left':
      return [{ session: event.internalUserId, from: at - LOST_MS, to: at + DATED_BACK_MS }];
    case 'analytics-snapshot': {
      const made = madeAt ?? event.until;
      return event.users.map(({ internalUserId }) => ({
        session: internalUserId,
        from: made - LOST_MS,
        to: made,
      }));
    }
    case 'meeting-remembered':
      return event.attendees.map(({ internalUserId, joinedAt, leftAt }) => ({
        session: internalUserId,
        from: joinedAt,
        to: leftAt ?? joinedAt,
      }));
    default:
      return [];
  }
}

export function createWitness(): Witness {
  const sights: Sight[] = [];
  return {
    take: (event, madeAt) => void sights.push(...sightsOf(event, madeAt)),
    hasSeen: ({ session, from, to }) =>
      sights.some((sight) => sight.session === session && sight.from <= to && sight.to >= from),
  };
}
