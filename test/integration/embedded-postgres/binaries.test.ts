/** The programs out of npm, made runnable where the install scripts did not run and where nobody cannot go. */

import { execFile } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { serverAccount } from '../../../sidecar/embedded-postgres/account';
import { binariesPackage, makeRunnable, thisMachine } from '../../../sidecar/embedded-postgres/binaries';
import { ConfigError } from '../../../sidecar/errors';

const run = promisify(execFile);
const installed = dirname(dirname(require.resolve(binariesPackage(thisMachine()))));

let root: string;
let packageRoot: string;
let cache: string;

/** The package as npm leaves it with --ignore-scripts: without its links. */
beforeEach(async () => {
  root = await mkdtemp(join('/tmp', 'binaries-'));
  await chmod(root, 0o755);
  packageRoot = join(root, 'package');
  cache = join(root, 'cache');
  await run('cp', ['-r', installed, packageRoot]);
  for (const target of await links()) await rm(join(packageRoot, target));
});

afterEach(() => rm(root, { recursive: true, force: true }));

async function links(): Promise<string[]> {
  const list = JSON.parse(await readFile(join(installed, 'native', 'pg-symlinks.json'), 'utf8')) as {
    target: string;
  }[];
  return list.map(({ target }) => target);
}

async function version(native: string): Promise<string> {
  const { stdout } = await run(join(native, 'bin', 'postgres'), ['--version'], {
    ...serverAccount(),
    cwd: '/',
  });
  return stdout.trim();
}

test('missing links are made in place', async () => {
  await expect(version(join(packageRoot, 'native'))).rejects.toThrow(/shared libraries/);
  const native = await makeRunnable(packageRoot, serverAccount(), cache);
  expect(native).toBe(join(packageRoot, 'native'));
  expect(await version(native)).toMatch(/^postgres \(PostgreSQL\) 18\./);
  for (const target of await links())
    expect((await lstat(join(packageRoot, target))).isSymbolicLink()).toBe(true);
});

const asRoot = process.getuid?.() === 0 ? test : test.skip;

asRoot('programs that nobody cannot reach are copied once, and used from there', async () => {
  const closed = join(root, 'closed');
  await mkdir(closed, { mode: 0o700 });
  await run('mv', [packageRoot, closed]);
  const native = await makeRunnable(join(closed, 'package'), serverAccount(), cache);
  expect(dirname(native)).toBe(cache);
  expect(await version(native)).toMatch(/18\./);
  expect((await stat(native)).mode & 0o022).toBe(0);

  await writeFile(join(native, 'mark'), '');
  expect(await makeRunnable(join(closed, 'package'), serverAccount(), cache)).toBe(native);
  expect(await readdir(native)).toContain('mark');
  expect(await readdir(cache)).toEqual([basename(native)]);
});

asRoot('two that copy at once both get there', async () => {
  await chmod(join(packageRoot, 'native'), 0o700);
  const [first, second] = await Promise.all(
    [1, 2].map(() => makeRunnable(packageRoot, serverAccount(), cache)),
  );
  expect(first).toBe(second);
  expect(await version(String(first))).toMatch(/18\./);
});

asRoot('a copy that does not run is replaced', async () => {
  await chmod(join(packageRoot, 'native'), 0o700);
  const native = await makeRunnable(packageRoot, serverAccount(), cache);
  await rm(join(native, 'lib', 'libicudata.so.60.2'));
  await expect(version(native)).rejects.toThrow(/shared libraries/);
  expect(await makeRunnable(packageRoot, serverAccount(), cache)).toBe(native);
  expect(await version(native)).toMatch(/18\./);
});

test('a program that runs nowhere is told with its own words', async () => {
  await writeFile(
    join(packageRoot, 'native', 'bin', 'postgres'),
    '#!/bin/sh\necho wrong machine >&2\nexit 1\n',
  );
  const attempt = makeRunnable(packageRoot, serverAccount(), cache);
  await expect(attempt).rejects.toThrow(ConfigError);
  await expect(attempt).rejects.toThrow(
    /^the embedded PostgreSQL in \S+ does not run \(.*wrong machine.*\): set DATABASE_URL$/,
  );
});
