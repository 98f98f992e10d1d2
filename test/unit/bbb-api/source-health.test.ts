/** Readings of both sources in any order: each is ok exactly when its own last reading was good. */
import fc from 'fast-check';
import { createSourceHealth } from '../../../sidecar/bbb-api/source-health';
import { sourceReadiness } from '../../../sidecar/core/source-text';
import { TerminalError, TransientError } from '../../../sidecar/errors';

const SOURCES = ['bbb-api', 'bbb-analytics'] as const;
const RESULTS = ['good', 'away', 'refused'] as const;

function settled(result: (typeof RESULTS)[number]): PromiseSettledResult<unknown> {
  if (result === 'good') return { status: 'fulfilled', value: [] };
  const reason =
    result === 'away' ? new TransientError('no answer') : new TerminalError('BBB refused it (checksumError)');
  return { status: 'rejected', reason };
}

test('any readings of both → each by its own last one, at once', () => {
  const reading = fc.record({ source: fc.constantFrom(...SOURCES), result: fc.constantFrom(...RESULTS) });
  fc.assert(
    fc.property(fc.array(reading, { maxLength: 30 }), (readings) => {
      let now = 0;
      const health = createSourceHealth({ now: () => now });
      const last = new Map<string, string>();
      for (const { source, result } of readings) {
        now += 15_000;
        health.enter(source, settled(result));
        last.set(source, result);
        for (const each of last.keys() as Iterable<(typeof SOURCES)[number]>) {
          const at = health.last(each)?.at ?? 0;
          expect(sourceReadiness(each, health.last(each), at, 30_000).ok).toBe(last.get(each) === 'good');
        }
      }
      for (const each of SOURCES) if (!last.has(each)) expect(health.last(each)).toBeUndefined();
    }),
  );
});
