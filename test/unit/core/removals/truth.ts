/**
 * Was a removal right by what the meeting really was? Nobody goes from a meeting that is not full, nor the owner, nor somebody with an older
 * seat than all but the last. A seat is as old as its stays, with no more than a minute in between; of stays that nothing received names
 * nobody could know, so those do not make the seat of the person who goes older.
 */
import type { InternalUserId } from '../../../../sidecar/core/meeting';
import type { Stay } from './attendance';
import type { Bbb } from './bbb';
import type { Session } from './session';

/** Nothing received is older than that while the bus is whole. */
const UNDER_WAY_MS = 100;

export interface TruthOptions {
  readonly bbb: Bbb;
  readonly max: number;
  readonly owner: string | undefined;
}

export interface Truth {
  readonly person: string | undefined;
  readonly wrongs: readonly string[];
  /** By stays that nothing received names, an older seat went. */
  readonly isOutOfTurn: boolean;
}

export function truthOf(
  ids: readonly InternalUserId[],
  now: number,
  { bbb, max, owner }: TruthOptions,
  isSeen: (stay: Stay) => boolean,
): Truth {
  const sessions = bbb.sessions.filter(({ id }: Session) => ids.includes(id));
  const persons = new Set(sessions.map(({ person }) => person));
  const [person] = persons;
  if (person === undefined || persons.size > 1)
    return { person, wrongs: ['sessions of several people'], isOutOfTurn: false };
  const rolls = bbb.attendance.rollsSince(now - UNDER_WAY_MS);
  const seatOf = bbb.attendance.seatSince;
  const isBeyond = (since: number | undefined): boolean =>
    since !== undefined &&
    rolls.some((roll) => {
      const older = [...roll.persons].filter((each) => {
        if (each === person) return false;
        return each === owner || (seatOf(each, Math.max(roll.at, now - UNDER_WAY_MS)) ?? now) <= since;
      });
      return older.length >= max;
    });
  const isFull = rolls.some((roll) => roll.persons.size > max);
  const wrongs: string[] = [];
  if (!isFull) wrongs.push('the meeting is not full');
  if (person === owner) wrongs.push('it is the owner');
  if (isFull && !sessions.some(({ bot }) => bot) && !isBeyond(seatOf(person, now, isSeen)))
    wrongs.push('others came later');
  return { person, wrongs, isOutOfTurn: !isBeyond(seatOf(person, now)) };
}
