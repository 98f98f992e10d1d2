/** Parses BBB's replies without changing a value: `0042` stays `0042`; anything that is no whole reply of BBB is refused. */
import { XMLParser } from 'fast-xml-parser';
import { messageOf, TransientError } from '../errors';

/** Texts, lists and objects as BBB wrote them; which is which the schema says. */
export interface Reply {
  readonly [field: string]: unknown;
}

/** Always lists, even of one. By name alone, so not `recording`: a meeting has a field of that name, too. */
const LISTS: ReadonlySet<string> = new Set(['meeting', 'attendee', 'hook']);
/** Tags may be named by whoever calls `create` or `join`; these would be refused with the whole reply. */
const RESERVED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  jPath: false,
  // Whatever a participant put into the join link; never needed, so never parsed.
  stopNodes: ['..customdata'],
  transformTagName: (name) => (RESERVED.has(name) ? `_${name}` : name),
  isArray: (name) => LISTS.has(name),
});

function isObject(value: unknown): value is Reply {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(call: string, body: string): unknown {
  try {
    return parser.parse(body);
  } catch (error) {
    throw new TransientError(`${call}: the answer is no XML (${messageOf(error)})`);
  }
}

/**
 * What is inside `<response>`. Throws TransientError for an HTML page, an empty body, a reply that was cut off or has no `returncode`:
 * BBB is not there, or something stands in between. `call` names it in the error.
 */
export function parseReply(call: string, body: string): Reply {
  // The parser would close what is open by itself, and a list cut short would pass for the whole one.
  if (!body.trimEnd().endsWith('</response>'))
    throw new TransientError(
      `${call}: expected a <response> of BBB, got ${body.trim() === '' ? 'nothing' : 'something else'}`,
    );
  const document = parse(call, body);
  const response = isObject(document) ? document.response : undefined;
  if (!isObject(response) || typeof response.returncode !== 'string')
    throw new TransientError(`${call}: expected a <response> with a returncode, got something else`);
  return { ...response, returncode: response.returncode.trim() };
}
