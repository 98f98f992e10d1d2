/** `npm run bench`: everything measured side by side in one run, printed as a table. Takes some minutes; nothing else should run meanwhile. */
import { cpus, totalmem } from 'node:os';
import Table from 'cli-table3';
import pino from 'pino';
import { startEmbeddedPostgres } from '../../sidecar/embedded-postgres/server';
import { ensureRedisServer } from '../support/redis-server';
import { startChild } from './child';
import { benchDashboard } from './dashboard';
import { benchDecisionPath } from './decision-path';
import { benchLatency, type Latency } from './latency';
import { benchLedger } from './ledger';
import { benchSubscribers, median, type Row, ratios } from './subscriber';

const DATABASE_ROUNDS = 3;
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

/** The median of the rounds, and the least and the most. */
function shownRatio(cost: Row, to: Row): string {
  const each = ratios(cost, to);
  return `${median(each).toFixed(2)} (${Math.min(...each).toFixed(2)} to ${Math.max(...each).toFixed(2)})`;
}

function printSubscribers(rows: readonly Row[]): void {
  const bare = rowOf(rows, 'bare ioredis 6, protocol 2');
  const ours = rowOf(rows, 'our subscriber');
  const parsing = rowOf(rows, 'parse everything, protocol 2');
  const few = rowOf(rows, 'the whole loop, 20 meetings');
  const many = rowOf(rows, 'the whole loop, 10,000 meetings');
  print(
    ['subscriber', 'CPU s per 100,000 messages', 'ratio to bare'],
    rows.map((row) => [row.what, (median(row.cpuMs) / 1_000).toFixed(3), shownRatio(row, bare)]),
  );
  print(
    ['target', 'wanted', 'median of the rounds (least to most)'],
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

async function main(): Promise<void> {
  const redis = await ensureRedisServer({ progress: say, variables: [] });
  try {
    process.stdout.write(
      `Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? '?'}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${redis.origin}\n`,
    );
    const rows = await benchSubscribers(redis.url, MESSAGES, say);
    printSubscribers(rows);
    say('latency: bare echo');
    const echo = await benchLatency(redis.url, 'echo');
    say('latency: over-cap join to eject');
    const eject = await benchLatency(redis.url, 'service');
    print(
      ['latency under 1,000 msg/s', 'p50 ms', 'p99 ms', 'answered'],
      [
        ['bare ioredis echo', echo.p50Ms.toFixed(2), echo.p99Ms.toFixed(2), String(echo.answered)],
        ['over-cap join to eject', eject.p50Ms.toFixed(2), eject.p99Ms.toFixed(2), String(eject.answered)],
        [
          'ratio (wanted: p99 ≤ 2)',
          (eject.p50Ms / echo.p50Ms).toFixed(2),
          (eject.p99Ms / echo.p99Ms).toFixed(2),
          '',
        ],
      ],
    );
    print(
      ['memory per meeting, 10,000 × 20 people', 'wanted'],
      [[`${((await memory()) / 1_024).toFixed(2)} KB`, '≤ 8 KB']],
    );
    await decisionPath(redis.url);
  } finally {
    await redis.stop();
  }
  await ledger();
  await dashboard();
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
