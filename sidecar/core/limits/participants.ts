/** participants: how many people may be in a meeting; removes who certainly came last. Never the owner, never on doubt. */
import { z } from 'zod';
import type { Action } from '../actions';
import { toBbbInteger } from '../bbb-integer';
import { MINUTE_MS, SECOND_MS } from '../duration';
import { isGone, SEAT_KEPT_MS, wholeSince } from '../evidence';
import { breach, lineAbout } from '../lines';
import { cameBefore, type Person, presentPersons } from '../persons';
import { ALLOW, type Limit, type LimitContext, type Verdict } from './define-limit';

/**
 * BBB's lists do not distinguish bots from people. Of those known from lists alone one may be a bot: nobody is removed for that one, and
 * none of them while they may be it. Not all of them, or a restart without a database would lift the limit.
 */
const POSSIBLE_BOTS = 1;
/** Whose a session is that no event named, BBB's next lists show, if anything does. */
const NAMED_WITHIN_MS = 2 * MINUTE_MS;
/** After so long bbb-web's list has whoever joined, unless it is full. */
const LISTED_WITHIN_MS = SECOND_MS;
/** For so long after they came it has every session that could have kept them a seat; the rest is margin. */
const STILL_LISTED_MS = 50 * SECOND_MS;
/** Nobody reads the same line twice a minute because somebody keeps trying. */
const LINE_EVERY_MS = MINUTE_MS;

/** Whom the limit counts: people whose account is known and who are certainly there. */
function counted(persons: readonly Person[]): readonly Person[] {
  return persons.filter(({ known, certain }) => known && certain);
}

/** Who may be the owner, as far as `unknown_owner` protects that; only where the owner is unknown. */
function mayBeOwner(person: Person, persons: readonly Person[], { unknownOwner }: LimitContext): boolean {
  if (!person.moderator || unknownOwner === 'protect-nobody') return false;
  if (unknownOwner === 'protect-moderators') return true;
  return !persons.some((other) => other !== person && other.moderator && cameBefore(other, person));
}

/**
 * Who has to go: not the owner, and at least `max` people certainly sit there before them. Where the owner is unknown, who may be it
 * stays: what remains is right whoever the owner is. An owner who came late takes a seat from the last.
 */
function beyond(persons: readonly Person[], max: number, context: LimitContext): readonly Person[] {
  const { owner } = context;
  const isOwner = ({ identity }: Person): boolean => owner !== undefined && identity === owner;
  return persons.filter((person) => {
    if (isOwner(person) || (owner === undefined && mayBeOwner(person, persons, context))) return false;
    const before = persons.filter(
      (other) => other !== person && (isOwner(other) || cameBefore(other, person)),
    );
    const bots = Math.min(POSSIBLE_BOTS, [...before, person].filter(({ maybeBot }) => maybeBot).length);
    return before.length - bots >= max;
  });
}

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
  if (webList === undefined || webList.at < arrival.latest || !webList.accounts?.has(identity))
    return isAnybodyUnknown(person, context, NAMED_WITHIN_MS);
  if (webList.unseen.has(identity)) return true;
  const isSettled = webList.at >= arrival.latest + LISTED_WITHIN_MS;
  // Read later for the first time, it would no longer have a session that was gone when they came.
  if (isSettled && webList.unbrokenSince < arrival.latest + STILL_LISTED_MS) return false;
  const isRightAfterGap = arrival.earliest - wholeSince(meeting) <= SEAT_KEPT_MS;
  return isRightAfterGap || isAnybodyUnknown(person, context, Number.POSITIVE_INFINITY);
}

function eject(person: Person, value: number, max: number, context: LimitContext): readonly Action[] {
  const lineKey = `participants/line/${person.identity}`;
  const saidAt = context.noticeSentAt(lineKey);
  const text = `This meeting has places for ${max} people (tier ${context.tierTitle}) and is full. The last to arrive has to leave.`;
  const ejection: Action = {
    type: 'eject-user',
    key: `participants/eject/${person.identity}/${person.arrival.latest}`,
    reason: { limit: 'participants', enforce: 'hard', value, allowed: max },
    sessions: person.sessions,
  };
  const isRepeated = saidAt !== undefined && context.now - saidAt < LINE_EVERY_MS;
  return isRepeated ? [ejection] : [lineAbout(ejection, lineKey, text), ejection];
}

/** While one of those who would have to go is not confirmed, BBB is read; a newcomer is a new reason to read it at once. */
function readBbb(leaving: readonly Person[], value: number, max: number): Action {
  const newest = Math.max(...leaving.map(({ arrival }) => arrival.latest));
  const reason = { limit: 'participants', enforce: 'hard', value, allowed: max } as const;
  return { type: 'refresh-meeting', key: `participants/refresh/${newest}`, reason };
}

function hard(max: number, present: readonly Person[], context: LimitContext): Verdict {
  const persons = counted(present);
  const leaving = beyond(persons, max, context);
  const confirmed = leaving.filter(
    (person) => isConfirmed(person, context) && !mayHoldEarlierSeat(person, present, context),
  );
  const actions = confirmed.flatMap((person) => eject(person, persons.length, max, context));
  const open = leaving.filter((person) => !confirmed.includes(person));
  if (open.length === 0) return { actions };
  return {
    actions: [...actions, readBbb(open, persons.length, max)],
    recheckAt: context.now + SECOND_MS,
  };
}

function peopleWere(count: number): string {
  if (!Number.isFinite(count)) return 'more people than that were';
  return count === 1 ? '1 person was' : `${count} people were`;
}

/** In people. */
export const participants: Limit<'participants', number> = {
  name: 'participants',
  heading: 'participants',
  schema: z.number().int().positive(),
  valueSchema: z.number().int(),
  allows: (a, b) => a >= b,
  isOpen: () => false,
  createParams: (max) => ({ maxParticipants: String(toBbbInteger(max)) }),
  amount: (max) => max,
  because({ value, allowed }, tier) {
    const places = Number.isFinite(allowed) ? allowed : 'fewer';
    return `because ${peopleWere(value)} in the meeting and ${tier} has places for ${places}`;
  },
  check(max, context) {
    const { meeting, enforce } = context;
    // People in breakout rooms are counted once, in the parent.
    if (meeting.props === undefined || meeting.props.isBreakout) return ALLOW;
    if (meeting.attendees.size <= max && context.breakouts.length === 0) return ALLOW;
    const present = presentPersons(meeting, context.breakouts);
    const value = counted(present).length;
    if (value <= max) return ALLOW;
    if (enforce === 'hard') return hard(max, present, context);
    const reason = { limit: 'participants', enforce, value, allowed: max } as const;
    const text = `${value} people are in this meeting, the tier ${context.tierTitle} has places for ${max}. It may go on, but it is noted.`;
    return { actions: breach('participants/breach', reason, text, context.noticeSentAt) };
  },
};
