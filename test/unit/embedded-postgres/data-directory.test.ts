/** Where the data goes, and which directories are left alone. */

import { chmod, mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ensureCluster,
  reachableDirectory,
  serverEnvironment,
} from '../../../sidecar/embedded-postgres/data-directory';
import { ConfigError } from '../../../sidecar/errors';

/** A temporary directory of one's own, as macOS has it, is closed to others. */
const OPEN_TO_ALL = '/tmp';
/** Neither root nor nobody, whoever runs the tests. */
const STRANGER = { uid: 61_234, gid: 61_234 };
const NO_PROGRAMS = '/nonexistent';

let root: string;

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(OPEN_TO_ALL, 'data-directory-')));
  await chmod(root, 0o755);
});

afterEach(() => rm(root, { recursive: true }));

describe('the directory asked for', () => {
  test('is taken when the account can get there; what leads to it is made', async () => {
    expect(await reachableDirectory(STRANGER, join(root, 'a', 'b'), join(root, 'state'))).toBe(
      join(root, 'a', 'b'),
    );
    expect(await readdir(join(root, 'a'))).toEqual([]);
  });

  test('is the one a link points to, so that both names mean one server', async () => {
    await mkdir(join(root, 'real'));
    await symlink('real', join(root, 'link'));
    expect(await reachableDirectory(undefined, join(root, 'link'))).toBe(join(root, 'real'));
  });

  test('is replaced when the account is shut out: the same each time, another for another', async () => {
    await mkdir(join(root, 'closed'), { mode: 0o700 });
    const state = join(root, 'state');
    const first = await reachableDirectory(STRANGER, join(root, 'closed', 'x'), state);
    expect(first.startsWith(`${state}/`)).toBe(true);
    expect(await reachableDirectory(STRANGER, join(root, 'closed', 'x'), state)).toBe(first);
    expect(await reachableDirectory(STRANGER, join(root, 'closed', 'y'), state)).not.toBe(first);
  });
});

describe('a directory that holds', () => {
  test('something else is refused and left as it is', async () => {
    await writeFile(join(root, 'thesis.txt'), 'mine');
    await expect(ensureCluster(NO_PROGRAMS, undefined, root)).rejects.toThrow(ConfigError);
    await expect(ensureCluster(NO_PROGRAMS, undefined, root)).rejects.toThrow(
      `${root} is neither empty nor PostgreSQL data: name another directory, or set DATABASE_URL`,
    );
    expect(await readdir(root)).toEqual(['thesis.txt']);
  });

  test('the data of another major version is refused, naming both', async () => {
    await writeFile(join(root, 'PG_VERSION'), '15\n');
    await expect(ensureCluster(NO_PROGRAMS, undefined, root)).rejects.toThrow(
      `${root} was made by PostgreSQL 15, the embedded one is 18`,
    );
  });

  test('the data of this version is opened without another word', async () => {
    await writeFile(join(root, 'PG_VERSION'), '18\n');
    await expect(ensureCluster(NO_PROGRAMS, undefined, root)).resolves.toBeUndefined();
  });
});

test('nothing half made stays when the cluster cannot be made', async () => {
  await expect(ensureCluster(NO_PROGRAMS, undefined, join(root, 'data'))).rejects.toThrow(
    /could not make its data directory/,
  );
  expect(await readdir(root)).toEqual([]);
});

test("the server's processes see none of our secrets", () => {
  process.env.CLAIM_SECRET = 'x'.repeat(32);
  try {
    expect(Object.keys(serverEnvironment())).not.toContain('CLAIM_SECRET');
    expect(JSON.stringify(serverEnvironment())).not.toContain(process.env.CLAIM_SECRET);
  } finally {
    delete process.env.CLAIM_SECRET;
  }
});
