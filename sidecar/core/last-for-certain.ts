/** What BBB's lists have to show before somebody is removed as the last to arrive: that they are there, and hold no earlier seat. */
import { MINUTE_MS, SECOND_MS } from './duration';
import { isGone, mayBeFull, SEAT_KEPT_MS, wholeSince } from './evidence';
import type { LimitContext } from './limits/define-limit';
import type { Person } from './persons';

/** Whose a session is that no event named, BBB's next lists show, if anything does. */
const NAMED_WITHIN_MS = 2 * MINUTE_MS;
/** After so long bbb-web's list has everybody who joined, unless it is full. */
const LISTED_WITHIN_MS = SECOND_MS;
/** For so long after they came it has every session that could have kept them a seat; the rest is margin. */
const STILL_LISTED_MS = 50 * SECOND_MS;

/**
 * Does a list of BBB's from after the arrival name them: bbb-web's by account, or akka-apps' by session? bbb-web may leave a newcomer out,
 * in the instant of the join or for good at its own `maxUsers` (`MeetingService.userJoined`). Where it gives no answer, a bus that has
 * been whole since before the arrival is enough.
 */
function isConfirmed({ identity, arrival, sessions }: Person, context: LimitContext): boolean {
  const { meeting, breakouts } = context;
  const { webList } = meeting;
  if (webList !== undefined && webList.at >= arrival.latest) {
    const isWhole = wholeSince(meeting) <= arrival.earliest;
    if (webList.accounts === undefined ? isWhole : webList.accounts.has(identity)) return true;
  }
  return [meeting, ...breakouts].some(
    ({ internalMeetingId, akkaList }) =>
      akkaList !== undefined &&
      akkaList.at >= arrival.latest &&
      sessions.some(
        (session) =>
          session.internalMeetingId === internalMeetingId && akkaList.sessions.has(session.internalUserId),
      ),
  );
}

/** Is there a session of an unknown account, last seen no longer ago than `withinMs`; or was there one shortly before this person came? */
function isAnybodyUnknown({ arrival }: Person, { meeting, now }: LimitContext, withinMs: number): boolean {
  for (const { kind, bot, externalUserId, presence } of meeting.attendees.values()) {
    if (kind !== 'web' || bot || externalUserId !== undefined) continue;
    const last = presence.at(-1);
    const since = isGone(last) ? arrival.earliest - SEAT_KEPT_MS : now - withinMs;
    if (last !== undefined && last.at >= since) return true;
  }
  return false;
}

/**
 * May this person have been there before, in a session that nobody reported, and so hold an earlier seat? bbb-web's list has an entry for each
 * session of an account, those that left in the last 60 s included (`usersTimeout`). Asked for in the instant of the join, it may lack the
 * new session, and have an older one. Of somebody in a room whose session in the meeting was never seen, no list has the account.
 */
function mayHoldEarlierSeat(person: Person, present: readonly Person[], context: LimitContext): boolean {
  const { dialIn, identity, arrival } = person;
  if (dialIn) return false;
  const { meeting } = context;
  const { internalMeetingId, webList } = meeting;
  const isInRoom = ({ sessions }: Person): boolean =>
    sessions.some((session) => session.internalMeetingId !== internalMeetingId);
  const mayBeSame = ({ known, mayBe }: Person): boolean => !known && (mayBe?.has(identity) ?? true);
  if (present.some((other) => mayBeSame(other) && isInRoom(other))) return true;
  if (webList?.unseen.has(identity)) return true;
  const isListed = webList !== undefined && webList.at >= arrival.latest && webList.accounts?.has(identity);
  // A list that was full names nobody later either.
  if (mayBeFull(meeting)) return isAnybodyUnknown(person, context, Number.POSITIVE_INFINITY);
  if (!isListed) return isAnybodyUnknown(person, context, NAMED_WITHIN_MS);
  const isSettled = webList.at >= arrival.latest + LISTED_WITHIN_MS;
  // Read later for the first time, it would no longer have a session that was gone when they came.
  if (isSettled && webList.unbrokenSince < arrival.latest + STILL_LISTED_MS) return false;
  const isRightAfterGap = arrival.earliest - wholeSince(meeting) <= SEAT_KEPT_MS;
  return isRightAfterGap || isAnybodyUnknown(person, context, Number.POSITIVE_INFINITY);
}

/** May this person be removed as one of the last? `present`: everybody who is there, those of unknown account too. */
export function isLastForCertain(person: Person, present: readonly Person[], context: LimitContext): boolean {
  return isConfirmed(person, context) && !mayHoldEarlierSeat(person, present, context);
}
