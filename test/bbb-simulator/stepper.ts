/** Steps the model on the clock: lets time pass, makes a change, hands on what is told, wakes for what falls due; it knows no rule. */
import type { Clock, Scheduled } from '../../sidecar/core/clock';
import { nextDueAt } from './model/due';
import type { Happening } from './model/happenings';
import type { Bbb } from './model/state';
import { passTime } from './model/step';

export interface Stepper {
  /** Lets time pass up to now, makes the change, carries out what it tells. */
  act<T>(change: () => T): T;
  /** Lets time pass up to now and looks; by itself that is nothing that happens. */
  look<T>(view: () => T): T;
  /** Something happened that is no step of the model. */
  noteActivity(): void;
  /** Counts up with everything that happens. */
  activity(): number;
  /** Calls back soon after anything happened; returns its removal. */
  onActivity(listener: () => void): () => void;
  stop(): void;
}

export function startStepper(bbb: Bbb, clock: Clock, carryOut: (happening: Happening) => void): Stepper {
  const news = announcer();
  let timer: { readonly at: number; readonly scheduled: Scheduled } | undefined;
  let stopped = false;

  function step<T>(change: () => T): T {
    passTime(bbb, clock.now());
    const result = change();
    for (const happening of bbb.outbox.splice(0)) carryOut(happening);
    rearm();
    return result;
  }
  function rearm(): void {
    const at = nextDueAt(bbb);
    if (at === timer?.at) return;
    timer?.scheduled.cancel();
    timer =
      at === undefined || stopped ? undefined : { at, scheduled: clock.schedule(at - clock.now(), wake) };
  }
  function act<T>(change: () => T): T {
    const result = step(change);
    news.note();
    return result;
  }
  function wake(): void {
    timer = undefined;
    act(() => undefined);
  }

  rearm();
  return {
    act,
    look: step,
    noteActivity: news.note,
    activity: news.count,
    onActivity: news.subscribe,
    stop() {
      stopped = true;
      timer?.scheduled.cancel();
    },
  };
}

interface Announcer {
  note(): void;
  count(): number;
  subscribe(listener: () => void): () => void;
}

/** Tells listeners once for all that happened in one go, and never in the middle of it. */
function announcer(): Announcer {
  const listeners = new Set<() => void>();
  let count = 0;
  let announced = 0;

  function announce(): void {
    announced = count;
    for (const listener of [...listeners]) listener();
  }
  return {
    note() {
      count += 1;
      if (announced === count - 1) queueMicrotask(announce);
    },
    count: () => count,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
