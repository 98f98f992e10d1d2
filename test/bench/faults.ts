/** Random histories with one fault each: who is wronged, and how soon the limits hold again. */
import { randomBytes } from 'node:crypto';
import { cpus } from 'node:os';
import { startTestPostgres, testPostgresEnvironment } from '../support/postgres';
import { type Child, startChild } from './child';
import type { HistoryResult } from './fault-history';
import { FAULTS, FAULTS_OF_NO_REDIS, faultOf } from './fault-kinds';
import type { Order } from './faults-child';

export interface FaultRound {
  /** Of the run; a history's own is `<seed>-<number>`, its fault follows from the number. */
  readonly seed: string;
  readonly results: readonly HistoryResult[];
  /** Histories that could not be played to their end, with the reason. */
  readonly failed: readonly { readonly seed: string; readonly why: string }[];
}

export interface FaultOptions {
  readonly histories: number;
  /** Of the run; left out: a new one. */
  readonly seed?: string | undefined;
  /** Only the history with this number. */
  readonly only?: number | undefined;
  /** In all of them, by name; left out: one after the other of `FAULTS`. */
  readonly fault?: string | undefined;
}

type Answer = { readonly result: HistoryResult } | { readonly failed: string };

/** A process per core, each plays one history after the other; one PostgreSQL for all. */
export async function benchFaults(options: FaultOptions, say: (text: string) => void): Promise<FaultRound> {
  const seed = options.seed ?? randomBytes(4).toString('hex');
  const numbers =
    options.only === undefined
      ? Array.from({ length: options.histories }, (_, index) => index)
      : [options.only];
  const fault = [...FAULTS, ...FAULTS_OF_NO_REDIS].find((each) => each === options.fault);
  if (options.fault !== undefined && fault === undefined)
    throw new Error(`BENCH_FAULT: expected one of ${[...FAULTS, ...FAULTS_OF_NO_REDIS].join(', ')}`);
  const results: HistoryResult[] = [];
  const failed: { seed: string; why: string }[] = [];
  say(`faults: ${numbers.length} histories, seed ${seed}`);
  const postgres = await startTestPostgres();
  Object.assign(process.env, testPostgresEnvironment(postgres));
  const children: Child[] = [];

  async function work(): Promise<void> {
    const child = await startChild('faults-child.ts', []);
    children.push(child);
    for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
      const order: Order = { seed: `${seed}-${number}`, fault: fault ?? faultOf(number) };
      child.send(order);
      const answer = await child.next<Answer>();
      if ('result' in answer) {
        results.push(answer.result);
        for (const each of answer.result.wrong) say(`faults: ${order.seed} (${order.fault}): ${each}`);
      } else {
        failed.push({ seed: order.seed, why: answer.failed });
        say(`faults: ${order.seed} (${order.fault}) could not be played: ${answer.failed}`);
      }
      if (results.length % 25 === 0) say(`faults: ${results.length} played`);
    }
  }

  try {
    await Promise.all(cpus().map(work));
  } finally {
    for (const child of children) child.stop();
    await postgres.stop();
  }
  return { seed, results, failed };
}

export interface FaultRow {
  readonly what: string;
  readonly histories: number;
  readonly removals: number;
  readonly wrong: number;
  /** In how many histories. */
  readonly wronged: number;
  readonly cap: Held;
  readonly end: Held;
  /** In how many the cap held with one place more. */
  readonly onePlaceMore: number;
  readonly standing: number;
}

interface Held {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly never: number;
}

/** A row for all, then one for each fault. */
export function faultRows(results: readonly HistoryResult[]): FaultRow[] {
  const groups: readonly (readonly [string, readonly HistoryResult[]])[] = [
    ['all', results],
    ...[...FAULTS, ...FAULTS_OF_NO_REDIS].map(
      (fault) => [fault, results.filter((each) => each.fault === fault)] as const,
    ),
  ];
  return groups
    .filter(([, group]) => group.length > 0)
    .map(([what, group]) => ({
      what,
      histories: group.length,
      removals: group.reduce((sum, each) => sum + each.removals, 0),
      wrong: group.reduce((sum, each) => sum + each.wrong.length, 0),
      wronged: group.filter((each) => each.wrong.length > 0).length,
      cap: held(group.map(({ capHeldMs }) => capHeldMs)),
      end: held(group.map(({ endHeldMs }) => endHeldMs)),
      onePlaceMore: group.filter((each) => each.onePlaceMore).length,
      standing: group.filter(({ standing }) => standing > 0).length,
    }));
}

/** One that never held counts as endlessly late. */
function held(times: readonly (number | undefined)[]): Held {
  const sorted = times.map((each) => each ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99), never: times.filter((each) => each === undefined).length };
}
