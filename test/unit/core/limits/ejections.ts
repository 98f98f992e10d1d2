/** Who would be removed from a meeting, by session; asserts nothing. */
import type { Action } from '../../../../sidecar/core/actions';
import { decide, type EffectiveTier, type MeetingView } from '../../../../sidecar/core/decide';
import type { MeetingEvent } from '../../../../sidecar/core/events';
import type { Meeting } from '../../../../sidecar/core/meeting';
import { aContext, anEffectiveTier, created, meetingAfter, T0, webListed } from '../../../support/builders';

export const LATER = T0 + 60_000;

export function ejections(view: MeetingView, tier: EffectiveTier = anEffectiveTier(), now = LATER): string[] {
  return decide(view, tier, aContext(now))
    .actions.filter((action): action is Action & { type: 'eject-user' } => action.type === 'eject-user')
    .flatMap((action) => action.sessions.map((session) => session.internalUserId))
    .sort();
}

/** The meeting after these events, with BBB agreeing on how many are online. */
export function confirmed(events: readonly MeetingEvent[]): Meeting {
  return webListed(meetingAfter([created(), ...events]), LATER);
}
