/** The numbers that BBB can keep; cuts what is larger, refuses nothing. */

/** 32-bit integers; Greenlight's overlay refuses larger ones, too. */
const LARGEST = 2 ** 31 - 1;

/** The number, or the largest that BBB can keep. */
export function toBbbInteger(count: number): number {
  return Math.min(count, LARGEST);
}
