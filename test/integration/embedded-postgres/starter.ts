/** Starts the embedded server in a process of its own, to be killed; never in the test's process. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';

/** Compiled to where the packages are found; not into the sources. */
const BUNDLE = resolve('.cache', 'test', `embedded-postgres-${process.pid}.cjs`);

const ENTRY = `
import { startEmbeddedPostgres } from './sidecar/embedded-postgres/server';
const log = { info() {}, warn() {}, error() {} };
startEmbeddedPostgres({ log, ...JSON.parse(process.argv[2]) }).then(
  ({ databaseUrl, pid, directory }) => console.log(JSON.stringify({ databaseUrl, pid, directory })),
  (error) => { console.log(JSON.stringify({ error: error.message })); process.exit(1); },
);
setInterval(() => {}, 60_000);
`;

/** What the process printed: the server's place, or why there is none. */
export interface Started {
  databaseUrl: string;
  pid: number;
  directory: string;
  error?: string;
}

/** The file that `startInProcess` runs. */
export function bundleStarter(outfile = BUNDLE): string {
  mkdirSync(join(outfile, '..'), { recursive: true });
  buildSync({
    stdin: { contents: ENTRY, resolveDir: process.cwd(), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['pg-native', '@embedded-postgres/*'],
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

export async function startInProcess(
  bundle: string,
  options: { dataDir?: string },
): Promise<{ child: ChildProcess; started: Started }> {
  const child = spawn(process.execPath, [bundle, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true, // a process group of its own, as a shell would make
  });
  const [line] = await once(createInterface(child.stdout), 'line');
  return { child, started: JSON.parse(String(line)) as Started };
}

/** kill -9, and returns when the process is gone. */
export async function killHard(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
