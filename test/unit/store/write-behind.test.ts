/** Emptying a backlog into a store that comes and goes, under a clock moved by hand. */
import fc from 'fast-check';
import { createBacklog } from '../../../sidecar/store/backlog';
import type { Line } from '../../../sidecar/store/lines';
import { createWriteBehind, retryAfterMs, type WriteBehind } from '../../../sidecar/store/write-behind';
import { type ManualClock, manualClock } from '../../support/clock';

const decision = (code: string): Line => ({ type: 'decision', meeting: 'm', row: { code } });

interface Bench {
  readonly clock: ManualClock;
  readonly writer: WriteBehind;
  readonly stored: string[];
  readonly seen: string[];
  readonly batches: number[];
  add(code: string): void;
  setUp(up: boolean): void;
}

function bench(capacity = 1_000): Bench {
  const clock = manualClock(0);
  const backlog = createBacklog(capacity);
  const stored: string[] = [];
  const seen: string[] = [];
  const batches: number[] = [];
  let isUp = true;
  const attempt = async (): Promise<void> => {
    if (!isUp) throw new Error('away');
  };
  const writer = createWriteBehind({
    backlog,
    clock,
    async store(lines) {
      batches.push(lines.length);
      await attempt();
      stored.push(...lines.map((line) => (line.type === 'decision' ? String(line.row.code) : '')));
    },
    probe: attempt,
    onUp: () => seen.push('up'),
    onDown: () => seen.push('down'),
  });
  return {
    clock,
    writer,
    stored,
    seen,
    batches,
    add(code) {
      backlog.add(decision(code));
      writer.wake();
    },
    setUp(up) {
      isUp = up;
    },
  };
}

test('writes without any waiting while the store is there, what comes in one turn together', async () => {
  const { clock, add, stored, batches } = bench();
  for (const code of ['a', 'b', 'c']) add(code);
  await clock.advance(0);
  expect(stored).toEqual(['a', 'b', 'c']);
  expect(batches).toEqual([3]);
});

test('a store that is away is asked again ever less often, and catches up in order when it is back', async () => {
  const { clock, add, stored, seen, setUp } = bench();
  setUp(false);
  add('a');
  await clock.advance(100 + 200 + 400);
  add('b');
  expect(stored).toEqual([]);
  setUp(true);
  await clock.advance(800);
  expect(stored).toEqual(['a', 'b']);
  expect(seen.filter((each) => each === 'down')).toHaveLength(4);
  expect(seen.at(-1)).toBe('up');
});

test('attempts are at most five seconds apart, however long it takes', () => {
  expect([1, 2, 3, 4].map(retryAfterMs)).toEqual([100, 200, 400, 800]);
  expect(Math.max(...Array.from({ length: 5_000 }, (_, index) => retryAfterMs(index + 1)))).toBe(5_000);
});

test('a store that is slow is given less at once, and more again when it keeps up', async () => {
  const { clock, add, batches, setUp } = bench();
  for (let each = 0; each < 900; each += 1) add(`d${each}`);
  setUp(false);
  await clock.advance(100);
  setUp(true);
  await clock.advance(200);
  expect(batches).toEqual([500, 250, 125, 250, 500, 25]);
});

test('asks whether the store is there when nothing is to be written', async () => {
  const { clock, writer, seen, setUp } = bench();
  setUp(false);
  writer.wake();
  await clock.advance(0);
  setUp(true);
  await clock.advance(100);
  expect(seen).toEqual(['down', 'up']);
});

test('a flush tries at once, and gives up after its time', async () => {
  const { clock, writer, add, stored, setUp } = bench();
  setUp(false);
  add('a');
  await clock.advance(10_000);
  const inVain = writer.flush(1_000);
  await clock.advance(1_000);
  expect(await inVain).toBe(false);
  setUp(true);
  expect(await writer.flush(1_000)).toBe(true);
  expect(stored).toEqual(['a']);
});

test('two who flush at once both hear of the end of it', async () => {
  const { writer, add, stored } = bench();
  add('a');
  expect(await Promise.all([writer.flush(1_000), writer.flush(1_000)])).toEqual([true, true]);
  expect(stored).toEqual(['a']);
});

test('after the close nothing is written and no timer is left', async () => {
  const { clock, writer, add, stored, setUp } = bench();
  setUp(false);
  add('a');
  await clock.advance(0);
  await writer.close();
  setUp(true);
  add('b');
  await clock.advance(60_000);
  expect(stored).toEqual([]);
  expect(clock.pending()).toBe(0);
});

test('whenever the store comes and goes, everything is written in order once it stays', async () => {
  const change = fc.oneof(
    fc.nat(300).map((ms) => ({ ms })),
    fc.boolean().map((up) => ({ up })),
    fc.constant({ add: true }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(change, { maxLength: 40 }), async (changes) => {
      const { clock, add, stored, setUp } = bench();
      const wanted: string[] = [];
      for (const each of changes) {
        if ('ms' in each) await clock.advance(each.ms);
        else if ('up' in each) setUp(each.up);
        else {
          wanted.push(`d${wanted.length}`);
          add(String(wanted.at(-1)));
        }
      }
      setUp(true);
      await clock.advance(5_000);
      expect(stored).toEqual(wanted);
    }),
    { numRuns: 40 },
  );
});
