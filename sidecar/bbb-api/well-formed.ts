/** Text that can be encoded as UTF-8; it changes nothing else. */

/** Halves of surrogate pairs that have lost the other half become U+FFFD; `encodeURIComponent` would throw on them. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}
