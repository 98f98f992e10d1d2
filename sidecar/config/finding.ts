/** One thing wrong, by its path in the file; becomes a ConfigProblem once a source knows the line. */

export type Path = readonly (string | number)[];

/** `at`: whether the key or its value is to be pointed at; what does not exist is shown at its nearest parent. */
export interface Finding {
  readonly path: Path;
  readonly at: 'key' | 'value';
  readonly message: string;
}

const PLAIN_KEY = /^[\w-]+$/;

/** `tiers.free.notices[1]`; a key with other characters is quoted, so that a path always reads one way. */
export function showPath(path: Path): string {
  return path
    .map((key, index) => {
      if (typeof key === 'number') return `[${key}]`;
      const shown = PLAIN_KEY.test(key) ? key : JSON.stringify(key);
      return index === 0 ? shown : `.${shown}`;
    })
    .join('');
}

/** The value at `path` in plain data; undefined when there is none. Own keys only. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return value;
}

/** The entries of a map in plain data; none for anything else. */
export function entriesAt(root: unknown, path: Path): readonly (readonly [string, unknown])[] {
  const value = valueAt(root, path);
  return isMap(value) ? Object.entries(value) : [];
}

/** True for what YAML calls a map. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
