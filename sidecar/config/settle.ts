/** Debounces a polled value: reports it once it has been stable for `restMs`. */
import type { Clock, Scheduled } from '../core/clock';

export interface SettleOptions<State> {
  readonly read: () => State;
  /** Equal for states that are the same. */
  readonly fingerprintOf: (state: State) => string;
  /** How long a state must stay the same before it counts. */
  readonly restMs: number;
  readonly clock: Pick<Clock, 'schedule'>;
  /** Called with a state that is not the known one and has been the same for `restMs`. */
  readonly onRest: (state: State) => void;
}

export interface Settle {
  /** Something may have changed. */
  look(): void;
  /** From now on only another state than this one is a change; what was being waited for is forgotten. */
  know(fingerprint: string): void;
  stop(): void;
}

/** Knows no state at first. A state that is passing, or that returns to the known one, is never reported. */
export function settle<State>(options: SettleOptions<State>): Settle {
  const { read, fingerprintOf, restMs, clock, onRest } = options;
  let known: string | undefined;
  let waiting: { readonly fingerprint: string; readonly rest: Scheduled } | undefined;

  function forget(): void {
    waiting?.rest.cancel();
    waiting = undefined;
  }

  function know(fingerprint: string): void {
    forget();
    known = fingerprint;
  }

  function look(rested: boolean): void {
    const state = read();
    const fingerprint = fingerprintOf(state);
    if (fingerprint === known) forget();
    else if (fingerprint !== waiting?.fingerprint) {
      forget();
      waiting = { fingerprint, rest: clock.schedule(restMs, () => look(true)) };
    } else if (rested) {
      know(fingerprint);
      onRest(state);
    }
  }

  return { look: () => look(false), know, stop: forget };
}
