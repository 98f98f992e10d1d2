/** participants: how many people may be in a meeting; removes who certainly came last. Never the owner, never on doubt. */
import { z } from 'zod';
import type { Action } from '../actions';
import { toBbbInteger } from '../bbb-integer';
import { MINUTE_MS, SECOND_MS } from '../duration';
import { isLastForCertain } from '../last-for-certain';
import { breach, lineAbout } from '../lines';
import { cameBefore, type Person, presentPersons } from '../persons';
import { ALLOW, type Limit, type LimitContext, type Verdict } from './define-limit';

/**
 * BBB's lists do not distinguish bots from people. Of those known from lists alone one may be a bot: nobody is removed for that one, and
 * none of them while they may be it. Not all of them, or a restart without a database would lift the limit.
 */
const POSSIBLE_BOTS = 1;
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
 * stays: what remains is right for any of them. An owner who came late takes a seat from the last.
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
  const confirmed = leaving.filter((person) => isLastForCertain(person, present, context));
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
