/** Starts, finds and stops the server process of a data directory; never decides whose it is. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './account';
import { serverEnvironment } from './data-directory';

/** A server process, running or about to. */
export interface Postmaster {
  pid: number;
  port: number;
  /** Why it ended, once it has; undefined as long as it runs. */
  failure(): string | undefined;
}

export interface ServerOptions {
  native: string;
  account: Account | undefined;
  directory: string;
  port: number;
  /** Whether the data must survive a crash of the machine. */
  durable: boolean;
}

const POLL_MS = 15;
const FAST_SHUTDOWN_MS = 10_000;
export const PID_FILE = 'postmaster.pid';
const LOG_FILE = 'server.log';

/** Starts the server on loopback TCP alone. It is not ready yet when this returns. */
export async function startPostmaster(options: ServerOptions): Promise<Postmaster> {
  const { native, account, directory, port, durable } = options;
  const unsafe = ['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'synchronous_commit=off'];
  const settings = ['-c', 'log_checkpoints=off', ...(durable ? [] : unsafe)];
  const place = ['-D', directory, '-p', String(port), '-h', '127.0.0.1', '-k', ''];
  const logFile = join(directory, LOG_FILE);
  await rm(logFile, { force: true }); // as root: written anew, never through a link that the server's account has put there
  const log = openSync(logFile, 'wx', 0o600); // a file, not a pipe: the server may outlive us
  const child = spawn(join(native, 'bin', 'postgres'), [...place, ...settings], {
    ...account,
    cwd: '/',
    env: serverEnvironment(),
    stdio: ['ignore', log, log],
    detached: true, // else a Ctrl-C would stop it before we have written what is left to write
  });
  closeSync(log);
  child.unref();
  let failure: string | undefined;
  child.once('exit', () => {
    failure = lastWords(logFile);
  });
  await once(child, 'spawn');
  return { pid: child.pid as number, port, failure: () => failure };
}

/**
 * The server that already runs on the directory, left behind by a process that was killed, or undefined.
 * A pid file that names a process which is no server of this directory (numbers are given out anew after a
 * reboot) is removed: PostgreSQL itself would refuse to start because of it.
 */
export async function findPostmaster(directory: string): Promise<Postmaster | undefined> {
  const file = parsePidFile(await readFile(join(directory, PID_FILE), 'utf8').catch(() => ''));
  if (file === undefined || !isRunning(file.pid)) return undefined;
  if (!(await isServerOf(directory, file.pid))) {
    await rm(join(directory, PID_FILE), { force: true });
    return undefined;
  }
  return { ...file, failure: () => (isRunning(file.pid) ? undefined : 'it ended') };
}

/** Asks the server to drop its clients and stop; after ten seconds it is stopped at once. Returns when it is gone. */
export async function stopPostmaster({ pid }: Postmaster): Promise<void> {
  signal(pid, 'SIGINT');
  if (await isGoneWithin(FAST_SHUTDOWN_MS, pid)) return;
  signal(pid, 'SIGQUIT'); // the next start replays its log: nothing that was committed is lost
  if (await isGoneWithin(FAST_SHUTDOWN_MS, pid)) return;
  throw new Error(`the embedded PostgreSQL (process ${pid}) does not stop: kill -9 ${pid} ends it`);
}

/** https://www.postgresql.org/docs/18/storage-file-layout.html: line 1 is the process, line 4 the port. */
export function parsePidFile(text: string): { pid: number; port: number } | undefined {
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  return Number.isInteger(pid) && pid > 0 && Number.isInteger(port) && port > 0 ? { pid, port } : undefined;
}

/** A server works in its data directory. Where that cannot be seen the pid file counts. */
async function isServerOf(directory: string, pid: number): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  try {
    const [itsOwn, ours] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(directory)]);
    return itsOwn.ino === ours.ino && itsOwn.dev === ours.dev;
  } catch (error) {
    return codeOf(error) === 'EACCES'; // else: it has just ended, or is a zombie
  }
}

async function isGoneWithin(limitMs: number, pid: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < limitMs; waitedMs += POLL_MS) {
    if (!isRunning(pid)) return true;
    await sleep(POLL_MS);
  }
  return !isRunning(pid);
}

/** Whether the process exists and is more than a zombie, which a server stays where nobody collects orphans (some containers). */
function isRunning(pid: number): boolean {
  if (!signal(pid, 0)) return false;
  try {
    const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1);
    return !afterName?.startsWith('Z');
  } catch (error) {
    return process.platform !== 'linux' || codeOf(error) === 'EACCES';
  }
}

/** Whether there was a process to send it to. One that is not ours to signal is there all the same. */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

/** What the server said when it gave up: why, and its hint. */
function lastWords(logFile: string): string {
  const log = readFileSync(logFile, 'utf8');
  const words = [/(?:FATAL|PANIC): .*/g, /HINT: .*/g].map((kind) => log.match(kind)?.at(-1));
  const reasons = words.filter((line) => line !== undefined);
  return reasons.length > 0
    ? reasons.join(' ')
    : log.trim().split('\n').slice(-1).join('') || 'it said nothing';
}
