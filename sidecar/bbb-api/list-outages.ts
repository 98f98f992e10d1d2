/** Logs once which of BBB's lists cannot be read and once that they can again, however often they are read in between. */
import { type Fault, faultOf, messageOf } from '../errors';
import type { Log } from '../log';

const LISTS = ['getMeetings', 'analytics'] as const;
export type ListName = (typeof LISTS)[number];

/** Call it after each read with the lists that failed and their errors; with an empty map when none did. */
export function createListOutages(log: Log): (failed: ReadonlyMap<ListName, unknown>) => void {
  let away: ReadonlyMap<ListName, Fault> = new Map();
  return (failed) => {
    const before = away;
    away = new Map([...failed].map(([list, error]) => [list, faultOf(error)]));
    const errors = Object.fromEntries([...failed].map(([list, error]) => [list, messageOf(error)]));
    const isChanged = [...away].some(([list, fault]) => before.get(list) !== fault);
    const isBack = [...before.keys()].some((list) => !away.has(list));
    if (isBack)
      log.info(
        { errors },
        away.size > 0
          ? "one of BBB's two lists of meetings can be read again"
          : "BBB's lists of meetings can be read again",
      );
    if (isChanged)
      log.warn(
        { errors },
        away.size === LISTS.length
          ? 'cannot list meetings from BBB; keeping the last known state, retrying'
          : "cannot read one of BBB's two lists of meetings; using the other alone, retrying",
      );
    else if (!isBack && away.size > 0) log.debug({ errors }, "BBB's lists of meetings still cannot be read");
  };
}
