/** Figures of many histories. */
import type { HistoryResult } from './history';

export interface Figures {
  readonly histories: number;
  readonly joins: number;
  readonly removals: number;
  readonly wrong: readonly string[];
  readonly missed: readonly string[];
  /** As long, but held with one place more. */
  readonly onePlaceMore: readonly string[];
  readonly lines: readonly string[];
}

/** An excess that lasts longer is missed: without a kill, and with one (two resyncs of 30 s). */
export const MISSED_AFTER_MS = 5_000;
export const MISSED_AFTER_KILL_MS = 60_000;

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function spread(label: string, values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  if (sorted.length === 0) return `${label}: none`;
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => Math.round(percentile(sorted, share)));
  return `${label}: p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms, n ${sorted.length}`;
}

export function figuresOf(title: string, results: readonly HistoryResult[], missedAfterMs: number): Figures {
  const removals = results.flatMap(({ truth }) => truth.removals);
  const excesses = results.flatMap(({ truth }) => truth.excesses);
  const wrong = results.flatMap(({ seed, truth }) =>
    truth.removals.flatMap((each) =>
      each.wrong === undefined ? [] : [`seed ${seed}: ${each.wrong} (at ${each.at} ms)`],
    ),
  );
  const long = results.flatMap(({ seed, truth }) =>
    truth.excesses
      .filter(({ from, to }) => to - from > missedAfterMs)
      .map(({ person, from, to, ended, beyondOneMoreMs }) => ({
        isMissed: beyondOneMoreMs > missedAfterMs,
        line: `seed ${seed}: ${person} beyond the cap from ${from} to ${to} ms, ${ended}`,
      })),
  );
  const missed = long.flatMap(({ isMissed, line }) => (isMissed ? line : []));
  const onePlaceMore = long.flatMap(({ isMissed, line }) => (isMissed ? [] : line));
  const joins = results.reduce(
    (sum, { truth }) => sum + truth.log.filter((line) => / joined /.test(line)).length,
    0,
  );
  const right = removals.filter((each) => each.wrong === undefined);
  return {
    histories: results.length,
    joins,
    removals: removals.length,
    wrong,
    missed,
    onePlaceMore,
    lines: [
      `${title}: ${results.length} histories, ${joins} joins, ${removals.length} removals, ${wrong.length} wrong, ${missed.length} missed (an excess of more than ${missedAfterMs / 1_000} s), ${onePlaceMore.length} held with one place more`,
      `  ${spread(
        'join → removal',
        right.map((each) => each.sinceJoinMs),
      )}`,
      `  ${spread(
        'excess → removal',
        right.flatMap((each) => each.sinceExcessMs ?? []),
      )}`,
      `  ${spread(
        'length of an excess',
        excesses.map(({ from, to }) => to - from),
      )}`,
    ],
  };
}
