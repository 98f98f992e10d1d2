/** participants: how many people may be in a meeting; removes who certainly came last. Never the owner, never on doubt. */
import { z } from 'zod';
import type { Action } from '../actions';
import { toBbbInteger } from '../bbb-integer';
import { MINUTE_MS, SECOND_MS } from '../duration';
import { breach, lineAbout } from '../lines';
import type { Meeting } from '../meeting';
import { cameBefore, isPresent, type Person, presentPersons, SEAT_KEPT_MS } from '../persons';
import { ALLOW, type Limit, type LimitContext, type Verdict } from './define-limit';

/** How long BBB's own count is waited for when its API says nothing; after that an unbroken bus is enough. */
const CONFIRM_WITHIN_MS = 3 * SECOND_MS;
/** A disconnected user stays in akka-apps' list for up to 20 s (MeetingActorAudit): who left before an arrival is out of one made later. */
const LINGERING_MS = 20 * SECOND_MS;
/** So long after such a list nobody has left unseen but in these very seconds. */
const LIST_FRESH_MS = 5 * SECOND_MS;
/**
 * BBB's lists do not tell bots from people. Of those whom only lists told of, one may be a bot: nobody is removed for that one. Not all
 * of them, or a restart without a database would lift the limit.
 */
const POSSIBLE_BOTS = 1;
/** Whose a session is that no event told of, BBB's next lists say, if anything does. */
const NAMED_WITHIN_MS = 2 * MINUTE_MS;
/** Nobody reads the same line twice a minute because somebody keeps trying. */
const LINE_EVERY_MS = MINUTE_MS;

/**
 * Who has to go: not the owner, and at least `max` people certainly sit there before them. When nobody vouches for the owner, a
 * moderator may be the owner and stays: what remains is right whoever the owner is. An owner who came late takes a seat from the last.
 */
function beyond(persons: readonly Person[], max: number, owner: string | undefined): readonly Person[] {
  const known = persons.filter((person) => person.known);
  const isOwner = (person: Person): boolean => owner !== undefined && person.identity === owner;
  return known.filter((person) => {
    if (isOwner(person) || (owner === undefined && person.moderator)) return false;
    const before = known.filter((other) => other !== person && (isOwner(other) || cameBefore(other, person)));
    const bots = Math.min(POSSIBLE_BOTS, before.filter((other) => other.maybeBot).length);
    return before.length - bots >= max;
  });
}

/**
 * `agrees`: BBB counted as many sessions as we know; `silent`: it was not heard since. `differs`: with fewer, somebody left unseen; with
 * more, somebody came unseen, perhaps an earlier session of the very person who would have to go.
 */
function secondOpinion(meeting: Meeting, since: number): 'agrees' | 'differs' | 'silent' {
  const count = meeting.participantCount;
  if (count === undefined || count.at < since) return 'silent';
  let present = 0;
  for (const attendee of meeting.attendees.values()) if (isPresent(attendee)) present += 1;
  return count.online === present ? 'agrees' : 'differs';
}

/**
 * bbb-web's count can differ for good: at its own `maxUsers` it leaves newcomers out of its map (`MeetingService.userJoined`), and up to
 * 2.5 it counts who is gone. Then what akka-apps itself told of who is there decides, just made and well after the person came.
 */
function isListedSince({ listedAt }: Meeting, { arrival }: Person, now: number): boolean {
  return (
    listedAt !== undefined && listedAt >= arrival.latest + LINGERING_MS && now < listedAt + LIST_FRESH_MS
  );
}

/** A session of an unknown account may be an earlier one of this very person, who then has an earlier seat. */
function mayHaveBeenThere(meeting: Meeting, { arrival }: Person, now: number): boolean {
  for (const { kind, bot, externalUserId, presence } of meeting.attendees.values()) {
    if (kind !== 'web' || bot || externalUserId !== undefined) continue;
    const last = presence.at(-1);
    const isGone = last?.kind === 'left' || last?.kind === 'ejected';
    const since = isGone ? arrival.earliest - SEAT_KEPT_MS : now - NAMED_WITHIN_MS;
    if (last !== undefined && last.at >= since) return true;
  }
  return false;
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

function hard(max: number, persons: readonly Person[], context: LimitContext): Verdict {
  const { meeting, now } = context;
  const leaving = beyond(persons, max, context.owner);
  if (leaving.length === 0) return ALLOW;
  const value = persons.filter((person) => person.known).length;
  const newest = Math.max(...leaving.map((person) => person.arrival.latest));
  const opinion = secondOpinion(meeting, newest);
  // Every coming and going since the meeting began, or since a full list, has been seen: good enough when BBB's API stays silent.
  const isWhole = meeting.rosterAt !== undefined && meeting.brokenUntil === undefined;
  const unbroken = isWhole && now >= newest + CONFIRM_WITHIN_MS;
  const isConfirmed = opinion === 'agrees' || (opinion === 'silent' && unbroken);
  const confirmed = leaving.filter(
    (person) =>
      (isConfirmed || isListedSince(meeting, person, now)) && !mayHaveBeenThere(meeting, person, now),
  );
  if (confirmed.length > 0)
    return { actions: confirmed.flatMap((person) => eject(person, value, max, context)) };
  const reason = { limit: 'participants', enforce: 'hard', value, allowed: max } as const;
  const recheckAt = Math.max(now + SECOND_MS, newest + CONFIRM_WITHIN_MS);
  return { actions: [{ type: 'refresh-meeting', key: 'participants/refresh', reason }], recheckAt };
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
    const persons = presentPersons(meeting, context.breakouts);
    const value = persons.filter((person) => person.known).length;
    if (value <= max) return ALLOW;
    if (enforce === 'hard') return hard(max, persons, context);
    const reason = { limit: 'participants', enforce, value, allowed: max } as const;
    const text = `${value} people are in this meeting, the tier ${context.tierTitle} has places for ${max}. It may go on, but it is noted.`;
    return { actions: breach('participants/breach', reason, text, context.noticeSentAt) };
  },
};
