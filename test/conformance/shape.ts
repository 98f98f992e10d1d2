/** The shape of a piece of JSON: names in their order and types, without the values. */

/** `string`, `number`, `boolean`, `null`; `{a: string, b: [number]}`; an empty list is `[]`. Maps that callers fill are `map`. */
export function shapeOf(value: unknown, key = ''): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${value.length === 0 ? '' : shapeOf(value[0])}]`;
  if (typeof value !== 'object') return typeof value;
  if (key === 'metadata') return 'map';
  return `{${Object.entries(value)
    .map(([name, each]) => `${name}: ${shapeOf(each, name)}`)
    .join(', ')}}`;
}

/** Does `shape` fit `allowed`, where an empty list on either side fits every list? */
export function fits(shape: string, allowed: string): boolean {
  if (shape === allowed) return true;
  const open = (text: string): string => text.replace(/\[[^[\]]*\]/g, '[]');
  return open(open(shape)) === open(open(allowed)) && (shape.includes('[]') || allowed.includes('[]'));
}
