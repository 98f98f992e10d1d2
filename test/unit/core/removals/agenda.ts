/** What is to be done at which moment; things of the same moment in the order in which they were entered. */

export interface Agenda {
  readonly now: number;
  at(moment: number, run: () => void): void;
  /** Runs everything up to that moment. */
  runUntil(end: number): void;
}

export function agenda(start: number): Agenda {
  const entries: { readonly moment: number; readonly run: () => void }[] = [];
  let now = start;
  return {
    get now() {
      return now;
    },
    at(moment, run) {
      const due = Math.max(moment, now);
      let index = entries.length;
      while (index > 0 && (entries[index - 1]?.moment ?? 0) > due) index -= 1;
      entries.splice(index, 0, { moment: due, run });
    },
    runUntil(end) {
      for (let next = entries[0]; next !== undefined && next.moment <= end; next = entries[0]) {
        entries.shift();
        now = next.moment;
        next.run();
      }
      now = end;
    },
  };
}
