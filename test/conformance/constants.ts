/** Values that akka-apps always gave alike: a field that had one value in all recordings has that value. */
import { LEFT_OUT } from './differences';
import type { Observed, WebhookDelivery } from './recording';

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

interface Named {
  readonly name: string;
  readonly value: unknown;
}

function valuesOf(items: readonly Named[]): ReadonlyMap<string, readonly Value[]> {
  const values = new Map<string, Value[]>();
  for (const { name, value } of items) collect(values, name, value);
  return values;
}

/** Fields of the played with another value than the only one that the recorded have. */
function otherValues(recorded: readonly Named[], played: readonly Named[]): readonly string[] {
  const own = valuesOf(played);
  return [...valuesOf(recorded)].flatMap(([path, values]) => {
    const [always] = values;
    if (values.length < OFTEN || new Set(values).size > 1) return [];
    const others = new Set((own.get(path) ?? []).filter((value) => value !== always));
    if (others.size === 0) return [];
    const found = [...others].map((value) => JSON.stringify(value)).join(', ');
    return [`${path}: ${found}, expected ${JSON.stringify(always)} as always`];
  });
}

function bodies(messages: readonly Observed[]): readonly Named[] {
  return messages
    .map(({ message }) => ({ name: message.envelope.name, value: message.core.body }))
    .filter(({ name }) => !LEFT_OUT.has(name));
}

export function constantFindings(
  recorded: readonly Observed[],
  played: readonly Observed[],
): readonly string[] {
  return otherValues(bodies(recorded), bodies(played));
}

/** Meetings come with their creator's values in webhooks too. */
function attributes(deliveries: readonly WebhookDelivery[]): readonly Named[] {
  return deliveries
    .flatMap(({ event }) => [event].flat())
    .map(({ data }) => ({ name: `webhook ${data.id}`, value: data.attributes.user }));
}

export function webhookConstantFindings(
  recorded: readonly WebhookDelivery[],
  played: readonly WebhookDelivery[],
): readonly string[] {
  return otherValues(attributes(recorded), attributes(played));
}
