/** What runs, over random histories of both lists, the bus and restarts of either part; the truth is kept beside the rule. */
import fc from 'fast-check';
import {
  type Evidence,
  firstEvidence,
  judge,
  type ListReading,
  mayRepeat,
  type Reading,
  type Verdict,
  withReport,
} from '../../../sidecar/core/running';

const SECOND = 1_000;
const T0 = 1_760_000_000_000;
const ID = 'aaaa-1760000000000';
const RESYNC = 30 * SECOND;

const list = (...entries: readonly string[]): ListReading => ({
  isComplete: true,
  entries: new Map(entries.map((content) => [ID, content])),
});
const FAILED: ListReading = { isComplete: false, entries: new Map() };

/** The verdicts on one meeting, reading by reading, `busSince` long ago. */
function verdicts(
  readings: readonly (readonly [seconds: number, akka: ListReading, web: ListReading])[],
  {
    busSince = T0 - 3_600 * SECOND,
    reports = [] as readonly number[],
    doubtedAt = undefined as number | undefined,
  } = {},
): readonly Verdict[] {
  let evidence: Evidence = firstEvidence(T0);
  let reported = 0;
  return readings.map(([seconds, akka, web]) => {
    const startedAt = T0 + seconds * SECOND;
    for (; (reports[reported] ?? Number.POSITIVE_INFINITY) <= seconds; reported += 1)
      evidence = withReport(evidence, T0 + (reports[reported] ?? 0) * SECOND);
    const result = judge(ID, evidence, { startedAt, akka, web }, { busSince, doubtedAt });
    evidence = result.evidence;
    return result.verdict;
  });
}

test('in neither complete list → gone', () => {
  expect(verdicts([[30, list(), list()]])).toEqual(['gone']);
});

test('in neither, and too young for a first report → unclear', () => {
  expect(verdicts([[5, list(), list()]])).toEqual(['unclear']);
});

test('bbb-web lists it, akka-apps twice not → gone', () => {
  expect(
    verdicts([
      [30, list(), list('')],
      [60, list(), list('')],
    ]),
  ).toEqual(['unclear', 'gone']);
});

test('two lists within a second are one', () => {
  expect(
    verdicts([
      [30, list(), list('')],
      [31, list(), list('')],
      [60, list(), list('')],
    ]),
  ).toEqual(['unclear', 'unclear', 'gone']);
});

test('reported on the bus after the list → the list does not count against it', () => {
  expect(
    verdicts(
      [
        [30, list(), list()],
        [60, list(), list()],
      ],
      { reports: [30, 60] },
    ),
  ).toEqual(['runs', 'runs']);
});

test('bbb-web lost it, it reports on the bus → runs', () => {
  const readings = [30, 60, 90, 120].map((at) => [at, list('same'), list()] as const);
  expect(verdicts(readings, { reports: [10, 40, 70, 100] })).toEqual(['runs', 'runs', 'runs', 'runs']);
});

test('an /analytics entry that never changes, unknown to bbb-web, silent on the bus → gone', () => {
  const readings = [30, 60, 90, 120].map((at) => [at, list('same'), list()] as const);
  expect(verdicts(readings)).toEqual(['unclear', 'unclear', 'unclear', 'gone']);
});

test('an entry left behind, read for the first time right after a start → unclear', () => {
  expect(verdicts([[0, list('same'), list()]], { busSince: T0 })).toEqual(['unclear']);
});

test('the same while the bus was not whole for two reports → unclear', () => {
  const readings = [30, 60, 90, 120].map((at) => [at, list('same'), list()] as const);
  expect(verdicts(readings, { busSince: T0 + 100 * SECOND })).not.toContain('gone');
});

test('lists that cannot be read → nothing is concluded', () => {
  const readings = [30, 60, 90, 120].map((at) => [at, FAILED, FAILED] as const);
  expect(new Set(verdicts(readings))).toEqual(new Set(['unclear']));
});

test("a webhook's end, both lists made after it name the meeting → runs", () => {
  expect(verdicts([[30, list('a'), list('')]], { doubtedAt: T0 + 29 * SECOND })).toEqual(['runs']);
});

