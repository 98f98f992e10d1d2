/** The kinds of values that may stand in the files, each with the words that an error uses for it; knows no key. */
import { z } from 'zod';
import { DURATION_PATTERN, parseDuration } from '../core/duration';

/** What an error calls a value that is right: "expected …". A schema without an entry is described by its shape. */
export const expectations = z.registry<{ expected: string; hint?: string }>();

const PRINTABLE = /^(?=.*\S)\P{Cc}+$/u;
const PRINTABLE_LINES = /^(?=[\s\S]*\S)(?:\P{Cc}|[\n\t])+$/u;
const MAX_TITLE = 100;
const MAX_TEXT = 1000;
const MAX_URL = 2000;
const MAX_FEE = 1_000_000_000;

/** A line of text for people. */
export function line(): z.ZodString {
  return z
    .string()
    .max(MAX_TITLE)
    .regex(PRINTABLE)
    .register(expectations, { expected: `a text of one line and at most ${MAX_TITLE} characters` });
}

/** Text for people that may have several lines. */
export function lines(): z.ZodString {
  return z
    .string()
    .max(MAX_TEXT)
    .regex(PRINTABLE_LINES)
    .register(expectations, { expected: `a text of at most ${MAX_TEXT} characters` });
}

/** A whole number of at least 1, or `unlimited`: never 0 or -1, which have meant both things elsewhere. */
export function countOrUnlimited() {
  return z.union([z.int().positive(), z.literal('unlimited')]);
}

/** The code of a tier; that there is such a tier is checked apart. */
export function tierCode(): z.ZodString {
  return z.string().register(expectations, { expected: 'the code of a tier' });
}

/** An amount in the currency of the file. */
export function fee(): z.ZodNumber {
  return z.number().min(0).max(MAX_FEE).register(expectations, { expected: 'an amount such as 20' });
}

/** `90m`, `3h`, `400d`, in milliseconds. */
export function duration() {
  const text = z
    .string()
    .meta({ pattern: DURATION_PATTERN, description: "a duration such as '90m', '3h', '1h30m' or '90d'" });
  return text.transform((written, context) => {
    const ms = parseDuration(written);
    if (ms !== undefined) return ms;
    context.addIssue({ code: 'custom' });
    return z.NEVER;
  });
}

/** An https address without a user name or password in it. */
export function httpsUrl() {
  return z
    .string()
    .max(MAX_URL)
    .regex(/^https:\/\/[^\s\p{Cc}]+$/u)
    .refine((text) => {
      const url = URL.canParse(text) ? new URL(text) : undefined;
      return url?.protocol === 'https:' && url.username === '' && url.password === '';
    })
    .register(expectations, { expected: "an https URL such as 'https://example.org/logo.svg'" });
}

/** `#rrggbb`. */
export function colour(): z.ZodString {
  return z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/)
    .register(expectations, {
      expected: "a colour such as '#0a7d55'",
      hint: 'without quotes, # begins a comment: put it in quotes',
    });
}

const HOST =
  /^(?=.{1,253}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** The name of a host alone; in lower case, as DNS does not know the difference. */
export function host() {
  return z
    .string()
    .regex(HOST)
    .transform((name) => name.toLowerCase())
    .register(expectations, {
      expected: "a host name such as 'meet.example.org', without https:// and without a port",
    });
}

/** An address that mail is sent from. */
export function mailAddress() {
  return z.email().max(254).register(expectations, { expected: "a mail address such as 'meet@example.org'" });
}
