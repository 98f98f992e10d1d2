import { createLanes } from '../../../sidecar/loop/lanes';
import { manualClock } from '../../support/clock';

/** A promise that is resolved from outside. */
function gate(): { readonly opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

test('wakes during a run are one more run, and runs of a key never overlap', async () => {
  const gates = [gate(), gate()];
  let runs = 0;
  let active = 0;
  const lanes = createLanes<string>({
    clock: manualClock(0),
    onError: () => undefined,
    async run() {
      active += 1;
      expect(active).toBe(1);
      await gates[runs++]?.opened;
      active -= 1;
      return undefined;
    },
  });
  lanes.wake('a');
  lanes.wake('a');
  lanes.wake('a');
  gates[0]?.open();
  gates[1]?.open();
  await lanes.drain();
  expect(runs).toBe(2);
  expect(lanes.size).toBe(0);
});

test('keys do not wait for each other', async () => {
  const slow = gate();
  const seen: string[] = [];
  const lanes = createLanes<string>({
    clock: manualClock(0),
    onError: () => undefined,
    async run(key) {
      if (key === 'slow') await slow.opened;
      seen.push(key);
      return undefined;
    },
  });
  lanes.wake('slow');
  lanes.wake('quick');
  await Promise.resolve();
  expect(seen).toEqual(['quick']);
  slow.open();
  await lanes.drain();
});

test('it runs again when asked to, one timer at a time', async () => {
  const clock = manualClock(1_000);
  const at: number[] = [];
  const lanes = createLanes<string>({
    clock,
    onError: () => undefined,
    async run() {
      at.push(clock.now());
      return clock.now() + 60_000;
    },
  });
  lanes.wake('a');
  await clock.advance(10_000);
  lanes.wake('a');
  await clock.advance(59_999);
  expect(at).toEqual([1_000, 11_000]);
  await clock.advance(1);
  expect(at).toEqual([1_000, 11_000, 71_000]);
  await lanes.stop();
  await clock.advance(600_000);
  expect(at).toHaveLength(3);
});

test('a run that fails is repeated with growing pauses, and told of', async () => {
  const clock = manualClock(0);
  const at: number[] = [];
  const errors: unknown[] = [];
  const lanes = createLanes<string>({
    clock,
    onError: (key, error) => errors.push([key, error]),
    async run() {
      at.push(clock.now());
      if (at.length < 4) throw new Error('not yet');
      return undefined;
    },
  });
  lanes.wake('a');
  await clock.advance(100_000);
  expect(at).toEqual([0, 1_000, 3_000, 7_000]);
  expect(errors).toHaveLength(3);
});
