/** Reads a command as strictly as akka-apps: one field too many or too few anywhere and it is dropped; the reason is kept for tests. */
import type { Command } from '../model/commands';
import type { BbbVersion } from '../version';
import { commandShape, type FieldType } from './command-shapes';

export type Decoded =
  | { readonly ok: true; readonly command: Command }
  | { readonly ok: false; readonly name: string; readonly reason: string };

const CLIENT_HEADER = { name: 'string', meetingId: 'string', userId: 'string' } as const;
const BASE_HEADER = { name: 'string' } as const;

/** Field order is free; names, presence and JSON types are not (`JsonUtil.scala`: unknown and missing properties fail). */
export function decodeCommand(text: string, version: BbbVersion): Decoded {
  const message = parse(text);
  if (!isObject(message)) return dropped('', 'not a JSON object');
  const { envelope, core } = message;
  const name = isObject(envelope) && typeof envelope.name === 'string' ? envelope.name : '';
  const outer = mismatch(message, { envelope: ANY_OBJECT, core: ANY_OBJECT }, 'message');
  if (outer !== undefined) return dropped(name, outer);
  const wrong = mismatch(envelope, { name: 'string', routing: ANY_OBJECT, timestamp: 'number' }, 'envelope');
  if (wrong !== undefined) return dropped(name, wrong);
  const shape = commandShape(name, version);
  if (shape === undefined) return dropped(name, `cannot handle ${name}`);
  const inner =
    mismatch(core, { header: ANY_OBJECT, body: ANY_OBJECT }, 'core') ??
    mismatch((core as Fields).header, shape.header === 'base' ? BASE_HEADER : CLIENT_HEADER, 'core.header') ??
    mismatch((core as Fields).body, shape.body, 'core.body');
  if (inner !== undefined) return dropped(name, inner);
  const { header, body } = core as { header: Record<string, string>; body: Fields };
  if (header.name !== name) return dropped(name, `core.header.name: expected ${name}, got ${header.name}`);
  const command = { name, meetingId: header.meetingId ?? '', userId: header.userId ?? '', body };
  return { ok: true, command };
}

type Fields = Record<string, unknown>;

const ANY_OBJECT = Symbol('any object');
type Expected = FieldType | typeof ANY_OBJECT;

function dropped(name: string, reason: string): Decoded {
  return { ok: false, name, reason };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is wrong with `value`, or undefined. */
function mismatch(
  value: unknown,
  expected: Expected | { [field: string]: Expected },
  path: string,
): string | undefined {
  if (expected === ANY_OBJECT) return isObject(value) ? undefined : `${path}: expected an object`;
  if (typeof expected === 'string') {
    return typeof value === expected ? undefined : `${path}: expected a ${expected}, got ${typeof value}`;
  }
  if (Array.isArray(expected)) return listMismatch(value, expected[0], path);
  if (!isObject(value)) return `${path}: expected an object`;
  const fields = expected as { [field: string]: Expected };
  for (const field of Object.keys(value)) {
    if (!Object.hasOwn(fields, field)) return `${path}: unknown field ${field}`;
  }
  for (const [field, type] of Object.entries(fields)) {
    if (!Object.hasOwn(value, field)) return `${path}: missing field ${field}`;
    const wrong = mismatch(value[field], type, `${path}.${field}`);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function listMismatch(value: unknown, element: FieldType, path: string): string | undefined {
  if (!Array.isArray(value)) return `${path}: expected a list`;
  for (const [index, each] of value.entries()) {
    const wrong = mismatch(each, element, `${path}[${index}]`);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
