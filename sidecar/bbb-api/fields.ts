/** The kinds of fields that BBB's replies are made of; all come as text. */
import { z } from 'zod';

const LONGEST_TEXT = 1024;
/** A claim has some 500 characters; longer values are left out, the others stay. */
const LONGEST_METADATA_VALUE = 4096;
const MOST_METADATA = 256;

export const text = z.string().max(LONGEST_TEXT);
export const id = text.min(1);
export const whole = z
  .string()
  .trim()
  .regex(/^\d{1,15}$/)
  .transform(Number);
/** `true`, or anything else. */
export const yes = z
  .string()
  .optional()
  .transform((told) => told?.trim() === 'true');
/** For matching with akka-apps' list and for the operator's page; a cut one does no harm. */
export const name = z
  .unknown()
  .transform((told) => (typeof told === 'string' ? told.slice(0, LONGEST_TEXT) : ''));

/** The elements of that name: none when the container is empty (then it is a text), one, or many. */
export function listIn(container: unknown, element: string): readonly unknown[] {
  if (typeof container !== 'object' || container === null) return [];
  const list = (container as Readonly<Record<string, unknown>>)[element];
  if (Array.isArray(list)) return list;
  return list === undefined || list === '' ? [] : [list];
}

/** Written by whoever called `create`; keys lower-case. A value in a list stood under a name of BBB's own. */
export const metadata = z.unknown().transform((told): Readonly<Record<string, string>> => {
  if (typeof told !== 'object' || told === null) return {};
  const entries: [string, string][] = [];
  for (const [key, value] of Object.entries(told)) {
    const only: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
    if (key === '#text' || typeof only !== 'string' || only.length > LONGEST_METADATA_VALUE) continue;
    if (entries.length < MOST_METADATA) entries.push([key.toLowerCase(), only]);
  }
  return Object.fromEntries(entries);
});
