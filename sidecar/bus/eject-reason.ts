/** Which of BBB's reasons for ejecting take the seat away; it decides nothing else. */

/**
 * Removed by a moderator or by a component. Not the oldest of too many sessions of one account, an idle user or a failed token: those
 * people keep their seat (`EjectReasonCode` in Users2x.scala).
 */
const REMOVED_FOR_GOOD: ReadonlySet<string> = new Set([
  'system_requested_eject_reason',
  'user_requested_eject_reason',
  'banned_user_rejoining_reason',
  'not_enough_permission_eject_reason',
]);

/** `reasonCode` of UserLeftMeetingEvtMsg, empty for somebody who left. */
export function isRemovedForGood(reasonCode: string): boolean {
  return REMOVED_FOR_GOOD.has(reasonCode);
}
