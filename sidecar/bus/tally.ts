/** Counts messages cheaply: many of one kind are told once, at the end of the turn in which they came; none is lost or told twice. */

export interface Tally {
  /** One more. */
  add(): void;
  /** Tells at once what has come together. */
  flush(): void;
}

/** `tell` gets how many there were since it was last called, never 0. */
export function createTally(tell: (count: number) => void): Tally {
  let count = 0;
  let scheduled = false;
  function flush(): void {
    scheduled = false;
    if (count === 0) return;
    const counted = count;
    count = 0;
    tell(counted);
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
