/** The shape of a piece of JSON: names in their order and types, without the values. */

/** A type's name (`digits`: a text of nothing else), the shape of a list's first element (`undefined`: empty), or an object's fields in order. */
export type Shape =
  | string
  | { readonly element: Shape | undefined }
  | { readonly fields: readonly (readonly [string, Shape])[] };

/** `metadata` is filled by callers: its fields are left out. */
export function shapeOf(value: unknown, key = ''): Shape {
  if (value === null) return 'null';
  if (Array.isArray(value)) return { element: value.length === 0 ? undefined : shapeOf(value[0]) };
  // Lines of the telephone are numbers in texts.
  if (typeof value === 'string' && /^\d+$/.test(value)) return 'digits';
  if (typeof value !== 'object') return typeof value;
  if (key === 'metadata') return 'map';
  return { fields: Object.entries(value).map(([name, each]) => [name, shapeOf(each, name)]) };
}

/** Are they the same, where an empty list fits every list? */
export function fits(a: Shape, b: Shape): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  if ('element' in a)
    return (
      'element' in b && (a.element === undefined || b.element === undefined || fits(a.element, b.element))
    );
  if ('element' in b || a.fields.length !== b.fields.length) return false;
  return a.fields.every(([name, each], index) => {
    const [otherName, other] = b.fields[index] ?? ['', 'nothing'];
    return name === otherName && fits(each, other);
  });
}

/** `{a: string, b: [number]}` */
export function shapeText(shape: Shape): string {
  if (typeof shape === 'string') return shape;
  if ('element' in shape) return `[${shape.element === undefined ? '' : shapeText(shape.element)}]`;
  return `{${shape.fields.map(([name, each]) => `${name}: ${shapeText(each)}`).join(', ')}}`;
}
