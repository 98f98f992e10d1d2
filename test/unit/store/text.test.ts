/** Any string is storable; ids stay themselves where they can and apart where they cannot. */
import fc from 'fast-check';
import { storedId, storedText } from '../../../sidecar/store/text';

const anything = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('\0', '\ud800', '\udc00\ud800', 'a\ud800'),
);
const isStorable = (text: string): boolean => !/[\0\p{Surrogate}]/u.test(text);

test('whatever comes, what is stored has neither NUL nor half a character and fits an index', () => {
  fc.assert(
    fc.property(anything, (text) => {
      expect(isStorable(storedId(text))).toBe(true);
      expect(isStorable(storedText(text))).toBe(true);
      expect(storedId(text).length).toBeLessThanOrEqual(256);
    }),
  );
});

test('an ordinary id stays itself; storing it again changes nothing', () => {
  fc.assert(
    fc.property(anything, (text) => {
      if (text.length <= 256 && isStorable(text)) expect(storedId(text)).toBe(text);
      expect(storedId(storedId(text))).toBe(storedId(text));
    }),
  );
});

test('two ids never become one', () => {
  const awkward = [
    '\ud800',
    '\ud801',
    '\0',
    '\0\0',
    '�',
    'x'.repeat(257),
    'x'.repeat(258),
    `${'x'.repeat(256)}y`,
  ];
  expect(new Set(awkward.map(storedId)).size).toBe(awkward.length);
});

test('text is cut where an id is hashed', () => {
  expect(storedText('a\0b\ud800')).toBe('a�b�');
  expect(storedText('x'.repeat(2_000))).toHaveLength(2_000);
  expect(storedText('x'.repeat(1_000_000))).toHaveLength(2_000);
  expect(storedText(`${'x'.repeat(1_998)}😀😀`)).toBe(`${'x'.repeat(1_998)}�…`);
});
