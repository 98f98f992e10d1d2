/** Numbers that follow from a seed and a name, so that a history with one happening less keeps all its other accidents. */

/** A number in `[0, 1)`. */
export type Chance = (...name: readonly (string | number)[]) => number;

/** FNV-1a over the name, then mixed. */
export function chanceOf(seed: number): Chance {
  return (...name) => {
    let hash = 2_166_136_261 ^ seed;
    for (const character of name.join('/')) {
      hash ^= character.charCodeAt(0);
      hash = Math.imul(hash, 16_777_619);
    }
    hash ^= hash >>> 15;
    hash = Math.imul(hash, 2_246_822_519);
    hash ^= hash >>> 13;
    return (hash >>> 0) / 4_294_967_296;
  };
}

/** A whole number from `low` to `high`. */
export function between(
  chance: Chance,
  low: number,
  high: number,
  ...name: readonly (string | number)[]
): number {
  return low + Math.floor(chance(...name) * (high - low + 1));
}
