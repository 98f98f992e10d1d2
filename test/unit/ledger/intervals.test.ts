/** Edges into intervals and back, against the plain meaning of "there at this moment". */
import fc from 'fast-check';
import {
  addEdges,
  clip,
  DAY_MS,
  daysOf,
  deepest,
  difference,
  type Edge,
  edgesOf,
  foldEdges,
  type Interval,
  type Span,
  totalMs,
  union,
} from '../../../sidecar/ledger/intervals';

const MOMENTS = 30;
const at = fc.integer({ min: 0, max: MOMENTS });
const edge: fc.Arbitrary<Edge> = fc.oneof(
  fc.record({ kind: fc.constant('in' as const), at }),
  fc.record({ kind: fc.constant('in' as const), at, notBefore: fc.integer({ min: -5, max: 0 }) }),
  fc.record({ kind: fc.constant('out' as const), at }),
  fc.record({ kind: fc.constant('out' as const), at, ejected: fc.boolean() }),
);
const edges = fc.array(edge, { maxLength: 12 });
const spans = fc.array(
  fc.tuple(at, at).map(([a, b]): Span => ({ from: Math.min(a, b), to: Math.max(a, b) })),
  { maxLength: 8 },
);

/** Is somebody with these edges there in the stretch after this moment? The newest edge up to it says so; on one instant `out` does. */
function isThere(seen: readonly Edge[], moment: number): boolean {
  const newest = Math.max(...seen.filter((each) => each.at <= moment).map((each) => each.at), -1);
  const last = seen.filter((each) => each.at === newest);
  return last.length > 0 && last.every(({ kind }) => kind === 'in');
}

function covers(intervals: readonly Pick<Interval, 'from' | 'to'>[], moment: number): boolean {
  return intervals.some(({ from, to }) => from <= moment && (to === undefined || moment < to));
}

const moments = Array.from({ length: MOMENTS + 2 }, (_, index) => index);

test('intervals cover exactly the moments at which the newest edge says "there"', () => {
  fc.assert(
    fc.property(edges, (seen) => {
      const intervals = foldEdges(seen);
      for (const moment of moments)
        expect([moment, covers(intervals, moment)]).toEqual([moment, isThere(seen, moment)]);
    }),
  );
});

test('intervals come in order and do not overlap', () => {
  fc.assert(
    fc.property(edges, (seen) => {
      const intervals = foldEdges(seen);
      for (const [index, { from, to }] of intervals.entries()) {
        const next = intervals[index + 1];
        expect(to ?? from).toBeGreaterThanOrEqual(from);
        if (next !== undefined) expect(next.from).toBeGreaterThanOrEqual(to ?? Number.POSITIVE_INFINITY);
      }
    }),
  );
});

test('neither the order of the edges nor repetition matters', () => {
  fc.assert(
    fc.property(
      edges.chain((seen) =>
        fc.tuple(fc.constant(seen), fc.shuffledSubarray([...seen, ...seen], { minLength: 2 * seen.length })),
      ),
      ([seen, shuffled]) => expect(foldEdges(shuffled)).toEqual(foldEdges(seen)),
    ),
  );
});

test('intervals survive being taken apart and folded again', () => {
  fc.assert(
    fc.property(edges, (seen) => expect(foldEdges(edgesOf(foldEdges(seen)))).toEqual(foldEdges(seen))),
  );
});

test('a growing history, kept at any moments in between, ends as the whole history', () => {
  fc.assert(
    fc.property(edges, fc.array(fc.nat(12), { maxLength: 4 }), (seen, cuts) => {
      let kept: readonly Interval[] = [];
      for (const cut of cuts.sort((a, b) => a - b)) kept = addEdges(kept, seen.slice(0, cut));
      expect(addEdges(kept, seen)).toEqual(foldEdges(seen));
    }),
  );
});

test.each<[string, Edge[], Partial<Interval>[]]>([
  ['nothing', [], []],
  ['a leaving without a coming', [{ kind: 'out', at: 5 }], []],
  [
    'coming and leaving on one instant',
    [
      { kind: 'in', at: 5 },
      { kind: 'out', at: 5 },
    ],
    [{ from: 5, to: 5 }],
  ],
  [
    'an ejection told of after the leaving',
    [
      { kind: 'in', at: 1 },
      { kind: 'out', at: 5 },
      { kind: 'out', at: 6, ejected: true },
    ],
    [{ from: 1, to: 5, ejectedAt: 6 }],
  ],
  [
    'an ejection, and back',
    [
      { kind: 'in', at: 1 },
      { kind: 'out', at: 5, ejected: true },
      { kind: 'in', at: 7 },
    ],
    [
      { from: 1, to: 5, ejectedAt: 5 },
      { from: 7, to: undefined, ejectedAt: undefined },
    ],
  ],
  [
    'an arrival that was seen, and a listing of the same instant',
    [
      { kind: 'in', at: 5, notBefore: 1 },
      { kind: 'in', at: 5 },
    ],
    [{ from: 5, notBefore: undefined }],
  ],
])('%s', (_, seen, expected) => {
  expect(foldEdges(seen)).toMatchObject(expected);
  expect(foldEdges(seen)).toHaveLength(expected.length);
});

test('applying a difference to what is kept gives what is wanted', () => {
  fc.assert(
    fc.property(edges, edges, (before, after) => {
      const kept = foldEdges(before);
      const wanted = foldEdges(after);
      const { gone, changed } = difference(kept, wanted);
      const rows = new Map(kept.map((interval) => [interval.from, interval]));
      for (const { from } of gone) rows.delete(from);
      for (const interval of changed) rows.set(interval.from, interval);
      expect([...rows.values()].sort((a, b) => a.from - b.from)).toEqual(wanted);
    }),
  );
});

test('a union covers what its parts cover, once', () => {
  fc.assert(
    fc.property(spans, (parts) => {
      const joined = union(parts);
      for (const moment of moments)
        expect(joined.filter((span) => covers([span], moment)).length).toBe(covers(parts, moment) ? 1 : 0);
      expect(totalMs(joined)).toBe(moments.filter((moment) => covers(parts, moment)).length);
    }),
  );
});

test('the depth is the most that lie over one moment', () => {
  fc.assert(
    fc.property(spans, (parts) => {
      const depths = moments.map((moment) => parts.filter((span) => covers([span], moment)).length);
      expect(deepest(parts)).toBe(Math.max(0, ...depths));
    }),
  );
});

test('clipping keeps what lies inside; an interval that lasts reaches the end', () => {
  fc.assert(
    fc.property(edges, at, at, (seen, a, b) => {
      const window = { from: Math.min(a, b), to: Math.max(a, b) };
      const inside = clip(foldEdges(seen), window);
      for (const moment of moments) {
        const expected = isThere(seen, moment) && moment >= window.from && moment < window.to;
        expect([moment, covers(inside, moment)]).toEqual([moment, expected]);
      }
    }),
  );
});

test('days are cut at midnight UTC and cover the span', () => {
  const midnight = Date.UTC(2026, 10, 3);
  expect(daysOf({ from: midnight - 1, to: midnight + 1 })).toEqual([
    { from: midnight - DAY_MS, to: midnight },
    { from: midnight, to: midnight + DAY_MS },
  ]);
  expect(daysOf({ from: midnight, to: midnight + DAY_MS })).toEqual([
    { from: midnight, to: midnight + DAY_MS },
  ]);
  expect(daysOf({ from: midnight, to: midnight })).toEqual([]);
  expect(daysOf({ from: -1, to: 1 })).toHaveLength(2);
});
