/** Values that akka-apps always gave alike: a field that had one value in all recordings has that value. */
import { LEFT_OUT } from './differences';
import type { Observed } from './recording';

/** So many times before it counts as always. */
const OFTEN = 3;

/** Given by who creates a meeting, which in the recordings a program did in bbb-web's place. */
const GIVEN: ReadonlySet<string> = new Set(['props']);

type Value = string | number | boolean | null;

function collect(values: Map<string, Value[]>, path: string, value: unknown): void {
  if (Array.isArray(value)) {
    for (const each of value) collect(values, `${path}[]`, each);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, each] of Object.entries(value))
      if (!GIVEN.has(name)) collect(values, `${path}.${name}`, each);
  } else {
    values.set(path, [...(values.get(path) ?? []), value as Value]);
  }
}

function valuesOf(messages: readonly Observed[]): ReadonlyMap<string, readonly Value[]> {
  const values = new Map<string, Value[]>();
  for (const { message } of messages)
    if (!LEFT_OUT.has(message.envelope.name)) collect(values, message.envelope.name, message.core.body);
  return values;
}

/** Fields of the played messages with another value than the only one that the recordings have. */
export function constantFindings(
  recorded: readonly Observed[],
  played: readonly Observed[],
): readonly string[] {
  const own = valuesOf(played);
  return [...valuesOf(recorded)].flatMap(([path, values]) => {
    const [always] = values;
    if (values.length < OFTEN || new Set(values).size > 1) return [];
    const others = new Set((own.get(path) ?? []).filter((value) => value !== always));
    if (others.size === 0) return [];
    return [
      `${path}: ${[...others].map((value) => JSON.stringify(value)).join(', ')}, expected ${JSON.stringify(always)} as always`,
    ];
  });
}
