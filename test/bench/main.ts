/** `npm run bench`: everything measured side by side in one run, printed as a table. Takes some minutes; nothing else should run meanwhile. */
import { cpus, totalmem } from 'node:os';
import Table from 'cli-table3';
import pino from 'pino';
import { startEmbeddedPostgres } from '../../sidecar/embedded-postgres/server';
import { ensureRedisServer } from '../support/redis-server';
import { startChild } from './child';
import { benchDashboard } from './dashboard';
import { benchDecisionPath } from './decision-path';
import { FAULTS_OF_NO_REDIS } from './fault-kinds';
import { benchFaults, faultRows } from './faults';
import { benchLatencyRounds, type Latency } from './latency';
import { benchLedger } from './ledger';
import { benchLivelyRoom } from './lively-room';
import { benchSubscribers, median, type Row, ratios, spreadOf } from './subscriber';

const DATABASE_ROUNDS = 3;
const HISTORIES = Number(process.env.BENCH_HISTORIES ?? 1_000);
const MESSAGES = Number(process.env.BENCH_MESSAGES ?? 200_000);

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function print(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const table = new Table({ head: [...head], style: { head: [], border: [] } });
  for (const row of rows) table.push([...row]);
  process.stdout.write(`${table.toString()}\n`);
}

function rowOf(rows: readonly Row[], what: string): Row {
  return rows.find((row) => row.what === what) ?? { what, cpuMs: [] };
}

/** The median of the pairs, where their middle half lies, and the least and the most. */
function shownRatio(cost: Row, to: Row): string {
  const { median: middle, quarters, range } = spreadOf(ratios(cost, to));
  const [low, high] = quarters.map((each) => each.toFixed(2));
  const [least, most] = range.map((each) => each.toFixed(2));
  return `${middle.toFixed(2)} (half: ${low} to ${high}; all: ${least} to ${most})`;
}

function printSubscribers(rows: readonly Row[]): void {
  const bare = rowOf(rows, 'bare ioredis 6, protocol 2');
  const ours = rowOf(rows, 'our subscriber');
  const parsing = rowOf(rows, 'parse everything, protocol 2');
  const few = rowOf(rows, 'the whole loop, 20 meetings');
  const many = rowOf(rows, 'the whole loop, 10,000 meetings');
  print(
    ['subscriber', 'rounds', 'CPU s per 100,000 messages'],
    rows.map((row) => [row.what, String(row.cpuMs.length), (median(row.cpuMs) / 1_000).toFixed(3)]),
  );
  print(
    ['target', 'wanted', 'median of the pairs (spread)'],
    [
      ['ours to a bare subscriber', '≤ 1.25', shownRatio(ours, bare)],
      ['parse everything to ours', '≥ 2', shownRatio(parsing, ours)],
      ['10,000 meetings to 20', 'flat', shownRatio(many, few)],
    ],
  );
}

async function memory(): Promise<number> {
  const child = await startChild('memory-child.ts', ['10000', '20'], ['--expose-gc']);
  const { bytesPerMeeting } = await child.next<{ bytesPerMeeting: number }>();
  child.stop();
  return bytesPerMeeting;
}

/** The decision write is not on the enforcement path: the same latency with PostgreSQL standing still. */
async function decisionPath(redisUrl: string): Promise<void> {
  const { running, paused } = await benchDecisionPath(redisUrl, say, DATABASE_ROUNDS);
  const row = (what: string, found: Latency): string[] => [
    what,
    found.p50Ms.toFixed(2),
    found.p99Ms.toFixed(2),
  ];
  print(
    ['over-cap join to eject', 'p50 ms', 'p99 ms'],
    [row('PostgreSQL running', running), row('PostgreSQL standing still', paused)],
  );
}

async function latency(redisUrl: string): Promise<void> {
  const { echo, floor, service, p99Ratios } = await benchLatencyRounds(redisUrl, say);
  const row = (what: string, { p50Ms, p99Ms, answered }: Latency): string[] => [
    what,
    p50Ms.toFixed(2),
    p99Ms.toFixed(2),
    String(answered),
  ];
  print(
    ['latency under 1,000 msg/s', 'p50 ms', 'p99 ms', 'answered'],
    [
      row('bare ioredis echo', echo),
      row('floor: echo after getMeetingInfo and the chat line', floor),
      row('over-cap join to eject', service),
      [
        'ratio to the floor (wanted: p99 ≤ 1.5)',
        (service.p50Ms / floor.p50Ms).toFixed(2),
        (service.p99Ms / floor.p99Ms).toFixed(2),
        `rounds: ${p99Ratios.map((each) => each.toFixed(2)).join(', ')}`,
      ],
    ],
  );
}

/** A month's usage out of a large ledger. */
async function ledger(): Promise<void> {
  const server = await startEmbeddedPostgres({ log: pino({ level: 'silent' }) });
  try {
    const { rows, monthRows, cases } = await benchLedger(server.databaseUrl, say);
    say(`ledger: ${rows} rows, ${monthRows} of them in the month`);
    print(
      ['usage of a month (wanted: < 1 s)', 'first ms', 'median ms', 'rows answered'],
      cases.map((found) => [
        found.what,
        found.firstMs.toFixed(0),
        found.medianMs.toFixed(0),
        String(found.answered),
      ]),
    );
  } finally {
    await server.stop();
  }
}

