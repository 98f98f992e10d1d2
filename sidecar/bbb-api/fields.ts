/** The kinds of fields that BBB's replies are made of; all come as text. */
import { z } from 'zod';
import { metadata as plainMetadata } from '../bbb-fields';

const LONGEST_TEXT = 1024;

export const text = z.string().max(LONGEST_TEXT);
export const id = text.min(1);
export const whole = z
  .string()
  .trim()
  .regex(/^\d{1,15}$/)
  .transform(Number);
/** Any integer, as BBB itself takes it; what is not positive is none, 0 (`maxUsers > 0` in bbb-web). */
export const setting = z
  .string()
  .trim()
  .regex(/^[+-]?\d{1,15}$/)
  .transform((input) => Math.max(0, Number(input)));
/** `true`, or anything else. */
export const yes = z
  .string()
  .optional()
  .transform((input) => input?.trim() === 'true');
/** For matching with akka-apps' list and for the operator's page; a cut one does no harm. */
export const name = z
  .unknown()
  .transform((input) => (typeof input === 'string' ? input.slice(0, LONGEST_TEXT) : ''));

/** The elements of that name: none when the container is empty (then it is a text), one, or many. */
export function listIn(container: unknown, element: string): readonly unknown[] {
  if (typeof container !== 'object' || container === null) return [];
  const list = (container as Readonly<Record<string, unknown>>)[element];
  if (Array.isArray(list)) return list;
  return list === undefined || list === '' ? [] : [list];
}

/** As in BBB's JSON. A value in a list stood under a name of BBB's own; text between the elements is none. */
export const metadata = z
  .unknown()
  .transform((input): unknown => {
    if (typeof input !== 'object' || input === null) return {};
    const entries = Object.entries(input).filter(([key]) => key !== '#text');
    return Object.fromEntries(
      entries.map(([key, value]) => [key, Array.isArray(value) && value.length === 1 ? value[0] : value]),
    );
  })
  .pipe(plainMetadata);
