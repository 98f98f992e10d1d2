/** Turns a raw message of the bus into what it means here; it never throws, whatever the bytes, and decides nothing. */
import { MEETING_MESSAGES } from './meeting-messages';
import { nameFilter } from './message-name';
import { LONGEST_MESSAGE_BYTES } from './protocol';
import { QUICK_READS } from './quick-read';
import { DROPPED, IRRELEVANT, type QuickRead, type Read, type Reading } from './reading';
import { RECORDING_MESSAGES, readPipelineMessage } from './recording-messages';

const READERS: ReadonlyMap<string, Read> = new Map([...MEETING_MESSAGES, ...RECORDING_MESSAGES]);

/** How a message of a name is read: quickly if it is laid out as usual, else by parsing and checking it. */
interface Reader {
  readonly read: Read;
  readonly quickRead: QuickRead | undefined;
}

const readerFor = nameFilter<Reader>(
  new Map([...READERS].map(([name, read]) => [name, { read, quickRead: QUICK_READS.get(name) }])),
);

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

/** What a message is by its content alone, all of it parsed: JavaScript and Ruby write their keys in any order. */
export function readByContent(message: Buffer): Reading {
  const parsed = parse(message);
  const name = field(field(parsed, 'envelope'), 'name');
  if (typeof name === 'string') return READERS.get(name)?.(parsed) ?? IRRELEVANT;
  return typeof field(field(parsed, 'header'), 'name') === 'string' ? readPipelineMessage(parsed) : DROPPED;
}

function readByParsing(message: Buffer, read: Read): Reading {
  const parsed = parse(message);
  return parsed === undefined ? DROPPED : read(parsed);
}

/** What a message of any of the channels is. Irrelevant ones that begin as BBB's do are recognised by their first bytes alone. */
export function readMessage(message: Buffer): Reading {
  const reader = readerFor(message);
  if (reader === undefined) return IRRELEVANT;
  if (message.length > LONGEST_MESSAGE_BYTES) return DROPPED;
  if (reader === 'unreadable') return readByContent(message);
  return reader.quickRead?.(message) ?? readByParsing(message, reader.read);
}