async function dashboard(): Promise<void> {
  const found = await benchDashboard();
  print(
    [`operator's page, ${found.meetings} meetings`, 'measured', 'wanted'],
    [
      ['event to row, p95', `${found.p95Ms.toFixed(0)} ms`, '< 1,000 ms'],
      ['longest task', `${found.longestTaskMs.toFixed(0)} ms`, '≤ 200 ms'],
    ],
  );
}

async function livelyRoom(redisUrl: string): Promise<void> {
  say('lively room: two minutes');
  const found = await benchLivelyRoom(redisUrl);
  print(
    [`lively room, ${found.places} places, seed ${found.seed}`, 'measured', 'wanted'],
    [
      ['newcomer in the full room gone, p50', `${found.goneP50Ms.toFixed(0)} ms`, '≤ 100 ms'],
      ['the same, p99', `${found.goneP99Ms.toFixed(0)} ms`, '≤ 1,500 ms'],
      ['removed / still there in the end', `${found.removed} / ${found.remaining}`, 'all / 0'],
      ['removed while there were places for all', String(found.removedForNothing), '0'],
      ['most people at once', String(found.peak), `≤ ${found.places + 1}`],
      ['regulars removed', String(found.regularsRemoved), '0'],
    ],
  );
}

/** `BENCH_SEED=<of a run> BENCH_HISTORY=<number>` plays one history of it again and prints its course; `BENCH_FAULT=<name>` that fault alone. */
async function faults(): Promise<void> {
  const number = process.env.BENCH_HISTORY;
  const only = number === undefined ? undefined : Number(number);
  const seed = process.env.BENCH_SEED;
  const round = await benchFaults({ histories: HISTORIES, seed, only, fault: process.env.BENCH_FAULT }, say);
  const seconds = (ms: number): string => (Number.isFinite(ms) ? (ms / 1_000).toFixed(1) : '–');
  print(
    [
      `one fault each, seed ${round.seed}`,
      'histories',
      'removals',
      'wrong (wanted: 0)',
      'cap held again, with one place more too, s: p50',
      'p99 (wanted: ≤ 60)',
      'never',
      'over-long meeting ended, s: p50',
      'p99 (wanted: ≤ 60)',
      'never',
      'held with one place more',
      'excess from during the fault stands',
    ],
    faultRows(round.results).map(
      ({ what, histories, removals, wrong, wronged, cap, end, onePlaceMore, standing }) => [
        what,
        String(histories),
        String(removals),
        wrong === 0 ? '0' : `${wrong} in ${wronged}`,
        seconds(cap.p50Ms),
        seconds(cap.p99Ms),
        String(cap.never),
        seconds(end.p50Ms),
        seconds(end.p99Ms),
        String(end.never),
        String(onePlaceMore),
        String(standing),
      ],
    ),
  );
  for (const { seed, fault, wrong, capHeldMs, endHeldMs, course } of round.results) {
    const isHeld = capHeldMs !== undefined && endHeldMs !== undefined;
    if (only !== undefined) process.stdout.write(`${course.join('\n')}\n`);
    else if (wrong.length > 0) process.stdout.write(`wrong, seed ${seed} (${fault}): ${wrong.join('; ')}\n`);
    else if (!isHeld) process.stdout.write(`not held, seed ${seed} (${fault})\n`);
  }
  if (process.env.BENCH_FAULT === undefined)
    process.stdout.write(`not played, as no Redis does it: ${FAULTS_OF_NO_REDIS.join(', ')} (BENCH_FAULT)\n`);
  for (const { seed, why } of round.failed)
    process.stdout.write(`not played to its end, seed ${seed}: ${why.split('\n')[0]}\n`);
}

async function memoryTable(): Promise<void> {
  const kilobytes = (await memory()) / 1_024;
  print(['memory per meeting, 10,000 × 20 people', 'wanted'], [[`${kilobytes.toFixed(2)} KB`, '≤ 8 KB']]);
}

/** In this order; `npm run bench -- <name> …` runs some of them. */
const PARTS: ReadonlyMap<string, (redisUrl: string) => Promise<void>> = new Map([
  ['subscriber', async (redisUrl) => printSubscribers(await benchSubscribers(redisUrl, MESSAGES, say))],
  ['latency', latency],
  ['lively-room', livelyRoom],
  ['faults', faults],
  ['memory', memoryTable],
  ['decision-path', decisionPath],
  ['ledger', ledger],
  ['dashboard', dashboard],
]);

async function main(): Promise<void> {
  const wanted = process.argv.slice(2);
  const unknown = wanted.find((name) => !PARTS.has(name));
  if (unknown !== undefined)
    throw new Error(`expected some of ${[...PARTS.keys()].join(', ')}, got '${unknown}'`);
  const redis = await ensureRedisServer({ progress: say, variables: [] });
  try {
    process.stdout.write(
      `Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? '?'}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${redis.origin}\n`,
    );
    for (const [name, run] of PARTS) if (wanted.length === 0 || wanted.includes(name)) await run(redis.url);
  } finally {
    await redis.stop();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(
      `bench: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exit(1);
  },
);
