/** Remembers so many answers and no more, the least recently used ones go first; knows nothing of what they say. */

export interface Answer<Value> {
  readonly value: Value;
  /** Epoch ms: from then on it is to be asked for again; it stays until it is. */
  readonly freshUntil: number;
}

export interface AnswerCache<Value> {
  get(key: string): Answer<Value> | undefined;
  set(key: string, answer: Answer<Value>): void;
}

/** Holds at most `most` answers. */
export function createAnswerCache<Value>(most: number): AnswerCache<Value> {
  const answers = new Map<string, Answer<Value>>();
  return {
    get(key) {
      const answer = answers.get(key);
      if (answer !== undefined) {
        // A Map keeps the order of insertion: what is used moves to the end.
        answers.delete(key);
        answers.set(key, answer);
      }
      return answer;
    },
    set(key, answer) {
      answers.delete(key);
      answers.set(key, answer);
      if (answers.size <= most) return;
      const [oldest] = answers.keys();
      if (oldest !== undefined) answers.delete(oldest);
    },
  };
}
