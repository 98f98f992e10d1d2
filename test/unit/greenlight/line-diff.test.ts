/** What `render --check` shows: short, right, and readable by somebody who knows `diff -u`. */
import fc from 'fast-check';
import { lineDiff } from '../../../sidecar/greenlight/line-diff';

it('shows a change with what stands around it', () => {
  const before = 'a\nb\nc\nd\ne\nf\ng\nh\ni\n';
  expect(lineDiff('file', before, before.replace('e', 'E').replace('f\n', ''))).toBe(
    `--- file\n+++ file as it would be\n@@\n b\n c\n d\n-e\n-f\n+E\n g\n h\n i\n`,
  );
});

it('separates what lies far apart', () => {
  const before = Array.from({ length: 20 }, (_, index) => `${index}\n`).join('');
  const after = before.replace('0\n', 'zero\n').replace('19\n', 'last\n');
  expect(lineDiff('f', before, after).match(/^@@$/gm)).toHaveLength(2);
});

it.each([
  ['', 'a\n', '@@\n+a\n'],
  ['a\n', '', '@@\n-a\n'],
  ['a', 'a\n', '@@\n-a (no line break at the end)\n+a\n'],
])('from %j to %j', (before, after, hunk) => {
  expect(lineDiff('f', before, after)).toBe(`--- f\n+++ f as it would be\n${hunk}`);
});

it('says nothing of equal texts', () => {
  expect(lineDiff('f', 'a\nb\n', 'a\nb\n')).toBe('');
});

const lines = fc
  .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 8 })
  .map((all) => all.map((line) => `${line}\n`).join(''));

it('holds both texts: without its additions the old one, without its removals the new one', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      // The same line on both sides of the change lies within three lines of it, or the texts are too long to be shown whole.
      const frame = (text: string): string => `x\n${text}y\n`;
      const shown = lineDiff('f', frame(before), frame(after)).split('\n').slice(2, -1);
      const side = (sign: string): string =>
        shown
          .filter((line) => line !== '@@' && (line.startsWith(' ') || line.startsWith(sign)))
          .map((line) => line.slice(1))
          .join('\n');
      if (before === after) return expect(shown).toEqual([]);
      expect(frame(before)).toContain(side('-'));
      expect(frame(after)).toContain(side('+'));
      expect(shown.some((line) => line.startsWith('-') || line.startsWith('+'))).toBe(true);
    }),
  );
});
