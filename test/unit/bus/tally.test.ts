/** Counting in batches. */
import { createTally } from '../../../sidecar/bus/tally';

const turn = (): Promise<void> => new Promise((resume) => setImmediate(resume));

it('tells once a turn, and everything', async () => {
  const told: number[] = [];
  const tally = createTally((count) => told.push(count));
  tally.add();
  tally.add();
  tally.add();
  expect(told).toEqual([]);
  await turn();
  tally.add();
  await turn();
  await turn();
  expect(told).toEqual([3, 1]);
});

it('a flush tells at once, and nothing twice', async () => {
  const told: number[] = [];
  const tally = createTally((count) => told.push(count));
  tally.flush();
  tally.add();
  tally.flush();
  await turn();
  tally.add();
  await turn();
  expect(told).toEqual([1, 1]);
});
