/** Does a delivery tell of anything that the bus has not told already? It only looks, and keeps nothing. */
import type { MeetingEvent } from '../core/events';
import type { Meeting } from '../core/meeting';

/**
 * False for a join that the bus told of, which has BBB's own stamp: told again with the moment at which bbb-webhooks handled it, it would
 * bring back whoever left, or was removed, before that moment.
 */
export function isNews(event: MeetingEvent, meeting: Meeting | undefined): boolean {
  if (event.type !== 'user-joined' && event.type !== 'dial-in-joined') return true;
  const presence = meeting?.attendees.get(event.internalUserId)?.presence ?? [];
  return !presence.some(({ kind, at }) => kind === 'joined' && at >= (event.notBefore ?? event.at));
}