test("a webhook's end, a report from before it does not revive", () => {
  const readings = [[30, list('a'), list()]] as const;
  expect(verdicts(readings, { reports: [20], doubtedAt: T0 + 29 * SECOND })).toEqual(['unclear']);
});

test.each([
  [0, undefined, true],
  [1, undefined, true],
  [2, undefined, false],
  [2, 90, false],
  [2, 110, true],
])('after %i attempts, the last at 100, seen to run at %s → may repeat: %s', (attempts, sightedAt, may) => {
  expect(mayRepeat(attempts, 100, sightedAt)).toBe(may);
});

describe('random histories', () => {
  type Answer = 'whole' | 'failed';
  interface Step {
    readonly akka: Answer;
    readonly web: Answer;
    readonly bus: 'whole' | 'away';
    readonly event: 'none' | 'web restarts' | 'akka restarts' | 'ends' | 'ends, entry stays' | 'we restart';
  }
  const answer = fc.constantFrom<Answer>('whole', 'whole', 'whole', 'failed');
  const step: fc.Arbitrary<Step> = fc.record({
    akka: answer,
    web: answer,
    bus: fc.constantFrom('whole', 'whole', 'whole', 'away'),
    event: fc.oneof(
      { weight: 12, arbitrary: fc.constant('none' as const) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          'web restarts',
          'akka restarts',
          'ends',
          'ends, entry stays',
          'we restart',
        ),
      },
    ),
  });

  /** BBB as it is, reported every 30 s from 10 s on; read every 30 s. */
  function play(
    steps: readonly Step[],
    offset: number,
  ): readonly { runs: boolean; verdict: Verdict; answered: number }[] {
    const bbb = { runs: true, inWeb: true, entry: undefined as string | undefined };
    let evidence = firstEvidence(T0);
    let busSince: number | undefined = T0;
    let answered = 0;
    let before = '';
    return steps.map((each, index) => {
      const startedAt = T0 + (index + 1) * RESYNC + offset;
      const reportAt = T0 + index * RESYNC + 10 * SECOND;
      if (each.bus === 'away') busSince = undefined;
      else busSince ??= startedAt - RESYNC;
      if (bbb.runs) {
        bbb.entry = 'people';
        if (each.bus === 'whole') evidence = withReport(evidence, reportAt);
      }
      if (each.event === 'web restarts') bbb.inWeb = false;
      if (each.event === 'akka restarts') [bbb.runs, bbb.entry] = [false, undefined];
      if (each.event.startsWith('ends') && bbb.runs) {
        [bbb.runs, bbb.inWeb] = [false, false];
        if (each.event === 'ends') bbb.entry = undefined;
      }
      if (each.event === 'we restart') [evidence, busSince] = [firstEvidence(startedAt), startedAt];
      const reading: Reading = {
        startedAt,
        akka: each.akka === 'failed' ? FAILED : bbb.entry === undefined ? list() : list(bbb.entry),
        web: each.web === 'failed' ? FAILED : bbb.inWeb ? list('') : list(),
      };
      const isWhole = each.akka === 'whole' && each.web === 'whole' && each.bus === 'whole';
      const state = `${bbb.runs}`;
      answered = isWhole && each.event !== 'we restart' ? (state === before ? answered + 1 : 1) : 0;
      before = state;
      const result = judge(ID, evidence, reading, { busSince, doubtedAt: undefined });
      evidence = result.evidence;
      return { runs: bbb.runs, verdict: result.verdict, answered };
    });
  }

  const histories = [
    fc.array(step, { minLength: 1, maxLength: 40 }),
    fc.integer({ min: 0, max: 29 * SECOND }),
  ] as const;

  test('what runs is never judged gone, and runs by the first reading that all sources answer', () => {
    fc.assert(
      fc.property(...histories, (steps, offset) => {
        for (const { runs, verdict, answered } of play(steps, offset)) {
          if (!runs) continue;
          expect(verdict).not.toBe('gone');
          if (answered >= 1) expect(verdict).toBe('runs');
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test('what does not run is closed by the fourth reading in a row that all sources answer', () => {
    fc.assert(
      fc.property(...histories, (steps, offset) => {
        for (const { runs, verdict, answered } of play(steps, offset))
          if (!runs && answered >= 4) expect(verdict).toBe('gone');
      }),
      { numRuns: 2_000 },
    );
  });
});
