/** Makes a text fit for BBB's chat; it never changes what fits already. */

import { wellFormed } from './well-formed';

/** `sendChatMessage` refuses more; the bus is held to the same. In UTF-16 units, as Java counts. */
export const LONGEST_MESSAGE = 500;
export const LONGEST_SENDER = 255;

const ELLIPSIS = '…';

/** At most `longest` UTF-16 units, no half of a pair, on one line; what is cut ends in `…`. */
export function fitText(text: string, longest: number): string {
  const line = wellFormed(text)
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
  if (line.length <= longest) return line;
  // The first half of a pair at the cut has lost its other half.
  const cut = line.slice(0, longest - ELLIPSIS.length).replace(/[\uD800-\uDBFF]$/, '');
  return `${cut}${ELLIPSIS}`;
}
