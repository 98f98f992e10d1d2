/** Writes a value the way an error message quotes it, on one line and short. */

const LONGEST = 60;
/** What stands before the host may be a password, and errors end up in logs. */
const USER_IN_URL = /\/\/[^/\s]*@/g;

/** Control and direction characters as `\u001b`: they would move the cursor of whoever reads the error. */
export function onOneLine(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

/** `'tree hours'`, `0`, `true`, `nothing`, `a list`, `a map`. */
export function showValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value !== 'string') return String(value);
  const letters = [...value.replace(USER_IN_URL, '//…@')];
  const cut = letters.length > LONGEST ? `${letters.slice(0, LONGEST).join('')}…` : letters.join('');
  return `'${onOneLine(cut)}'`;
}
