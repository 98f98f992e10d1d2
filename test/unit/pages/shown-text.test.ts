import * as fc from 'fast-check';
import { shownText } from '../../../sidecar/pages/shown-text';

test.each([
  ['Assembly', 'Assembly'],
  ['  a \n b\t', 'a b'],
  ['a\u202eb\u2066c\u0000d', 'a b c d'],
  ['\u200e\u200f\ufeff', ''],
  ['x'.repeat(2_000), `${'x'.repeat(79)}…`],
  ['e\u0301\u0301\u0301\u0301\u0301', 'e\u0301\u0301\u0301'],
  ['😀'.repeat(80), '😀'.repeat(80)],
])('%j is shown as %j', (text, shown) => {
  expect(shownText(text)).toBe(shown);
});

test('whatever it is given, it is short, in one line and steers nothing', () => {
  void fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.integer({ min: 2, max: 100 }),
      (text, length) => {
        const shown = shownText(text, length);
        expect([...shown].length).toBeLessThanOrEqual(length);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069\u200e\u200f]/u);
      },
    ),
  );
});
