/** Over-cap join to eject with PostgreSQL running and with it standing still, in one run: the decision's write must not be on the way. */
import { readdirSync, readFileSync } from 'node:fs';
import { Client } from 'pg';
import pino from 'pino';
import { startEmbeddedPostgres } from '../../sidecar/embedded-postgres/server';
import { migrate } from '../../sidecar/store/migrate';
import { benchLatency, type Latency } from './latency';

export interface DecisionPath {
  readonly running: Latency;
  readonly paused: Latency;
  /** Decisions on record after each half: the first shows that writes really happen, the second that PostgreSQL really stood still. */
  readonly writtenRunning: number;
  readonly writtenPaused: number;
}

/** A process and what it started, as /proc tells; Linux only. */
function family(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // The program's name may hold spaces and brackets: what follows the last bracket counts.
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It has ended meanwhile.
    }
  }
  const below = (parent: number): number[] =>
    [...parents].filter(([, of]) => of === parent).flatMap(([child]) => [child, ...below(child)]);
  return [pid, ...below(pid)];
}

function signal(pids: readonly number[], name: 'SIGSTOP' | 'SIGCONT'): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      // A connection's process may have ended.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** Stops a server and all its processes as they stand; returns what lets them go on. The postmaster first: it starts no more then. */
export function pauseServer(pid: number): () => void {
  signal([pid], 'SIGSTOP');
  const pids = family(pid);
  signal(pids, 'SIGSTOP');
  return () => signal(pids.toReversed(), 'SIGCONT');
}

async function decisionsIn(databaseUrl: string): Promise<number> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: string }>('select count(*) from bbb_tiers.decisions');
    return Number(rows[0]?.count ?? 0);
  } finally {
    await client.end();
  }
}

/** Starts a PostgreSQL of its own, runs the latency bench on it twice, and stands it still for the second. */
export async function benchDecisionPath(
  redisUrl: string,
  say: (text: string) => void,
): Promise<DecisionPath> {
  const log = pino({ level: 'silent' });
  const server = await startEmbeddedPostgres({ log });
  const url = server.databaseUrl;
  try {
    await migrate(url, { log });
    say('decision path: PostgreSQL running');
    const running = await benchLatency(redisUrl, 'service', { url });
    const writtenRunning = await decisionsIn(url);
    say('decision path: PostgreSQL standing still');
    const paused = await benchLatency(redisUrl, 'service', { url, pause: () => pauseServer(server.pid) });
    const writtenPaused = (await decisionsIn(url)) - writtenRunning;
    return { running, paused, writtenRunning, writtenPaused };
  } finally {
    await server.stop();
  }
}
