/** Ends what this process started when this process dies without doing so itself; never outlives its work. */

import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { serverEnvironment } from './data-directory';

/** What is to be tidied up after us. */
export interface Leftovers {
  /** Gets SIGINT, and SIGKILL two seconds later. */
  pid: number;
  /** Removed once the process is gone. */
  directory?: string;
}

/**
 * Runs in a process of its own. Its standard input is a pipe whose other end only we hold: the kernel closes it
 * however we end, kill -9 included.
 */
const SCRIPT = `
const { rmSync } = require('node:fs');
const [pid, directory] = process.argv.slice(1);
const signal = (name) => { try { return process.kill(Number(pid), name); } catch { return false; } };
const tidy = () => { if (directory) rmSync(directory, { recursive: true, force: true }); process.exit(); };
let gone = false; // remembered, for its number may later be another's
setInterval(() => { gone ||= !signal(0); }, 100);
process.stdin.resume().on('end', () => {
  if (gone) tidy();
  signal('SIGINT');
  setInterval(() => { if (!signal(0)) tidy(); }, 20);
  setTimeout(() => { signal('SIGKILL'); setTimeout(tidy, 100); }, 2000);
});
`;

export interface Guard {
  /** Called at the orderly end: there is nothing left to do. */
  release(): void;
}

/** Watches over `leftovers` from now on. */
export function guard(leftovers: Leftovers): Guard {
  const { pid, directory } = leftovers;
  const child = spawn(process.execPath, ['-e', SCRIPT, String(pid), ...(directory ? [directory] : [])], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true, // a Ctrl-C reaches the whole group of the terminal, and must not end the guard first
    env: serverEnvironment(),
  });
  child.unref();
  (child.stdin as Socket).unref();
  child.on('error', () => {}); // no guard is no reason not to start
  return { release: () => void child.kill('SIGKILL') };
}
