/** What was begun for one meeting and is not shown by BBB yet: paces repetition and settles outcomes; decides nothing. */
import type { Action } from '../core/actions';
import { confirmationOf } from '../core/confirmation';
import type { MeetingView } from '../core/decide';
import { isLine, outlastsDecision } from '../core/lines';
import { repeatAfterMs } from '../core/pacing';
import { mayRepeat } from '../core/running';

/** One act from its first attempt on. */
export interface Act {
  action: Action;
  readonly code: string;
  readonly begunAt: number;
  attempts: number;
  /** When the last attempt was begun. */
  triedAt: number;
  nextAt: number;
  /** An attempt has not ended yet. */
  underWay: boolean;
  /** False for readings, and for a line, which carries the code of the decision that it explains. */
  readonly onRecord: boolean;
  /** Of a line: when what it explains was carried out. */
  carriedOutAt: number | undefined;
  /** An attempt got no answer: BBB may have done it. */
  unanswered: boolean;
  /** The last outcome that was put on record. */
  recorded: string | undefined;
  sent: string | undefined;
}

export interface Acts {
  /** Is it time for (another) attempt at this? `sightedAt`: when the meeting was last certain to run. */
  isDue(action: Action, now: number, sightedAt: number | undefined): boolean;
  /** Enters an attempt; the first one asks for a code. */
  attempt(action: Action, now: number, makeCode: () => string): Act;
  /** Takes out what the meeting's state has settled. */
  settle(view: MeetingView): readonly { readonly act: Act; readonly confirmation: 'confirmed' | 'moot' }[];
  /** What was begun under this key and is not complete. */
  has(key: string): boolean;
  /** What the lines about this explain has been carried out. */
  carriedOut(key: string, now: number): void;
  /** Lines that are still tried though their limit no longer asks for them. */
  lingering(keys: ReadonlySet<string>): readonly Action[];
  /** When the earliest of these may have its next attempt; none for those that wait for a sight of the meeting. */
  nextAt(actions: readonly Action[], sightedAt: number | undefined): number | undefined;
  /** Takes out acts that are complete without BBB showing anything. */
  finish(key: string): void;
  /** Drops readings and lines that nobody asks for any more; a line stays for a while after what it explains. */
  keepOnly(keys: ReadonlySet<string>, now: number): void;
  readonly size: number;
}

/** A reading changes nothing in BBB and a line nobody's meeting; whatever does is not repeated on what may be gone. */
function isOpen({ action, attempts, triedAt }: Act, sightedAt: number | undefined): boolean {
  return action.type === 'refresh-meeting' || isLine(action) || mayRepeat(attempts, triedAt, sightedAt);
}

/** Nothing begun. */
export function createActs(): Acts {
  const acts = new Map<string, Act>();

  function begin(action: Action, now: number, makeCode: () => string): Act {
    const explained = isLine(action) ? acts.get(action.explains) : undefined;
    return {
      action,
      code: explained?.code ?? makeCode(),
      begunAt: now,
      attempts: 0,
      triedAt: now,
      nextAt: now,
      underWay: false,
      // A line whose decision is unknown here (from before a restart) is a decision of its own, so that its code is found.
      onRecord: action.type !== 'refresh-meeting' && explained === undefined,
      carriedOutAt: undefined,
      unanswered: false,
      recorded: undefined,
      sent: undefined,
    };
  }

  function isDropped(key: string, act: Act, keys: ReadonlySet<string>, now: number): boolean {
    if (keys.has(key) || act.underWay) return false;
    if (isLine(act.action)) return !outlastsDecision(act.carriedOutAt, now);
    return act.action.type === 'refresh-meeting';
  }

  return {
    isDue(action, now, sightedAt) {
      const act = acts.get(action.key);
      return act === undefined || (!act.underWay && act.nextAt <= now && isOpen(act, sightedAt));
    },
    attempt(action, now, makeCode) {
      const act = acts.get(action.key) ?? begin(action, now, makeCode);
      act.action = action;
      act.attempts += 1;
      act.triedAt = now;
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
        // What never reached BBB did not do it.
        settled.push({ act, confirmation: act.sent === undefined ? 'moot' : confirmation });
      }
      return settled;
    },
    has: (key) => acts.has(key),
    carriedOut(key, now) {
      for (const act of acts.values())
        if (isLine(act.action) && act.action.explains === key) act.carriedOutAt ??= now;
    },
    lingering: (keys) =>
      [...acts.values()].map(({ action }) => action).filter((each) => isLine(each) && !keys.has(each.key)),
    nextAt(actions, sightedAt) {
      let earliest: number | undefined;
      for (const action of actions) {
        const act = acts.get(action.key);
        if (act === undefined || act.underWay || !isOpen(act, sightedAt)) continue;
        if (earliest === undefined || act.nextAt < earliest) earliest = act.nextAt;
      }
      return earliest;
    },
    finish: (key) => void acts.delete(key),
    keepOnly(keys, now) {
      for (const [key, act] of acts) if (isDropped(key, act, keys, now)) acts.delete(key);
    },
    get size() {
      return acts.size;
    },
  };
}
