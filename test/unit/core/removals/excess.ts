/** How long somebody stayed beyond the cap of a meeting in which everything could be known, by what the meeting really was. */
import type { Roll } from './attendance';
import type { History } from './history';
import type { Outcome } from './world';

function isProtected(
  person: string,
  roll: Roll,
  { owner }: History,
  seatOf: (person: string) => number,
): boolean {
  if (owner === 'known') return person === 'gl-owner';
  if (!roll.moderators.has(person) || owner === 'protect-nobody') return false;
  return (
    owner === 'protect-moderators' || [...roll.moderators].every((each) => seatOf(each) >= seatOf(person))
  );
}

function beyondCap(roll: Roll, history: History, seatOf: (person: string) => number): string[] {
  const isOwner = (person: string): boolean => history.owner === 'known' && person === 'gl-owner';
  return [...roll.persons].filter((person) => {
    const before = [...roll.persons].filter(
      (each) => each !== person && (isOwner(each) || seatOf(each) < seatOf(person)),
    );
    return before.length >= history.max && !isProtected(person, roll, history, seatOf);
  });
}

/** Each stretch in which the same person was beyond the cap without a break, in ms. */
export function excessesMs(history: History, { bbb, end }: Outcome): readonly number[] {
  const { rolls, seatSince } = bbb.attendance;
  const stretches: number[] = [];
  const open = new Map<string, number>();
  const close = (person: string, at: number): void => {
    const from = open.get(person);
    open.delete(person);
    if (from !== undefined) stretches.push(at - from);
  };
  for (const [index, roll] of rolls.entries()) {
    const isOver = (rolls[index + 1]?.at ?? end) > roll.at;
    if (!isOver || (roll.persons.size <= history.max && open.size === 0)) continue;
    const seats = new Map([...roll.persons].map((person) => [person, seatSince(person, roll.at) ?? roll.at]));
    const beyond = new Set(beyondCap(roll, history, (person) => seats.get(person) ?? roll.at));
    for (const person of [...open.keys()]) if (!beyond.has(person)) close(person, roll.at);
    for (const person of beyond) if (!open.has(person)) open.set(person, roll.at);
  }
  for (const person of [...open.keys()]) close(person, end);
  return stretches;
}
