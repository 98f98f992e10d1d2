/** Reads the parameters of a call strictly: what is unknown, twice or not what is expected is named, all at once. Looks nothing up. */
import type { Request } from 'express';
import type { z } from 'zod';
import { didYouMean } from '../config/did-you-mean';
import { type FieldError, Refusal } from './problem';

function shown(name: string): string {
  return name.length > 64 ? `${name.slice(0, 64)}…` : name;
}

function refuse(errors: readonly FieldError[]): never {
  const [first] = errors;
  throw new Refusal(400, `${first?.path}: ${first?.message}`, { errors });
}

/** Names and values of the query string; a name that comes twice is kept twice. */
function pairsOf(request: Request): readonly (readonly [string, string])[] {
  const at = request.originalUrl.indexOf('?');
  if (at < 0) return [];
  const text = request.originalUrl.slice(at + 1);
  try {
    decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Refusal(400, 'The query has a malformed percent-escape.');
  }
  return [...new URLSearchParams(text)];
}

function unexpected(pairs: readonly (readonly [string, string])[], known: readonly string[]): FieldError[] {
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  for (const [name] of pairs) {
    if (!known.includes(name)) {
      const meant = didYouMean(name, known);
      const hint = known.length === 0 ? 'none is taken here' : `known: ${known.join(', ')}`;
      const message = `unknown parameter${meant === undefined ? '' : `, did you mean '${meant}'?`} (${hint})`;
      errors.push({ path: shown(name), message });
    } else if (seen.has(name)) errors.push({ path: name, message: 'expected once, got more than once' });
    seen.add(name);
  }
  return errors;
}

function parsed<Schema extends z.ZodObject>(
  schema: Schema,
  values: Record<string, unknown>,
): z.output<Schema> {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  return refuse(
    result.error.issues.map((issue) => ({ path: issue.path.join('.'), message: sentence(issue.message) })),
  );
}

/** zod's words start with a capital, ours do not. */
function sentence(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

/** The query as the schema reads it. Throws Refusal 400 naming every parameter that is wrong. */
export function readQuery<Schema extends z.ZodObject>(request: Request, schema: Schema): z.output<Schema> {
  const pairs = pairsOf(request);
  const errors = unexpected(pairs, Object.keys(schema.shape));
  if (errors.length > 0) refuse(errors);
  return parsed(schema, Object.fromEntries(pairs));
}

/** The parameters of the path. Throws Refusal 400. */
export function readPath<Schema extends z.ZodObject>(request: Request, schema: Schema): z.output<Schema> {
  return parsed(schema, { ...request.params });
}

/** Nothing here takes a body: an empty object is as good as none. Throws Refusal 400. */
export function refuseMembers(body: unknown): void {
  if (body === undefined) return;
  const isEmpty =
    typeof body === 'object' && body !== null && !Array.isArray(body) && Object.keys(body).length === 0;
  if (!isEmpty) throw new Refusal(400, "The body: expected none, or '{}': this call takes no values in it.");
}
