/** Random histories with the real service beside a running akka-apps, in batches; in every second batch the service is killed. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Front } from '../../bbb-simulator/akka/front';
import { seededRandom } from '../../bbb-simulator/faults';
import { createTestDatabase } from '../../support/postgres';
import { type HistoryResult, playHistory } from './history';
import { figuresOf, MISSED_AFTER_KILL_MS, MISSED_AFTER_MS } from './report';
import { serviceProcess } from './service';
import type { Truth } from './truth';

const CAPS = [1, 2, 3, 4];
const AT_ONCE = 10;
const LIVELY_MS = 25_000;
/** The kill falls into this part of the lively time. */
const KILLED_BETWEEN: readonly [number, number] = [4_000, 20_000];
const LONGEST_DOWN_MS = 4_000;

export interface HistoriesOptions {
  readonly front: Front;
  readonly count: number;
  readonly seed: string;
  readonly say: (line: string) => void;
  /** Prints the whole course of each wrong or missed history. */
  readonly verbose: boolean;
}

/** Resolves to true when nobody was wronged and nobody missed. */
export async function runHistories({ front, count, seed, say, verbose }: HistoriesOptions): Promise<boolean> {
  const plain: HistoryResult[] = [];
  const killed: HistoryResult[] = [];
  for (let first = 0, batch = 0; first < count; first += AT_ONCE, batch += 1) {
    const seeds = Array.from(
      { length: Math.min(AT_ONCE, count - first) },
      (_, each) => `${seed}-${first + each}`,
    );
    const withKill = batch % 2 === 1;
    const results = await playBatch(front, seeds, withKill);
    (withKill ? killed : plain).push(...results);
    say(`${first + seeds.length} of ${count} histories played`);
  }
  const figures = [
    figuresOf('without a kill', plain, MISSED_AFTER_MS),
    figuresOf('with a kill', killed, MISSED_AFTER_KILL_MS),
  ].filter(({ histories }) => histories > 0);
  for (const each of figures) for (const line of each.lines) say(line);
  for (const { wrong, missed, onePlaceMore } of figures) {
    for (const line of wrong) say(`WRONG ${line}`);
    for (const line of missed) say(`MISSED ${line}`);
    for (const line of onePlaceMore) say(`ONE PLACE MORE ${line}`);
  }
  if (verbose) {
    const bad = figures
      .flatMap(({ wrong, missed, onePlaceMore }) => [...wrong, ...missed, ...onePlaceMore])
      .join('\n');
    for (const result of [...plain, ...killed]) {
      if (bad.includes(`seed ${result.seed}:`))
        say(`${result.seed}, cap ${result.truth.cap}\n  ${result.truth.log.join('\n  ')}`);
    }
  }
  return figures.every(({ wrong, missed }) => wrong.length === 0 && missed.length === 0);
}

async function playBatch(
  front: Front,
  seeds: readonly string[],
  withKill: boolean,
): Promise<HistoryResult[]> {
  const random = seededRandom(`${seeds[0]}-batch`);
  const database = await createTestDatabase();
  const service = serviceProcess(front, database.databaseUrl, CAPS);
  const patienceMs = withKill ? MISSED_AFTER_KILL_MS : MISSED_AFTER_MS;
  try {
    await service.start();
    const truths: Truth[] = [];
    const setDown = (isDown: boolean): void => {
      for (const truth of truths) truth.serviceIsDown(isDown);
    };
    const histories = seeds.map((seed) =>
      playHistory({
        front,
        originOf: service.originOf,
        seed,
        caps: CAPS,
        livelyMs: LIVELY_MS,
        patienceMs: () => patienceMs,
        onTruth: (truth) => void truths.push(truth),
      }),
    );
    if (withKill) {
      const [from, to] = KILLED_BETWEEN;
      await sleep(from + random() * (to - from));
      setDown(true);
      await service.kill();
      await sleep(random() * LONGEST_DOWN_MS);
      await service.start();
      setDown(false);
    }
    return await Promise.all(histories);
  } finally {
    await front.endAll();
    await service.stop();
    await database.drop();
  }
}
