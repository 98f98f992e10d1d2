/** The newest messages of the stream with their ids, bounded in number and size, so that whoever was away briefly misses nothing. */
import type { StreamMessage } from '../schemas';

/** A message put into words once, for everybody. */
export interface Sendable {
  readonly id: number;
  readonly type: StreamMessage['type'];
  readonly json: string;
}

export interface Backlog {
  add(message: Sendable): void;
  /** All messages after this id; undefined when some of them are no longer, or were never, here. */
  after(id: number): readonly Sendable[] | undefined;
  /** Forgets all: only what comes after `id` can be replayed from here on. */
  clear(id: number): void;
}

const MOST_MESSAGES = 2_000;
const MOST_CHARACTERS = 2_000_000;

/** Empty, knowing nothing of ids up to `id`. */
export function createBacklog(id: number): Backlog {
  let messages: Sendable[] = [];
  let characters = 0;
  /** Everything after this id is here. */
  let whole = id;
  let newest = id;
  return {
    add(message) {
      messages.push(message);
      newest = message.id;
      characters += message.json.length;
      let surplus = 0;
      while (messages.length - surplus > MOST_MESSAGES || characters > MOST_CHARACTERS) {
        const oldest = messages[surplus];
        if (oldest === undefined) break;
        characters -= oldest.json.length;
        whole = oldest.id;
        surplus += 1;
      }
      if (surplus > 0) messages = messages.slice(surplus);
    },
    after(wanted) {
      if (!Number.isSafeInteger(wanted) || wanted < whole || wanted > newest) return undefined;
      return messages.filter((message) => message.id > wanted);
    },
    clear(from) {
      messages = [];
      characters = 0;
      whole = from;
      newest = from;
    },
  };
}
