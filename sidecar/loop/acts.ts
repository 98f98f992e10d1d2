/** What was begun for one meeting and is not shown by BBB yet: paces repetition and settles outcomes; decides nothing. */
import type { Action } from '../core/actions';
import { confirmationOf } from '../core/confirmation';
import type { MeetingView } from '../core/decide';
import { repeatAfterMs } from '../core/pacing';

/** One act from its first attempt on. */
export interface Act {
  action: Action;
  readonly code: string;
  readonly begunAt: number;
  attempts: number;
  nextAt: number;
  /** The last outcome that was put on record. */
  recorded: string | undefined;
  sent: string | undefined;
}

export interface Acts {
  /** Is it time for (another) attempt at this? */
  isDue(action: Action, now: number): boolean;
  /** Enters an attempt; the first one asks for a code. */
  attempt(action: Action, now: number, makeCode: () => string): Act;
  /** Takes out what the meeting's state has settled. */
  settle(view: MeetingView): readonly { readonly act: Act; readonly confirmation: 'confirmed' | 'moot' }[];
  /** When the earliest of these wants its next attempt. */
  nextAt(actions: readonly Action[]): number | undefined;
  /** Takes out acts that are complete without BBB showing anything. */
  finish(key: string): void;
  /** Drops paced readings that nobody asks for any more. */
  keepOnly(keys: ReadonlySet<string>): void;
  readonly size: number;
}

/** Nothing begun. */
export function createActs(): Acts {
  const acts = new Map<string, Act>();
  return {
    isDue: (action, now) => (acts.get(action.key)?.nextAt ?? Number.NEGATIVE_INFINITY) <= now,
    attempt(action, now, makeCode) {
      const act = acts.get(action.key) ?? {
        action,
        code: makeCode(),
        begunAt: now,
        attempts: 0,
        nextAt: now,
        recorded: undefined,
        sent: undefined,
      };
      act.action = action;
      act.attempts += 1;
      act.nextAt = now + repeatAfterMs(action.type, act.attempts);
      acts.set(action.key, act);
      return act;
    },
    settle(view) {
      const settled: { act: Act; confirmation: 'confirmed' | 'moot' }[] = [];
      for (const [key, act] of acts) {
        const confirmation = confirmationOf(act.action, view);
        if (confirmation === 'open') continue;
        acts.delete(key);
        settled.push({ act, confirmation });
      }
      return settled;
    },
    nextAt(actions) {
      let earliest: number | undefined;
      for (const action of actions) {
        const nextAt = acts.get(action.key)?.nextAt;
        if (nextAt !== undefined && (earliest === undefined || nextAt < earliest)) earliest = nextAt;
      }
      return earliest;
    },
    finish: (key) => void acts.delete(key),
    keepOnly(keys) {
      for (const [key, act] of acts)
        if (act.action.type === 'refresh-meeting' && !keys.has(key)) acts.delete(key);
    },
    get size() {
      return acts.size;
    },
  };
}
