/** Shows how one text differs from another, line by line; for people to read, not for programs to apply. */

const CONTEXT = 3;

interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** In the manner of `diff -u`: headers, then hunks with three lines around each change. Empty for equal texts. */
export function lineDiff(name: string, before: string, after: string): string {
  if (before === after) return '';
  const lines = compare(linesOf(before), linesOf(after));
  const shown = hunks(lines).map((hunk) => `${hunk.map(({ sign, text }) => `${sign}${text}\n`).join('')}`);
  return `--- ${name}\n+++ ${name} as it would be\n${shown.map((hunk) => `@@\n${hunk}`).join('')}`;
}

/** A last line without its end is another line than one with it. */
function linesOf(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n');
  const last = lines.pop();
  return last === '' || last === undefined ? lines : [...lines, `${last} (no line break at the end)`];
}

function compare(before: readonly string[], after: readonly string[]): Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const same = (text: string): Line => ({ sign: ' ', text });
  return [
    ...before.slice(0, start).map(same),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(same),
  ];
}

/** The longest common subsequence by the textbook's table; the files are a few hundred lines. */
function middle(before: readonly string[], after: readonly string[]): Line[] {
  const width = after.length + 1;
  const common = new Uint32Array((before.length + 1) * width);
  const at = (row: number, column: number): number => common[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      common[row * width + column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const lines: Line[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    const [old, fresh] = [before[row], after[column]];
    if (old !== undefined && old === fresh) {
      lines.push({ sign: ' ', text: old });
      row += 1;
      column += 1;
    } else if (old !== undefined && (fresh === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push({ sign: '-', text: old });
      row += 1;
    } else {
      lines.push({ sign: '+', text: fresh ?? '' });
      column += 1;
    }
  }
  return lines;
}

function hunks(lines: readonly Line[]): Line[][] {
  const kept = new Set<number>();
  lines.forEach((line, index) => {
    if (line.sign === ' ') return;
    for (let near = index - CONTEXT; near <= index + CONTEXT; near += 1) kept.add(near);
  });
  const found: Line[][] = [];
  lines.forEach((line, index) => {
    if (!kept.has(index)) return;
    if (!kept.has(index - 1) || index === 0) found.push([]);
    found.at(-1)?.push(line);
  });
  return found;
}
