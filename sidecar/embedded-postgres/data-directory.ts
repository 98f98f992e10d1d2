/** Chooses and fills the directory the data lives in; never touches one that holds something else. */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ConfigError } from '../errors';
import { type Account, canEnter, giveTo } from './account';
import { makePassword, PASSWORD_FILE } from './password';

/** Whose data directories the embedded binaries can open. */
const MAJOR_VERSION = '18';

/** Where root's data goes when the server's account cannot reach the directory asked for. */
const STATE_DIRECTORY = '/var/lib/bbb-tiers-postgres';

const run = promisify(execFile);

/** A directory for one run, directly under the system's temporary one, owned by the account. */
export async function temporaryDirectory(account: Account | undefined): Promise<string> {
  const parent = (await canEnter(account, tmpdir())) ? tmpdir() : '/tmp';
  const directory = await mkdtemp(join(await realpath(parent), 'bbb-tiers-postgres-'));
  await giveTo(account, directory);
  return directory;
}

/**
 * The directory that is used when `requested` is asked for: itself, unless the account cannot get there
 * (root's own home is closed to `nobody`); then one under `stateDirectory`, always the same for the same request.
 */
export async function reachableDirectory(
  account: Account | undefined,
  requested: string,
  stateDirectory = STATE_DIRECTORY,
): Promise<string> {
  const path = resolve(requested);
  await mkdir(dirname(path), { recursive: true });
  const real = await realpath(path).catch(async () => join(await realpath(dirname(path)), basename(path)));
  if (await canEnter(account, dirname(real))) return real;
  const made = await mkdir(stateDirectory, { recursive: true });
  if (made !== undefined) await chmod(stateDirectory, 0o755); // whatever the umask: the account must get through
  return join(stateDirectory, createHash('sha256').update(real).digest('hex').slice(0, 12));
}

/** Makes `directory` a database cluster unless it is one. Throws when it holds anything else. */
export async function ensureCluster(
  native: string,
  account: Account | undefined,
  directory: string,
): Promise<void> {
  if (await holdsCluster(directory)) return;
  // Made beside and then renamed: a start that dies in the middle leaves no half cluster behind.
  const draft = await mkdtemp(`${directory}.new-`);
  try {
    await giveTo(account, draft);
    await rename(await makeCluster(native, account, draft, []), directory);
  } catch (error) {
    if (!(await holdsCluster(directory))) throw error; // else: another starter was quicker
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Makes a new cluster with a password inside `parent`, an empty directory of the account's. Returns where. `options` are initdb's. */
export async function makeCluster(
  native: string,
  account: Account | undefined,
  parent: string,
  options: string[],
): Promise<string> {
  const directory = clusterIn(parent);
  const passwordFile = join(parent, PASSWORD_FILE); // initdb wants the directory itself empty
  await makePassword(account, passwordFile);
  const access = ['-U', 'sidecar', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  await initialise(native, account, directory, [...access, '-E', 'UTF8', '--locale=C', ...options]);
  await rename(passwordFile, join(directory, PASSWORD_FILE));
  return directory;
}

/** Where `makeCluster` puts it. */
export function clusterIn(parent: string): string {
  return join(parent, 'data');
}

async function initialise(
  native: string,
  account: Account | undefined,
  directory: string,
  options: string[],
): Promise<void> {
  try {
    await run(join(native, 'bin', 'initdb'), ['-D', directory, ...options], {
      ...account,
      cwd: '/',
      env: serverEnvironment(),
    });
  } catch (cause) {
    const reason = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : String(cause);
    const line = reason.trim().split('\n').join(' ');
    throw new ConfigError(`PostgreSQL could not make its data directory ${directory}: ${line}`, { cause });
  }
}

/** What the server's processes see of our environment: no secret of ours is in it. */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, TMPDIR } = process.env;
  return { LC_ALL: 'C', PATH, ...(SystemRoot && { SystemRoot }), ...(TMPDIR && { TMPDIR }) };
}

async function holdsCluster(directory: string): Promise<boolean> {
  if (!existsSync(directory)) return false;
  let version: string;
  try {
    version = (await readFile(join(directory, 'PG_VERSION'), 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    if ((await readdir(directory)).length === 0) return false;
    throw new ConfigError(
      `${directory} is neither empty nor PostgreSQL data: name another directory, or set DATABASE_URL`,
    );
  }
  if (version === MAJOR_VERSION) return true;
  throw new ConfigError(
    `${directory} was made by PostgreSQL ${version}, the embedded one is ${MAJOR_VERSION}: dump it there and move it away, or set DATABASE_URL`,
  );
}
