/** How long somebody stayed beyond the cap though everything about the excess could be known: what a service that removes nobody would leave. */
import type { Attendance } from './bbb';
import type { History } from './history';
import type { Outcome } from './world';

/** After a gap it takes akka-apps' next list, and a minute until nobody has an unseen seat to come back to. */
const SETTLED_AFTER_MS = 60_000;

export interface Excess {
  readonly person: string;
  readonly from: number;
  readonly ms: number;
}

/** Beyond the cap at that moment; only who sits in the meeting itself, and counts only such people. */
function beyondCap(
  { persons, inMain, moderators }: Attendance,
  { max, owner }: History,
  certainFrom: number,
): string[] {
  const isProtected = (person: string): boolean => {
    if (owner === 'known') return person === 'gl-owner';
    if (!moderators.has(person) || owner === 'protect-nobody') return false;
    const since = persons.get(person) ?? 0;
    const isFirst = ![...moderators].some((each) => (persons.get(each) ?? 0) < since);
    return owner === 'protect-moderators' || isFirst;
  };
  return [...inMain].filter((person) => {
    const since = persons.get(person) ?? 0;
    if (since < certainFrom) return false;
    if (isProtected(person)) return false;
    const before = [...inMain].filter(
      (each) =>
        each !== person && ((owner === 'known' && each === 'gl-owner') || (persons.get(each) ?? 0) < since),
    );
    return before.length >= max;
  });
}

/** Each stretch in which the same newcomer was beyond the cap without a break, while the bus was whole and had been for a minute. */
export function excesses(history: History, { bbb, gaps, end }: Outcome): Excess[] {
  const found: Excess[] = [];
  const open = new Map<string, number>();
  const close = (person: string, at: number): void => {
    const from = open.get(person);
    open.delete(person);
    if (from !== undefined) found.push({ person, from, ms: at - from });
  };
  for (const [index, moment] of bbb.attendance.entries()) {
    const until = bbb.attendance[index + 1]?.at ?? end;
    if (until === moment.at) continue;
    const before = gaps.filter(({ from }) => from < until);
    const certainFrom = Math.max(
      Number.NEGATIVE_INFINITY,
      ...before.map((gap) => gap.until + SETTLED_AFTER_MS),
    );
    const beyond = new Set(beyondCap(moment, history, certainFrom));
    for (const person of [...open.keys()]) if (!beyond.has(person)) close(person, moment.at);
    for (const person of beyond) if (!open.has(person)) open.set(person, moment.at);
  }
  for (const person of [...open.keys()]) close(person, end);
  return found;
}
