/** Puts the wanted conditions of a query together, each value as a parameter; never puts a value into the text. */

export interface Conditions {
  /** Adds a condition in which each `?` stands for the next of the values; nothing when one of them is undefined. */
  add(condition: string, ...wanted: readonly unknown[]): void;
  /** `true` when there is none. */
  readonly text: string;
  readonly values: unknown[];
}

/** None yet; `first` are parameters used elsewhere in the query. */
export function conditions(...first: readonly unknown[]): Conditions {
  const values = [...first];
  const wanted: string[] = [];
  return {
    values,
    add(condition, ...added) {
      if (added.includes(undefined)) return;
      let number = values.length;
      values.push(...added);
      wanted.push(condition.replaceAll('?', () => `$${++number}`));
    },
    get text() {
      return wanted.length === 0 ? 'true' : wanted.join(' and ');
    },
  };
}
