/** Counts messages cheaply: many of one kind are reported once, at the end of the turn in which they came; none is lost or counted twice. */

export interface Tally {
  /** One more. */
  add(): void;
  /** Reports at once what has come together. */
  flush(): void;
}

/** `report` receives how many there were since its last call, never 0. */
export function createTally(report: (count: number) => void): Tally {
  let count = 0;
  let scheduled = false;
  function flush(): void {
    scheduled = false;
    if (count === 0) return;
    const counted = count;
    count = 0;
    report(counted);
  }
  return {
    add() {
      count += 1;
      if (scheduled) return;
      scheduled = true;
      setImmediate(flush);
    },
    flush,
  };
}
