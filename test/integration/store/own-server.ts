/** A PostgreSQL server of one's own for tests that kill, pause and restart it; never the one that other tests share. */
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import pino from 'pino';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../sidecar/embedded-postgres/server';
import { migrate } from '../../../sidecar/store/migrate';
import { findFreePort } from '../../support/free-port';
import { until } from '../../support/until';

const log = pino({ level: 'silent' });

export interface OwnServer {
  readonly databaseUrl: string;
  /** The orderly end; the data stays. */
  stop(): Promise<void>;
  /** kill -9 of the whole server. */
  kill(): Promise<void>;
  /** Up again in the same place, with what was committed. */
  start(): Promise<void>;
  /** All of its processes stand still: connections are taken, nothing is answered. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends it and removes the data. */
  remove(): Promise<void>;
}

/** The process and its children, as Linux tells them. */
async function processesOf(pid: number): Promise<number[]> {
  const found = [pid];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const parent = /^\d+ \(.*\) \S (\d+)/s.exec(stat)?.[1];
    if (Number(parent) === pid) found.push(Number(name));
  }
  return found;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function signal(pids: readonly number[], name: NodeJS.Signals): Promise<void> {
  for (const pid of pids) if (isRunning(pid)) process.kill(pid, name);
}

/** With all migrations applied, unless told otherwise. */
export async function startOwnServer({ migrated = true } = {}): Promise<OwnServer> {
  const root = await mkdtemp(join(tmpdir(), 'own-postgres-'));
  await chmod(root, 0o755); // the server may run as another user
  const place = { dataDir: join(root, 'data'), port: await findFreePort(), log };
  let server: EmbeddedPostgres = await startEmbeddedPostgres(place);
  if (migrated) await migrate(server.databaseUrl, { log });
  let paused: readonly number[] = [];

  async function resume(): Promise<void> {
    await signal(paused, 'SIGCONT');
    paused = [];
  }
  return {
    databaseUrl: server.databaseUrl,
    stop: () => server.stop(),
    async kill() {
      const pids = await processesOf(server.pid);
      await signal(pids, 'SIGKILL');
      await until('the server is gone', () => !pids.some(isRunning));
      await server.stop();
    },
    async start() {
      server = await startEmbeddedPostgres(place);
    },
    async pause() {
      paused = await processesOf(server.pid);
      await signal(paused, 'SIGSTOP');
    },
    resume,
    async remove() {
      await resume();
      await server.stop();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** The rows of one query on a connection of its own. */
export async function query<Row>(databaseUrl: string, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query(text, values)).rows as Row[];
  } finally {
    await client.end();
  }
}
