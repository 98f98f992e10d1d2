/** What is away when. */
import { T0 } from '../../../support/builders';
import type { Fault, FaultKind } from './history';

export interface Faults {
  readonly isQuiet: boolean;
  isAway(kind: FaultKind, moment: number): boolean;
  /** The end of the outage at that moment, if there is one. */
  backAt(kind: FaultKind, moment: number): number | undefined;
  readonly all: readonly { readonly kind: FaultKind; readonly from: number; readonly to: number }[];
}

export function createFaults(faults: readonly Fault[]): Faults {
  const all = faults.map(({ kind, at, ms }) => ({ kind, from: T0 + at, to: T0 + at + ms }));
  const find = (kind: FaultKind, moment: number): { readonly to: number } | undefined =>
    all.find((each) => each.kind === kind && moment >= each.from && moment < each.to);
  return {
    all,
    isQuiet: faults.length === 0,
    isAway: (kind, moment) => find(kind, moment) !== undefined,
    backAt: (kind, moment) => find(kind, moment)?.to,
  };
}
