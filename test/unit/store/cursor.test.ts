/** Cursors come back as they went, and nothing else passes for one. */
import fc from 'fast-check';
import { formatCursor, pageOf, parseCursor } from '../../../sidecar/store/cursor';

/** What PostgreSQL reads back as it was written. */
const FIRST = Date.parse('0001-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

const cursor = fc.record({
  at: fc.integer({ min: FIRST, max: LAST }),
  id: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
});

test('a cursor survives the way to the client and back, in characters that need no escaping', () => {
  fc.assert(
    fc.property(cursor, (each) => {
      expect(formatCursor(each)).toMatch(/^[\w-]+$/);
      expect(parseCursor(formatCursor(each))).toEqual(each);
    }),
  );
});

test.each([
  '',
  ' ',
  'abc',
  '%00',
  "' or 1=1 --",
  'x'.repeat(1_000_000),
  formatCursor({ at: Number.NaN, id: '1' }),
  formatCursor({ at: 1.5, id: '1' }),
  formatCursor({ at: FIRST - 1, id: '1' }),
  formatCursor({ at: LAST + 1, id: '1' }),
  formatCursor({ at: 8.64e15 + 1, id: '1' }),
  formatCursor({ at: 1, id: '' }),
  `${formatCursor({ at: 1, id: '2' })}=`,
  `${formatCursor({ at: 1, id: '2' })} `,
  Buffer.from('01 2').toString('base64url'),
])('%j is none', (text) => {
  expect(parseCursor(text)).toBeUndefined();
});

test('random text is no cursor, or the very one that would be written', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const parsed = parseCursor(text);
      if (parsed !== undefined) expect(formatCursor(parsed)).toBe(text);
    }),
  );
});

test('the row too many makes a next page and is not in this one', () => {
  const cursorOf = (at: number) => ({ at, id: String(at) });
  expect(pageOf([3, 2, 1], 2, cursorOf)).toEqual({ rows: [3, 2], next: { at: 2, id: '2' } });
  expect(pageOf([2, 1], 2, cursorOf)).toEqual({ rows: [2, 1], next: undefined });
  expect(pageOf([], 2, cursorOf)).toEqual({ rows: [], next: undefined });
});
