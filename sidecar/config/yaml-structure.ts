/** Finds in a YAML document what plain data would hide: a key twice, an alias to nothing, to itself, or too many of them. */
import { type Alias, type Document, isAlias, isMap, isSeq, type Node, visit } from 'yaml';
import type { Finding, Path } from './finding';
import { keyOf } from './yaml-position';

/** Also what a handful of aliases of aliases of aliases comes to. */
const MAX_ALIASES = 1000;
const TOO_MANY = `expected at most ${MAX_ALIASES} uses of aliases (*name), got more`;

/** A finding of something that stands somewhere, and not only at a path. `fatal`: no plain data can be made of it. */
export interface StructureFinding extends Finding {
  readonly offset: number;
  readonly fatal: boolean;
}

/** Every such finding, in the order of the file. */
export function structureOf(doc: Document): readonly StructureFinding[] {
  const found: StructureFinding[] = [];
  // Counted first, because resolving an alias walks the document.
  if (aliasesOf(doc) > MAX_ALIASES) return [tooManyAliases(doc)];
  walk(doc, doc.contents, [], found);
  return found;
}

/** Plain data, or why it would become too much of it. Only for a document without fatal findings. */
export function plainData(
  doc: Document,
): { readonly value: unknown } | { readonly finding: StructureFinding } {
  try {
    return { value: doc.toJS({ maxAliasCount: MAX_ALIASES }) ?? null };
  } catch {
    return { finding: tooManyAliases(doc) };
  }
}

function aliasesOf(doc: Document): number {
  let count = 0;
  visit(doc, {
    Alias() {
      count += 1;
    },
  });
  return count;
}

function tooManyAliases(doc: Document): StructureFinding {
  return { path: [], at: 'value', message: TOO_MANY, offset: offsetOfNode(doc.contents), fatal: true };
}

function offsetOfNode(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0;
}

function walk(doc: Document, node: unknown, path: Path, found: StructureFinding[]): void {
  if (isAlias(node)) {
    const message = aliasTrouble(doc, node);
    if (message !== undefined)
      found.push({ path, at: 'value', message, offset: offsetOfNode(node), fatal: true });
  } else if (isSeq(node)) {
    node.items.forEach((item, index) => {
      walk(doc, item, [...path, index], found);
    });
  } else if (isMap(node)) {
    const seen = new Set<string>();
    for (const pair of node.items) {
      const key = keyOf(pair);
      if (key === undefined) continue;
      const here = [...path, key.name];
      const message = keyTrouble(key.name, seen);
      const offset = offsetOfNode(key.node);
      if (message !== undefined) found.push({ path: here, at: 'key', message, offset, fatal: false });
      seen.add(key.name);
      walk(doc, pair.value, here, found);
    }
  }
}

function keyTrouble(name: string, seen: ReadonlySet<string>): string | undefined {
  // Zod passes over this key in silence.
  if (name === '__proto__') return 'unknown key, never allowed';
  return seen.has(name) ? 'expected each key once, got it a second time' : undefined;
}

function aliasTrouble(doc: Document, alias: Alias): string | undefined {
  const target = alias.resolve(doc);
  if (target === undefined) return `expected an anchor &${alias.source} before its alias, got none`;
  const at = offsetOfNode(alias);
  const [start, end] = target.range ?? [at, at];
  return start < at && at < end ? 'expected a value, got an alias of the value it is part of' : undefined;
}
