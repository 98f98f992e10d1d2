/** Finds the word that was probably meant; offers nothing rather than something far off. */

/** Letters only, so that `roomsPerAccount` finds `rooms_per_account`. */
function essence(word: string): string {
  return word.toLowerCase().replace(/[\s_-]/g, '');
}

/** Changes of one letter, or swaps of two neighbours, between two words. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (before[j - 2] ?? best) + 1);
      row.push(best);
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
}

const LONGEST = 64;
/** One slip for every three letters. */
const LETTERS_PER_SLIP = 3;

/** The nearest of `words`, or undefined when none is near. */
export function didYouMean(word: string, words: readonly string[]): string | undefined {
  if (word.length > LONGEST) return undefined;
  const meant = essence(word);
  let best: { word: string; slips: number } | undefined;
  for (const candidate of words) {
    const other = essence(candidate);
    const slips = distance(meant, other);
    const allowed = Math.max(1, Math.floor(Math.max(meant.length, other.length) / LETTERS_PER_SLIP));
    if (slips <= allowed && slips < other.length && slips < (best?.slips ?? Number.POSITIVE_INFINITY))
      best = { word: candidate, slips };
  }
  return best?.word;
}
