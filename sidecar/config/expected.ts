/** Says in words what a schema accepts, and finds the schema that stands at a path; never validates. */
import { z } from 'zod';
import { DURATION_PATTERN } from '../core/duration';
import { expectations } from './fields';
import type { Path } from './finding';
import { showValue } from './show-value';

/** The schema without `optional`, `default` and what happens after parsing. */
export function bare(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    return bare(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodPipe && expectations.get(schema) === undefined)
    return bare(schema.in as z.ZodType);
  return schema;
}

/** The choices of a union, unions in unions flattened; the schema itself when it is none. */
export function optionsOf(schema: z.ZodType): readonly z.ZodType[] {
  const inner = bare(schema);
  if (!(inner instanceof z.ZodUnion)) return [inner];
  return inner.options.flatMap((option) => optionsOf(option as z.ZodType));
}

/** The map among the choices of a schema. */
export function mapOption(schema: z.ZodType): z.ZodObject | undefined {
  return optionsOf(schema).find((option) => option instanceof z.ZodObject);
}

/** The schema of the value at `path`; undefined below a key that no schema knows. */
export function schemaAt(root: z.ZodType, path: Path): z.ZodType | undefined {
  let schema: z.ZodType | undefined = root;
  for (const key of path) {
    if (schema === undefined) return undefined;
    const inner: z.ZodType = bare(schema);
    if (inner instanceof z.ZodRecord) schema = inner.valueType as z.ZodType;
    else if (inner instanceof z.ZodArray) schema = inner.element as z.ZodType;
    else {
      const shape: Record<string, z.ZodType> = mapOption(inner)?.shape ?? {};
      schema = Object.hasOwn(shape, key) ? shape[key] : undefined;
    }
  }
  return schema;
}

/** The single words that a schema accepts: those of an enum, `unlimited`, `on-request`. */
export function wordsOf(schema: z.ZodType): readonly string[] {
  const words = optionsOf(schema).flatMap((option): readonly unknown[] => {
    if (option instanceof z.ZodEnum) return option.options;
    return option instanceof z.ZodLiteral ? [...option.values] : [];
  });
  return words.filter((word) => typeof word === 'string');
}

/** True for what is written as a duration. */
export function isDurationSchema(schema: z.ZodType): boolean {
  return optionsOf(schema).some(
    (option) => option instanceof z.ZodString && option.meta()?.pattern === DURATION_PATTERN,
  );
}

/** "a duration such as '3h'". `unlimited` and the `{max, enforce}` form go unsaid: few who slip meant them. */
export function phraseOf(schema: z.ZodType): string {
  const known = expectations.get(schema) ?? expectations.get(bare(schema));
  if (known !== undefined) return known.expected;
  const options = optionsOf(schema).filter(
    (option) => !(option instanceof z.ZodLiteral && option.value === 'unlimited'),
  );
  const values = options.filter((option) => !(option instanceof z.ZodObject));
  return (values.length > 0 ? values : options).map(phraseOfOne).join(' or ');
}

function phraseOfOne(schema: z.ZodType): string {
  const known = expectations.get(schema);
  if (known !== undefined) return known.expected;
  if (schema instanceof z.ZodObject) return `a map with the keys ${Object.keys(schema.shape).join(', ')}`;
  if (schema instanceof z.ZodEnum) return listOf(schema.options.map(showValue));
  if (schema instanceof z.ZodLiteral) return listOf([...schema.values].map(showValue));
  if (schema instanceof z.ZodBoolean) return 'true or false';
  if (isDurationSchema(schema)) return "a duration such as '3h'";
  const json = z.toJSONSchema(schema, { target: 'draft-7', io: 'input', unrepresentable: 'any' });
  if (json.type === 'integer') {
    return json.exclusiveMinimum === 0 ? 'a whole number of at least 1' : 'a whole number';
  }
  return { string: 'a text', number: 'a number', array: 'a list' }[String(json.type)] ?? 'another value';
}

/** `a, b or c`. */
export function listOf(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}
