/** Figures of many histories. */
import type { Outcome } from './world';

export interface Figures {
  histories: number;
  decisions: number;
  removals: number;
  outOfTurn: number;
  bots: number;
  readonly staysBeyondMs: number[];
  /** By what the meeting really was. */
  readonly excesses: readonly number[];
  add(outcome: Outcome): void;
}

export function noFigures(): Figures {
  const figures: Figures = {
    histories: 0,
    decisions: 0,
    removals: 0,
    outOfTurn: 0,
    bots: 0,
    staysBeyondMs: [],
    excesses: [],
    add({ decisions, removals, outOfTurn, bots, staysBeyondMs }) {
      figures.histories += 1;
      figures.decisions += decisions;
      figures.removals += removals;
      figures.outOfTurn += outOfTurn;
      figures.bots += bots;
      figures.staysBeyondMs.push(...staysBeyondMs);
    },
  };
  return figures;
}

function spread(values: readonly number[]): Record<string, number | undefined> {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number | undefined => sorted[Math.floor(sorted.length * share)];
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), longest: sorted.at(-1) };
}

export function figuresOf({ staysBeyondMs, excesses, ...counts }: Figures): Record<string, unknown> {
  return { ...counts, beyondMs: spread(staysBeyondMs), excessMs: spread(excesses) };
}
