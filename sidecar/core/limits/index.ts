/** The limits, in the order they are looked at: who ends a meeting need not empty it first. */
import { z } from 'zod';
import type { Limit, LimitName } from './define-limit';
import { meetingDuration } from './meeting-duration';
import { participants } from './participants';
import { recording } from './recording';

export const LIMITS = [meetingDuration, participants, recording] as const;

/** A limit whose value's type is not of interest. */
// biome-ignore lint/suspicious/noExplicitAny: the list is walked generically; each limit keeps its own types
export type AnyLimit = Limit<LimitName, any>;

/** True for one that says yes or no: there is nothing to count, and yes is what elsewhere is `unlimited`. */
export function isSwitch(limit: AnyLimit): boolean {
  return limit.valueSchema instanceof z.ZodBoolean;
}

/** The limit of that name; undefined for one that only the log of another version knows. */
export function limitNamed(name: LimitName): AnyLimit | undefined {
  return LIMITS.find((limit) => limit.name === name);
}
