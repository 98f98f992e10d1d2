/** Turns a raw message of the bus into what it means here; it never throws, whatever the bytes, and decides nothing. */
import { MEETING_MESSAGES } from './meeting-messages';
import { nameFilter } from './message-name';
import { LONGEST_MESSAGE_BYTES } from './protocol';
import { DROPPED, IRRELEVANT, type Read, type Reading } from './reading';
import { RECORDING_MESSAGES, readPipelineMessage } from './recording-messages';

const READERS: ReadonlyMap<string, Read> = new Map([...MEETING_MESSAGES, ...RECORDING_MESSAGES]);

const readerFor = nameFilter(READERS);

function parse(message: Buffer): unknown {
  try {
    return JSON.parse(message.toString('utf8'));
  } catch {
    return undefined;
  }
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

/** JavaScript and Ruby write their keys in any order: only the parsed message says what it is. */
function readByContent(message: Buffer): Reading {
  const parsed = parse(message);
  const name = field(field(parsed, 'envelope'), 'name');
  if (typeof name === 'string') return READERS.get(name)?.(parsed) ?? IRRELEVANT;
  return typeof field(field(parsed, 'header'), 'name') === 'string' ? readPipelineMessage(parsed) : DROPPED;
}

/** What a message of any of the channels is. Irrelevant ones that begin as BBB's do are told by their first bytes alone. */
export function readMessage(message: Buffer): Reading {
  const read = readerFor(message);
  if (read === undefined) return IRRELEVANT;
  if (message.length > LONGEST_MESSAGE_BYTES) return DROPPED;
  if (read === 'unreadable') return readByContent(message);
  const parsed = parse(message);
  return parsed === undefined ? DROPPED : read(parsed);
}
