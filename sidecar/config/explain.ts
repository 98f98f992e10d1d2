/** Turns what zod found into findings in the house's words; adds no rule of its own. */
import type { z } from 'zod';
import { didYouMean } from './did-you-mean';
import { mapOption, phraseOf, schemaAt } from './expected';
import { type Finding, isMap, type Path, valueAt } from './finding';
import { hintFor } from './hint';
import { showValue } from './show-value';

/** How every message about a key that no schema has begins. */
export const UNKNOWN_KEY = 'unknown key';

type Issue = z.core.$ZodIssue;

/** Every issue of a failed parse of `value`, one finding for each thing to correct. */
export function explain(schema: z.ZodType, value: unknown, issues: readonly Issue[]): readonly Finding[] {
  const findings = issues.flatMap((issue) => explainOne(schema, value, issue, []));
  // A value may fail two checks of one schema; it is to be corrected once.
  return [
    ...new Map(
      findings.map((finding) => [JSON.stringify([finding.path, finding.message]), finding]),
    ).values(),
  ];
}

function explainOne(root: z.ZodType, value: unknown, issue: Issue, base: Path): readonly Finding[] {
  const path: Path = [...base, ...issue.path.map((key) => (typeof key === 'number' ? key : String(key)))];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(root, path, key));
  const schema = schemaAt(root, path);
  if (issue.code === 'invalid_union' && schema !== undefined && isMap(valueAt(value, path))) {
    const inMap = issuesOfMap(schema, issue.errors);
    if (inMap !== undefined) return inMap.flatMap((inner) => explainOne(root, value, inner, path));
  }
  return [wrongValue(root, value, path)];
}

/** The errors of that choice of a union which is a map: who wrote a map meant it. */
function issuesOfMap(schema: z.ZodType, errors: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  if (mapOption(schema) === undefined) return undefined;
  return errors.find(
    (issues) => !issues.some((issue) => issue.path.length === 0 && issue.code !== 'unrecognized_keys'),
  );
}

function unknownKey(root: z.ZodType, path: Path, key: string): Finding {
  const schema = schemaAt(root, path);
  const known = Object.keys((schema === undefined ? undefined : mapOption(schema))?.shape ?? {});
  const meant = didYouMean(key, known);
  const message =
    meant === undefined
      ? `${UNKNOWN_KEY}, expected one of ${known.join(', ')}`
      : `${UNKNOWN_KEY}, did you mean '${meant}'?`;
  return { path: [...path, key], at: 'key', message };
}

/** "expected …, got …": the schema's words, the value, and what to do where that is known. */
export function wrongValue(root: z.ZodType, value: unknown, path: Path): Finding {
  const schema = schemaAt(root, path);
  const found = valueAt(value, path);
  const expected = schema === undefined ? 'another value' : phraseOf(schema);
  const hint = schema === undefined ? '' : hintFor(schema, found);
  const got =
    path.length === 0 && found === null
      ? 'an empty file'
      : found === undefined
        ? 'nothing: the key is missing'
        : showValue(found);
  return { path, at: 'value', message: `expected ${expected}, got ${got}${hint}` };
}
