/** Texts for the chat. */
import fc from 'fast-check';
import { fitText, LONGEST_MESSAGE } from '../../../sidecar/bbb-api/chat-text';

it('changes nothing that fits', () => {
  expect(fitText('This meeting ends in 5 minutes. · K7Q-2MX', LONGEST_MESSAGE)).toBe(
    'This meeting ends in 5 minutes. · K7Q-2MX',
  );
});

it.each([
  ['a\nb\r\n\tc', 500, 'a b c'],
  ['  a  ', 500, 'a'],
  ['abcdef', 5, 'abcd…'],
  ['abc😀def', 5, 'abc…'],
  ['abc😀', 5, 'abc😀'],
  ['a\ud800b', 500, 'a�b'],
])('%j within %d is %j', (text, longest, fitted) => {
  expect(fitText(text, longest)).toBe(fitted);
});

it('always fits, is one line and can be encoded', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.integer({ min: 1, max: 50 }),
      (text, longest) => {
        const fitted = fitText(text, longest);
        expect(fitted.length).toBeLessThanOrEqual(longest);
        expect(fitted).not.toMatch(/[\p{Cc}\p{Surrogate}]/u);
        expect(fitText(fitted, longest)).toBe(fitted);
      },
    ),
  );
});
