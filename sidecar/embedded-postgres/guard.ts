/** Ends what this process started when this process dies without doing so itself; never outlives its work. */

import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { serverEnvironment } from './data-directory';

/** What is to be tidied up after us: a process, by its number or by the pid file it is going to write. */
export type Leftovers = ({ pid: number } | { pidFile: string }) & {
  /** Removed once the process is gone. It gets SIGINT, and SIGKILL two seconds later. */
  directory: string;
};

/**
 * Runs in a process of its own. Its standard input is a pipe whose other end only we hold: the kernel closes it
 * however we end, kill -9 included.
 */
const SCRIPT = `
const { readFileSync, rmSync } = require('node:fs');
const [named, pidFile, directory] = process.argv.slice(1);
const find = () => { try { return Number(named) || parseInt(readFileSync(pidFile, 'utf8')); } catch { return 0; } };
const signal = (pid, name) => { try { return pid > 0 && process.kill(pid, name); } catch { return false; } };
const tidy = () => { rmSync(directory, { recursive: true, force: true, maxRetries: 10 }); process.exit(); };
let gone = 0; // remembered, for its number may later be another's
setInterval(() => { const pid = find(); if (!signal(pid, 0)) gone = pid; }, 100);
process.stdin.resume().on('end', () => {
  const pid = find();
  if (pid === gone) tidy();
  signal(pid, 'SIGINT');
  setInterval(() => { if (!signal(pid, 0)) tidy(); }, 20);
  setTimeout(() => { signal(pid, 'SIGKILL'); setTimeout(tidy, 100); }, 2000);
});
`;

export interface Guard {
  /** Called at the orderly end: there is nothing left to do. */
  release(): void;
}

/** Watches over `leftovers` from now on. */
export function guard(leftovers: Leftovers): Guard {
  const [pid, pidFile] = 'pid' in leftovers ? [String(leftovers.pid), ''] : ['', leftovers.pidFile];
  const child = spawn(process.execPath, ['-e', SCRIPT, pid, pidFile, leftovers.directory], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true, // a Ctrl-C reaches the whole group of the terminal, and must not end the guard first
    env: serverEnvironment(),
  });
  child.unref();
  (child.stdin as Socket).unref();
  child.on('error', () => {}); // no guard is no reason not to start
  return { release: () => void child.kill('SIGKILL') };
}
