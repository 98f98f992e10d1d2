/** Over-cap join to eject with PostgreSQL running and with it standing still, in one run: the decision's write must not be on the way. */
import { readdirSync, readFileSync } from 'node:fs';
import { Client } from 'pg';
import pino from 'pino';
import { startEmbeddedPostgres } from '../../sidecar/embedded-postgres/server';
import { migrate } from '../../sidecar/store/migrate';
import { benchLatency, type Latency } from './latency';

export interface DecisionPath {
  /** Of each kind the middle round. */
  readonly running: Latency;
  readonly paused: Latency;
  readonly rounds: { readonly running: readonly Latency[]; readonly paused: readonly Latency[] };
  /** Decisions stored while it ran, which shows that there is a write at all. */
  readonly writtenRunning: number;
  /** What had reached it before it stood still or just as it went on; next to none, or it did not stand still. */
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

/** The round in the middle by its p99: on a busy machine a single one may be anything. */
function middle(rounds: readonly Latency[]): Latency {
  const sorted = rounds.toSorted((a, b) => a.p99Ms - b.p99Ms);
  return (
    sorted[Math.floor(sorted.length / 2)] ?? {
      waitsMs: [],
      p50Ms: Number.NaN,
      p99Ms: Number.NaN,
      answered: 0,
    }
  );
}

/**
 * Starts a PostgreSQL of its own and measures with it running and with it standing still, turn by turn, so that whatever else
 * the machine does strikes both. A round takes some 25 s. Throws when nothing was stored while it ran.
 */
export async function benchDecisionPath(
  redisUrl: string,
  say: (text: string) => void,
  rounds = 3,
): Promise<DecisionPath> {
  const log = pino({ level: 'silent' });
  const server = await startEmbeddedPostgres({ log });
  const url = server.databaseUrl;
  const [running, paused]: [Latency[], Latency[]] = [[], []];
  let [writtenRunning, writtenPaused] = [0, 0];
  const growth = async (): Promise<number> => (await decisionsIn(url)) - writtenRunning - writtenPaused;
  try {
    await migrate(url, { log });
    for (let round = 1; round <= rounds; round += 1) {
      say(`decision path, round ${round} of ${rounds}: PostgreSQL running`);
      running.push(await benchLatency(redisUrl, 'service', { url }));
      writtenRunning += await growth();
      say(`decision path, round ${round} of ${rounds}: PostgreSQL standing still`);
      paused.push(await benchLatency(redisUrl, 'service', { url, pause: () => pauseServer(server.pid) }));
      writtenPaused += await growth();
    }
    if (writtenRunning === 0) throw new Error('expected decisions in the database, found none');
    return {
      running: middle(running),
      paused: middle(paused),
      rounds: { running, paused },
      writtenRunning,
      writtenPaused,
    };
  } finally {
    await server.stop();
  }
}
