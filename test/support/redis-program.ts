/** Finds a Redis server program, or gets one from the distribution; never starts it and never builds one. */

import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** A program that runs with these arguments and this environment added, and where it came from, in words. */
export interface RedisProgram {
  command: string;
  env: NodeJS.ProcessEnv;
  origin: string;
}

/** One short line on what is being done and may take a while. */
export type Progress = (line: string) => void;

export interface Places {
  /** Searched for programs, as `PATH` is. */
  path: string;
  uid: number | undefined;
  /** Where what was fetched without root stays for the next time. */
  cacheDirectory: string;
}

const NAMES = ['redis-server', 'valkey-server'];

/** What to do where nothing can be done for you. */
const REMEDY =
  'no redis-server or valkey-server found: install one (apt install redis-server, dnf install valkey, brew install redis) or set REDIS_URL';

const MAX_OUTPUT_BYTES = 16 << 20;

const run = promisify(execFile);

/**
 * In order: on the path; fetched earlier; installed with apt by root; fetched with apt and unpacked without root.
 * Throws, naming the remedy, when none of that is possible.
 */
export async function obtainRedisProgram(places: Places, progress: Progress): Promise<RedisProgram> {
  const found = findOnPath(places.path) ?? (await findUnpacked(places.cacheDirectory));
  if (found) return found;
  if (!findProgram('apt-get', places.path)) throw new Error(REMEDY);
  if (places.uid === 0) {
    progress('installing redis-server with apt (its service stays off) …');
    await installAsRoot();
    const installed = findOnPath(places.path);
    if (!installed) throw new Error(REMEDY);
    return { ...installed, origin: `${installed.command}, just installed with apt` };
  }
  progress(`fetching redis-server with apt into ${places.cacheDirectory} (no root needed) …`);
  await fetchWithoutRoot(places.cacheDirectory);
  const unpacked = await findUnpacked(places.cacheDirectory);
  if (!unpacked) throw new Error(REMEDY);
  return unpacked;
}

function findOnPath(path: string): RedisProgram | undefined {
  for (const name of NAMES) {
    const command = findProgram(name, path);
    if (command) return { command, env: {}, origin: command };
  }
  return undefined;
}

function findProgram(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter((directory) => directory !== '')
    .map((directory) => join(directory, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Debian's package carries its libraries beside it in other packages; all were unpacked into one tree. */
async function findUnpacked(cacheDirectory: string): Promise<RedisProgram | undefined> {
  const root = join(cacheDirectory, 'root');
  const command = join(root, 'usr', 'bin', 'redis-server');
  if (!isExecutable(command)) return undefined;
  const libraries = join(root, 'usr', 'lib');
  const names = await readdir(libraries).catch(() => []); // none: the system has them all
  const perMachine = names.map((name) => join(libraries, name));
  const LD_LIBRARY_PATH = [libraries, ...perMachine, process.env.LD_LIBRARY_PATH ?? '']
    .filter((directory) => directory !== '')
    .join(delimiter);
  return {
    command,
    env: { LD_LIBRARY_PATH },
    origin: `${command}, unpacked from the distribution's packages`,
  };
}

/**
 * Debian starts a service as soon as it is installed, unless /usr/sbin/policy-rc.d forbids it. The shell that puts it
 * there also takes it away, whatever happens to us; one that is there already stays.
 */
const INSTALL = `
set -e
if [ ! -e /usr/sbin/policy-rc.d ]; then
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
fi
install() { apt-get -q -y -o DPkg::Lock::Timeout=120 --no-install-recommends install redis-server; }
install || { apt-get -q -o DPkg::Lock::Timeout=120 update && install; }
if [ -d /run/systemd/system ]; then systemctl disable --quiet redis-server || true; fi
`;

async function installAsRoot(): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  try {
    await run('/bin/sh', ['-c', INSTALL], { env, maxBuffer: MAX_OUTPUT_BYTES });
  } catch (cause) {
    throw new Error(`apt could not install redis-server (${lastLine(cause)}); ${REMEDY}`, { cause });
  }
}

/** Works in a directory of its own, so that two fetches at once do not meet; the one that is ready first stays. */
async function fetchWithoutRoot(cacheDirectory: string): Promise<void> {
  await mkdir(cacheDirectory, { recursive: true });
  const work = await mkdtemp(join(cacheDirectory, 'fetch-'));
  const [lists, archives, debs] = [join(work, 'lists'), join(work, 'cache', 'archives'), join(work, 'debs')];
  for (const made of [join(lists, 'partial'), join(archives, 'partial'), debs])
    await mkdir(made, { recursive: true });
  const noRights = ['-o', `Dir::Cache=${join(work, 'cache')}`, '-o', 'Debug::NoLocking=1'];
  const ownLists = [...noRights, '-o', `Dir::State::lists=${lists}`];
  try {
    await download(debs, noRights).catch(async () => {
      // The system has no package lists, or old ones.
      await apt([...ownLists, 'update']);
      await download(debs, ownLists);
    });
    for (const deb of await readdir(debs)) await run('dpkg', ['-x', join(debs, deb), join(work, 'root')]);
    await rename(join(work, 'root'), join(cacheDirectory, 'root')).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY') throw error;
    });
  } catch (cause) {
    throw new Error(`apt could not fetch redis-server (${lastLine(cause)}); ${REMEDY}`, { cause });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * apt itself says what else is missing for it to run here; that is named differently in each release.
 * These two are always fetched: where only redis-tools is installed, apt misses nothing, but the tree we unpack would.
 */
async function download(directory: string, options: string[]): Promise<void> {
  const simulated = await apt([...options, '-s', '--no-install-recommends', 'install', 'redis-server']);
  const packages = new Set(['redis-server', 'redis-tools', ...parseSimulation(simulated)]);
  await apt([...options, 'download', ...packages], directory);
}

async function apt(words: string[], cwd = '/'): Promise<string> {
  const env = { ...process.env, LC_ALL: 'C' };
  const { stdout } = await run('apt-get', ['-q', ...words], { cwd, env, maxBuffer: MAX_OUTPUT_BYTES });
  return stdout;
}

/** The packages that `apt-get -s install` would put in: `Inst redis-tools (5:7.0.15-1~deb12u5 Debian:12.11/stable [amd64])`. */
export function parseSimulation(stdout: string): string[] {
  return [...stdout.matchAll(/^Inst (\S+) /gm)].map(([, name]) => String(name));
}

/** apt's own reason: the last line it wrote to its error output. */
function lastLine(cause: unknown): string {
  const stderr = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : String(cause);
  return stderr.trim().split('\n').at(-1) ?? 'no reason given';
}
