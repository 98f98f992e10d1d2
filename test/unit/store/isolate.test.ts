/** One entry that is at fault is found and left out; any other error leaves the batch as it was. */
import fc from 'fast-check';
import { writeAllButFaulty } from '../../../sidecar/store/isolate';

class Fault extends Error {}

async function attempt(entries: readonly number[], faulty: ReadonlySet<number>, awayAt?: number) {
  const stored: number[] = [];
  const refused: number[] = [];
  let writes = 0;
  const write = async (batch: readonly number[]): Promise<void> => {
    writes += 1;
    if (writes === awayAt) throw new Error('away');
    if (batch.some((entry) => faulty.has(entry))) throw new Fault();
    stored.push(...batch);
  };
  let error: unknown;
  try {
    await writeAllButFaulty(
      entries,
      write,
      (thrown) => thrown instanceof Fault,
      (entry) => refused.push(entry),
    );
  } catch (thrown) {
    error = thrown;
  }
  return { stored, refused, writes, error };
}

const entries = Array.from({ length: 40 }, (_, index) => index);

test('everything but what is at fault is stored, in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.subarray(entries), async (faulty) => {
      const { stored, refused } = await attempt(entries, new Set(faulty));
      expect(refused).toEqual(faulty);
      expect(stored).toEqual(entries.filter((entry) => !faulty.includes(entry)));
    }),
  );
});

test('one among 40 is found with few writes', async () => {
  const { writes } = await attempt(entries, new Set([17]));
  expect(writes).toBeLessThanOrEqual(1 + 2 * Math.ceil(Math.log2(entries.length)));
});

test('an error that is nobody’s fault is thrown, and nothing is refused for it', async () => {
  const { error, refused } = await attempt(entries, new Set([3]), 2);
  expect(error).toMatchObject({ message: 'away' });
  expect(refused).toEqual([]);
});

test('nothing to write is nothing written', async () => {
  expect((await attempt([], new Set())).writes).toBe(0);
});
