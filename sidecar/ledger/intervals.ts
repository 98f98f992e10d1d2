/** Stretches of time out of what was seen: folds edges into intervals, joins them, cuts them by days. Pure; knows no meetings. */

export const DAY_MS = 86_400_000;

/** Half open, epoch ms: from the first moment inside to the first moment outside. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Something seen at a moment: `in` there from now on, `out` gone from now on. */
export type Edge =
  | { readonly kind: 'in'; readonly at: number; readonly notBefore?: number | undefined }
  | { readonly kind: 'out'; readonly at: number; readonly ejected?: boolean | undefined };

/** A stretch between two edges; `to` undefined while it lasts. */
export interface Interval {
  readonly from: number;
  /** Set when the beginning was not seen: it was between this and `from`. */
  readonly notBefore: number | undefined;
  readonly to: number | undefined;
  /** Set when it ended by an ejection, which may be reported after the leaving. */
  readonly ejectedAt: number | undefined;
}

function rank(edge: Edge): number {
  return edge.kind === 'in' ? 0 : edge.ejected === true ? 2 : 1;
}

function unseenSince({ at, notBefore }: Edge & { readonly kind: 'in' }): number | undefined {
  return notBefore !== undefined && notBefore < at ? notBefore : undefined;
}

/** On one instant leaving stands after coming, and a sight of the arrival itself before a mere listing. */
function compareEdges(a: Edge, b: Edge): number {
  const byTime = a.at - b.at || rank(a) - rank(b);
  if (byTime !== 0 || a.kind === 'out' || b.kind === 'out') return byTime;
  return (unseenSince(b) ?? b.at) - (unseenSince(a) ?? a.at);
}

/**
 * The intervals that a set of edges describes, in order. Indifferent to the edges' order and to repetition; an interval begins with the first
 * `in` and ends with the first `out` after it. An ejection after that, but before the next coming, marks the interval as ended by it.
 */
export function foldEdges(edges: readonly Edge[]): readonly Interval[] {
  const intervals: Interval[] = [];
  let open: Interval | undefined;
  for (const edge of [...edges].sort(compareEdges)) {
    if (edge.kind === 'in') {
      open ??= { from: edge.at, notBefore: unseenSince(edge), to: undefined, ejectedAt: undefined };
    } else if (open !== undefined) {
      intervals.push({ ...open, to: edge.at, ejectedAt: edge.ejected === true ? edge.at : undefined });
      open = undefined;
    } else if (edge.ejected === true) {
      const last = intervals.pop();
      if (last !== undefined) intervals.push({ ...last, ejectedAt: last.ejectedAt ?? edge.at });
    }
  }
  return open === undefined ? intervals : [...intervals, open];
}

/** The edges that these intervals begin and end with, each as it was seen: folded, they are the same intervals again. */
export function edgesOf(intervals: readonly Interval[]): readonly Edge[] {
  return intervals.flatMap(({ from, notBefore, to, ejectedAt }): Edge[] => {
    const edges: Edge[] = [{ kind: 'in', at: from, notBefore }];
    if (to !== undefined && to !== ejectedAt) edges.push({ kind: 'out', at: to });
    if (ejectedAt !== undefined) edges.push({ kind: 'out', at: ejectedAt, ejected: true });
    return edges;
  });
}

/**
 * What is known once edges come to the intervals already kept. Edges that include all those the kept ones were folded from give just what
 * they would give alone, so that repeating changes nothing; others are added to them.
 */
export function addEdges(kept: readonly Interval[], seen: readonly Edge[]): readonly Interval[] {
  return foldEdges([...edgesOf(kept), ...seen]);
}

/** Which of the kept intervals have to go and which to be written so that they become the wanted ones; `from` distinguishes them. */
export function difference(
  kept: readonly Interval[],
  wanted: readonly Interval[],
): { gone: readonly Interval[]; changed: readonly Interval[] } {
  const same = (a: Interval, b: Interval): boolean =>
    a.from === b.from && a.to === b.to && a.notBefore === b.notBefore && a.ejectedAt === b.ejectedAt;
  return {
    gone: kept.filter((interval) => !wanted.some(({ from }) => from === interval.from)),
    changed: wanted.filter((interval) => !kept.some((other) => same(interval, other))),
  };
}

/** The part of each interval inside the window; one that lasts goes on to the window's end. Empty ones fall out. */
export function clip(intervals: readonly Pick<Interval, 'from' | 'to'>[], window: Span): readonly Span[] {
  return intervals
    .map(({ from, to }) => ({ from: Math.max(from, window.from), to: Math.min(to ?? window.to, window.to) }))
    .filter(({ from, to }) => to > from);
}

/** The time covered by at least one span, as spans that neither touch nor overlap, in order. */
export function union(spans: readonly Span[]): readonly Span[] {
  const joined: { from: number; to: number }[] = [];
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else if (span.to > span.from) joined.push({ ...span });
  }
  return joined;
}

/** Their lengths added up, ms. */
export function totalMs(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, to }) => sum + (to - from), 0);
}

/** How many of the spans lie over one another at most. Who leaves in the moment another comes makes room first. */
export function deepest(spans: readonly Span[]): number {
  const steps = spans.flatMap(({ from, to }) =>
    to > from
      ? [
          { at: from, by: 1 },
          { at: to, by: -1 },
        ]
      : [],
  );
  steps.sort((a, b) => a.at - b.at || a.by - b.by);
  let depth = 0;
  let most = 0;
  for (const { by } of steps) {
    depth += by;
    most = Math.max(most, depth);
  }
  return most;
}

/** The days (UTC) that a span touches. */
export function daysOf(span: Span): readonly Span[] {
  const days: Span[] = [];
  for (let from = Math.floor(span.from / DAY_MS) * DAY_MS; from < span.to; from += DAY_MS) {
    days.push({ from, to: from + DAY_MS });
  }
  return days;
}
