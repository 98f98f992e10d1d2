/** What a raw message turned out to be, and how a reader for one kind of message is made; knows no message itself. */
import type { z } from 'zod';
import type { BbbInstant } from '../core/bbb-instant';
import type { StampedEvent } from '../core/stamped-event';
import type { RecordingEvent } from './recording-event';

/**
 * What became of a message. `irrelevant`: not parsed, or nothing in it concerns limits. `dropped`: meant for us but unreadable:
 * garbage, truncated, too long, of wrong types.
 */
export type Reading =
  | { readonly result: 'irrelevant' }
  | { readonly result: 'dropped' }
  | { readonly result: 'event'; readonly event: StampedEvent }
  | { readonly result: 'recording'; readonly recording: RecordingEvent }
  /** bbb-web pings every 10 s, and we do. */
  | { readonly result: 'pong'; readonly pong: Pong };

/** akka-apps' answer to a ping. `asked`: the number that came with the ping, for BBB a moment. */
export interface Pong {
  readonly system: string;
  readonly asked: number;
  readonly at: BbbInstant;
}

/** Reads what JSON.parse made of a message. Never throws. */
export type Read = (message: unknown) => Reading;

/** Reads a raw message without a schema: the reading, or undefined: parse and check it. Never throws. */
export type QuickRead = (message: Buffer) => Reading | undefined;

export const IRRELEVANT: Reading = { result: 'irrelevant' };
export const DROPPED: Reading = { result: 'dropped' };

/** A reader for messages of the given shape; any other shape is dropped. */
export function reading<Schema extends z.ZodType>(
  schema: Schema,
  convert: (message: z.output<Schema>) => Reading,
): Read {
  return (message) => {
    const checked = schema.safeParse(message);
    return checked.success ? convert(checked.data) : DROPPED;
  };
}

/** A reader that makes a meeting event of every message of the given shape. */
export function eventOf<Schema extends z.ZodType>(
  schema: Schema,
  convert: (message: z.output<Schema>) => StampedEvent,
): Read {
  return reading(schema, (message) => ({ result: 'event', event: convert(message) }));
}
