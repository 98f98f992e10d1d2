/** Runs a real PostgreSQL out of npm for demo, development and tests; never meant for production, never listens beyond loopback. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { ConfigError } from '../errors';
import { type Account, serverAccount } from './account';
import { findBinaries } from './binaries';
import {
  clusterIn,
  ensureCluster,
  makeCluster,
  reachableDirectory,
  temporaryDirectory,
} from './data-directory';
import { findFreePort } from './free-port';
import { guard } from './guard';
import { OwnedByAnother, type Ownership, takeOwnership } from './ownership';
import { isRefusal, PASSWORD_FILE, passwordIn } from './password';
import {
  findPostmaster,
  PID_FILE,
  type Postmaster,
  type ServerOptions,
  startPostmaster,
  stopPostmaster,
} from './postmaster';

export interface EmbeddedPostgresOptions {
  /** Kept and used again at the next start. Without it the data lies in a temporary directory and goes with `stop`. */
  dataDir?: string;
  /** A free one unless given. A server that is taken over keeps its own. */
  port?: number;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

export interface EmbeddedPostgres {
  /** Superuser `sidecar` with its password, database `postgres`. */
  databaseUrl: string;
  /** The server's main process. */
  pid: number;
  /** Where the data really lies. */
  directory: string;
  stop(): Promise<void>;
}

const POLL_MS = 15;
/** Long enough to replay the log after a crash. */
const START_LIMIT_MS = 60_000;
/** A killed owner's lock is gone within milliseconds, on a busy machine somewhat later; who still holds it after this is alive. */
const HANDOVER_MS = 2_000;
/** A start is tried again when another process took the port, or started or stopped the same server meanwhile. */
const ATTEMPTS = 5;
const RETRY_MS = 200;

/**
 * Starts the server, or takes over the one that a killed process left behind on the same data directory.
 *
 * One process owns a data directory at a time; a second one is refused. Throws, each time in one line with the remedy:
 * no binaries for this machine or none installed, a directory that holds something else, an owner that is alive,
 * a server that does not start.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const account = serverAccount();
  const native = await findBinaries(account);
  if (options.dataDir === undefined) return startTemporary(native, account, options);
  const directory = await prepareDirectory(native, account, options.dataDir);
  return startOwned({ native, account, directory, durable: true }, options);
}

async function prepareDirectory(
  native: string,
  account: Account | undefined,
  dataDir: string,
): Promise<string> {
  try {
    const directory = await reachableDirectory(account, dataDir);
    await ensureCluster(native, account, directory);
    return directory;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EROFS') throw cause;
    const remedy = 'give it to the account that runs this, or set DATABASE_URL';
    throw new ConfigError(`no access to the embedded PostgreSQL's data (${message}): ${remedy}`, { cause });
  }
}

async function startTemporary(
  native: string,
  account: Account | undefined,
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const parent = await temporaryDirectory(account);
  const watch = guard({ pidFile: join(clusterIn(parent), PID_FILE), directory: parent });
  async function remove(): Promise<void> {
    await rm(parent, { recursive: true, force: true });
    watch.release();
  }
  try {
    const directory = await makeCluster(native, account, parent, ['--no-sync']);
    const server = await startOwned({ native, account, directory, durable: false }, options);
    let stopped: Promise<void> | undefined;
    const stop = () => {
      stopped ??= server.stop().then(remove);
      return stopped;
    };
    return { ...server, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function startOwned(
  server: Omit<ServerOptions, 'port'>,
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  const { directory } = server;
  for (let attempt = 1; ; attempt += 1) {
    const running = await findPostmaster(directory);
    const port = options.port ?? (await findFreePort());
    const postmaster = running ?? (await startPostmaster({ ...server, port }));
    const outcome = await own(postmaster, server.account, directory).catch(async (error: unknown) => {
      if (running === undefined && isRefusal((error as Error).cause)) await stopPostmaster(postmaster);
      throw error;
    });
    if (typeof outcome !== 'string') {
      const fields = {
        directory,
        pid: postmaster.pid,
        port: postmaster.port,
        takenOver: running !== undefined,
      };
      options.log.info(fields, 'embedded PostgreSQL is up');
      return handle(postmaster, outcome, directory, options.log);
    }
    const portTaken = outcome.includes('TCP/IP sockets') && options.port === undefined;
    const mayPass = running !== undefined || portTaken || /lock file|shared memory block/.test(outcome);
    if (!mayPass || attempt === ATTEMPTS) {
      const where = `embedded PostgreSQL in ${directory} did not start on port ${port}`;
      throw new Error(`${where}: ${outcome.replace(/\.$/, '')}; set DATABASE_URL to use another server`);
    }
    await sleep(RETRY_MS);
  }
}

/** The ownership once the server answers; a string, its last words, when it ended instead. */
async function own(
  postmaster: Postmaster,
  account: Account | undefined,
  directory: string,
): Promise<Ownership | string> {
  const handover = AbortSignal.timeout(HANDOVER_MS);
  const limit = AbortSignal.timeout(START_LIMIT_MS);
  for (;;) {
    try {
      return await takeOwnership(databaseUrl(postmaster, await passwordIn(directory)), account, directory);
    } catch (error) {
      const failure = postmaster.failure();
      if (failure !== undefined) return failure;
      if (error instanceof OwnedByAnother && handover.aborted) throw inUse(directory, error);
      // Not at once: on a port that was taken meanwhile it is another server that refuses, and ours is about to end.
      if (isRefusal(error) && handover.aborted) throw wrongPassword(directory, error);
      if (limit.aborted) throw noAnswer(postmaster, directory, error);
    }
    await sleep(POLL_MS);
  }
}

function handle(
  postmaster: Postmaster,
  ownership: Ownership,
  directory: string,
  log: EmbeddedPostgresOptions['log'],
): EmbeddedPostgres {
  ownership.onLost(() =>
    log.error({ directory }, 'embedded PostgreSQL ended unasked: its server.log says why'),
  );
  let stopped: Promise<void> | undefined;
  async function stop(): Promise<void> {
    ownership.onLost(() => {});
    await stopPostmaster(postmaster); // ours until it is gone: the lock goes with it
    await ownership.end();
  }
  return {
    databaseUrl: databaseUrl(postmaster, ownership.password),
    pid: postmaster.pid,
    directory,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** `sslmode` is spelled out because PGSSLMODE in somebody's environment would otherwise ask for what is not there. */
function databaseUrl({ port }: Postmaster, password = ''): string {
  return `postgres://sidecar:${password}@127.0.0.1:${port}/postgres?sslmode=disable`;
}

function inUse(directory: string, owner: OwnedByAnother): Error {
  return new ConfigError(
    `${directory} is in use (${owner.message}): stop that one first, or set DATABASE_URL`,
  );
}

function wrongPassword(directory: string, cause: unknown): Error {
  return new ConfigError(
    `the password in ${join(directory, PASSWORD_FILE)} is not that of the embedded PostgreSQL: put the file back, move ${directory} away, or set DATABASE_URL`,
    { cause },
  );
}

function noAnswer({ pid }: Postmaster, directory: string, cause: unknown): Error {
  const seconds = START_LIMIT_MS / 1_000;
  return new Error(
    `embedded PostgreSQL (process ${pid}) gave no answer for ${seconds} s: see ${directory}/server.log, or set DATABASE_URL`,
    { cause },
  );
}
