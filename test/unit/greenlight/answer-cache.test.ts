/** The bounded memory of answers, against a plain list. */
import fc from 'fast-check';
import { createAnswerCache } from '../../../sidecar/greenlight/answer-cache';

it('keeps the answers that were used last, and never more than it may', () => {
  const step = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), write: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const cache = createAnswerCache<number>(3);
      let oracle: { key: string; value: number }[] = []; // most recent last
      steps.forEach(({ key, write }, value) => {
        const known = oracle.find((entry) => entry.key === key);
        if (write) {
          cache.set(key, { value, freshUntil: 0 });
          oracle = [...oracle.filter((entry) => entry.key !== key), { key, value }].slice(-3);
        } else {
          expect(cache.get(key)?.value).toBe(known?.value);
          if (known) oracle = [...oracle.filter((entry) => entry !== known), known];
        }
      });
    }),
  );
});

it('remembers that there was nothing', () => {
  const cache = createAnswerCache<string | undefined>(2);
  cache.set('a', { value: undefined, freshUntil: 5 });
  expect(cache.get('a')).toEqual({ value: undefined, freshUntil: 5 });
  expect(cache.get('b')).toBeUndefined();
});
