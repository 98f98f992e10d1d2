/** Writes a value the way an error message quotes it, on one line and short. */

const LONGEST = 60;

/** `'tree hours'`, `0`, `true`, `nothing`, `a list`, `a map`. */
export function showValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value !== 'string') return String(value);
  const letters = [...value];
  const cut = letters.length > LONGEST ? `${letters.slice(0, LONGEST).join('')}…` : value;
  // Control characters would move the cursor of whoever reads the error.
  return `'${cut.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)}'`;
}
