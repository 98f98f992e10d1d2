/**
 * Random meetings: every removal is judged by the rule (`rule.ts`) and by what the meeting really was (`truth.ts`). The same histories each time;
 * `PROPERTY_RUNS=200` plays 20,000 others of each kind and prints the figures, `PROPERTY_SEED` the same ones again.
 */
import fc from 'fast-check';
import { describeWrong } from './describe';
import { excessesMs } from './excess';
import { type Figures, figuresOf, noFigures } from './figures';
import { disturbed, type History, mended, undisturbed } from './history';
import { type Outcome, play } from './world';

const TIMES = process.env.PROPERTY_RUNS;
const RUNS = 100 * Number(TIMES ?? 1);
const SEED = Number(process.env.PROPERTY_SEED ?? (TIMES === undefined ? 1 : Date.now() % 1_000_000));
const HOURS_MS = 12 * 3_600_000;
/** Two readings of the lists, after which all but a few of those certainly beyond the cap have to be gone. */
const HELD_AGAIN_WITHIN_MS = 60_000;
/** bbb-web's list is read at once, after 0.25 s and after 1 s, and answers within a second. */
const HELD_WITHIN_MS = 3_000;

function expectNobodyWronged(outcome: Outcome): void {
  const [wrong] = outcome.wrongs;
  if (wrong !== undefined) throw new Error(describeWrong(wrong, outcome.log));
}

function playAll(
  histories: fc.Arbitrary<History>,
  check: (history: History, outcome: Outcome) => void,
): Figures {
  const figures = noFigures();
  const property = fc.property(histories, (history) => {
    const outcome = play(history);
    figures.add(outcome);
    check(history, outcome);
    expectNobodyWronged(outcome);
  });
  fc.assert(property, { numRuns: RUNS, seed: SEED });
  return figures;
}

/** Only where more was asked for: by default tests print nothing. */
function print(name: string, figures: Figures): void {
  if (TIMES !== undefined)
    process.stdout.write(`${name}, seed ${SEED}: ${JSON.stringify(figuresOf(figures))}\n`);
}

test(
  'undisturbed meetings → only the last go, and within 3 s',
  () => {
    const excesses: number[] = [];
    const figures = playAll(undisturbed, (history, outcome) => {
      const found = excessesMs(history, outcome);
      excesses.push(...found);
      expect(Math.max(0, ...found)).toBeLessThan(HELD_WITHIN_MS);
    });
    print('undisturbed', { ...figures, excesses });
    // A rule that removes nobody does not pass.
    expect(figures.removals).toBeGreaterThan(RUNS);
    expect(excesses.length).toBeGreaterThan(RUNS);
  },
  HOURS_MS,
);

test.each([
  { name: 'disturbed', histories: disturbed },
  { name: 'disturbed once', histories: mended },
])(
  '$name meetings → only who certainly came last goes',
  ({ name, histories }) => {
    const figures = playAll(histories, () => {});
    print(name, figures);
    const { staysBeyondMs } = figures;
    const late = staysBeyondMs.filter((each) => each > HELD_AGAIN_WITHIN_MS);
    expect(late.length).toBeLessThanOrEqual(1 + staysBeyondMs.length / 100);
    expect(figures.removals).toBeGreaterThan(RUNS);
  },
  HOURS_MS,
);
