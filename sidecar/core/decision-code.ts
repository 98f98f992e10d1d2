/** The short code that people see in the chat and operators type: `K7Q-2MX`; makes and reads it, stores nothing. */

/** No 0/O, 1/I/L, U/V: read aloud and typed from a screen. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTWXYZ';
const HALF = 3;

/** A code from a source of integers in `[0, below)`; chance alone keeps codes apart (29^6, about 595 million). */
export function makeDecisionCode(randomInt: (below: number) => number): string {
  const pick = (): string => ALPHABET[randomInt(ALPHABET.length)] ?? '2';
  const half = (): string => Array.from({ length: HALF }, pick).join('');
  return `${half()}-${half()}`;
}

/** The code as stored, from whatever way it was typed; undefined when it cannot be one. */
export function parseDecisionCode(text: string): string | undefined {
  const bare = text.trim().toUpperCase().replaceAll(/[\s-]/g, '');
  if (bare.length !== 2 * HALF || [...bare].some((char) => !ALPHABET.includes(char))) return undefined;
  return `${bare.slice(0, HALF)}-${bare.slice(HALF)}`;
}
