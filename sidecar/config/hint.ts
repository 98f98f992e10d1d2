/** Adds to an error what the writer most likely wanted; silent when it does not know. */
import { z } from 'zod';
import { parseDuration } from '../core/duration';
import { didYouMean } from './did-you-mean';
import { bare, isDurationSchema, optionsOf, wordsOf } from './expected';
import { expectations } from './fields';

const UNLIMITED_ELSEWHERE = [
  'none',
  'never',
  'inf',
  'infinite',
  'infinity',
  'no limit',
  'unbounded',
  'max',
  '∞',
  '.inf',
];
/** `0`, `0m`, `-1`. */
const NOTHING_OR_LESS = /^(?:-\s*\d+|0+)\s*[a-z]*$/;
const YES = ['yes', 'on', 'y', 'true', 'unlimited'];
const NO = ['no', 'off', 'n', 'false'];

/** ` (did you mean 'shared'?)`, ` (for no limit write 'unlimited')`, or nothing. */
export function hintFor(schema: z.ZodType, value: unknown): string {
  const hint = find(schema, value);
  return hint === undefined ? '' : ` (${hint})`;
}

function find(schema: z.ZodType, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const options = optionsOf(schema);
  const words = wordsOf(schema);
  const text = typeof value === 'string' ? value.trim() : undefined;
  if (value === null) return expectations.get(bare(schema))?.hint;
  if (words.includes('unlimited') && meansUnlimited(value)) return "for no limit write 'unlimited'";
  if (text !== undefined) {
    const meant = didYouMean(text, words);
    if (meant !== undefined) return `did you mean '${meant}'?`;
    return options.map((option) => textHint(option, text)).find((hint) => hint !== undefined);
  }
  if (typeof value === 'number')
    return options.map((option) => numberHint(option, value)).find((hint) => hint !== undefined);
  return undefined;
}

function meansUnlimited(value: unknown): boolean {
  if (typeof value === 'number') return value <= 0 || value === Number.POSITIVE_INFINITY;
  if (typeof value !== 'string') return false;
  const text = value.trim().toLowerCase();
  return UNLIMITED_ELSEWHERE.includes(text) || NOTHING_OR_LESS.test(text);
}

function textHint(option: z.ZodType, text: string): string | undefined {
  if (option instanceof z.ZodBoolean) {
    if (YES.includes(text.toLowerCase())) return 'write true, without quotes';
    if (NO.includes(text.toLowerCase())) return 'write false, without quotes';
  }
  if (option instanceof z.ZodNumber && text !== '' && option.safeParse(Number(text)).success)
    return 'write it without quotes';
  if (option instanceof z.ZodLiteral && text !== '' && option.values.has(Number(text)))
    return 'write it without quotes';
  const closed = text.replace(/\s+/g, '').toLowerCase();
  if (isDurationSchema(option) && parseDuration(closed) !== undefined) return `write '${closed}'`;
  return undefined;
}

function numberHint(option: z.ZodType, value: number): string | undefined {
  if (isDurationSchema(option) && Number.isInteger(value) && value > 0)
    return `a unit is missing: ${value}m, ${value}h or ${value}d`;
  if (option instanceof z.ZodString && option.safeParse(String(value)).success) return 'put it in quotes';
  return undefined;
}
