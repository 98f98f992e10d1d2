/** Text that strangers wrote, made fit to be shown: cut, in one line, without characters that steer instead of being read. */

/** Control characters, lone surrogates, line and paragraph separators, and the marks that turn the direction of what follows. */
const STEERING =
  /[\p{Cc}\p{Cs}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+/gu;
const DEFAULT_LENGTH = 80;
/** Marks that pile up on one letter reach over other lines. */
const PILED_MARKS = /(\p{M}{3})\p{M}+/gu;

/** At most `length` characters and an ellipsis; empty when nothing is left to be read. */
export function shownText(text: string, length = DEFAULT_LENGTH): string {
  // Looked at no further than it can matter: a name may be as long as its creator liked.
  const plain = text
    .slice(0, length * 8)
    .replaceAll(STEERING, ' ')
    .replaceAll(PILED_MARKS, '$1')
    .replaceAll(/\s+/gu, ' ')
    .trim();
  const characters = [...plain];
  return characters.length <= length
    ? plain
    : `${characters
        .slice(0, length - 1)
        .join('')
        .trimEnd()}…`;
}
