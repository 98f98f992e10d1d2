/** Finds where in a YAML document a path stands; reads positions only, never values. */
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import type { Finding } from './finding';

/** The name and the node of a key; undefined for one that is no plain word. */
export function keyOf(pair: Pair): { name: string; node: Node } | undefined {
  return isScalar(pair.key) ? { name: String(pair.key.value), node: pair.key } : undefined;
}

/** Where to point: the key, the value, or for what is not there the key of the nearest parent. */
export function offsetOf(doc: Document, { path, at }: Finding): number {
  let node: unknown = doc.contents;
  let keyOffset = startOf(node) ?? 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(doc);
    let child: unknown;
    let childKey: unknown;
    if (isMap(node)) {
      const pair = node.items.findLast((item) => keyOf(item)?.name === String(step));
      [child, childKey] = [pair?.value, pair?.key];
    } else if (isSeq(node)) {
      child = node.items[Number(step)];
      childKey = child;
    }
    if (childKey === undefined) return keyOffset;
    keyOffset = startOf(childKey) ?? keyOffset;
    node = child;
  }
  return at === 'key' || isBlank(node) ? keyOffset : (startOf(node) ?? keyOffset);
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0];
}

/** `key:` with nothing behind it: its value stands nowhere, so the key is shown. */
function isBlank(node: unknown): boolean {
  const range = (node as Node | null | undefined)?.range;
  return !range || range[0] === range[1];
}
