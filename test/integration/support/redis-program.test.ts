/** Where the Redis program comes from: the path, or the distribution's packages, by the real apt from a repository of our own. */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { obtainRedisProgram, parseSimulation, type RedisProgram } from '../../support/redis-program';

const run = promisify(execFile);
const ANY_USER = 1_000;

let root: string;
let cacheDirectory: string;

beforeEach(async () => {
  root = await mkdtemp(join('/tmp', 'redis-program-'));
  await chmod(root, 0o755);
  cacheDirectory = join(root, 'cache');
});

afterEach(async () => {
  delete process.env.APT_CONFIG;
  await rm(root, { recursive: true });
});

async function version({ command, env }: RedisProgram): Promise<string> {
  return (await run(command, ['--version'], { env: { ...process.env, ...env } })).stdout;
}

/** The real program of this machine. */
async function systemRedis(): Promise<string> {
  const silent = () => {};
  const places = { path: process.env.PATH ?? '', uid: ANY_USER, cacheDirectory: join('.cache', 'redis') };
  return realpath((await obtainRedisProgram(places, silent)).command);
}

test('the first redis-server on the path is taken, and nothing is said', async () => {
  await mkdir(join(root, 'bin'));
  await symlink(await systemRedis(), join(root, 'bin', 'redis-server'));
  const path = [join(root, 'empty'), join(root, 'bin'), process.env.PATH].join(delimiter);
  const lines: string[] = [];
  const program = await obtainRedisProgram({ path, uid: 0, cacheDirectory }, (line) => lines.push(line));
  expect(program.command).toBe(join(root, 'bin', 'redis-server'));
  expect(program.origin).toBe(program.command);
  expect(await version(program)).toMatch(/v=\d/);
  expect(lines).toEqual([]);
});

test('valkey-server does as well', async () => {
  await mkdir(join(root, 'bin'));
  await symlink(await systemRedis(), join(root, 'bin', 'valkey-server'));
  const program = await obtainRedisProgram({ path: join(root, 'bin'), uid: 0, cacheDirectory }, () => {});
  expect(program.command).toBe(join(root, 'bin', 'valkey-server'));
});

test('a file of that name that cannot be run does not', async () => {
  await mkdir(join(root, 'bin'));
  await writeFile(join(root, 'bin', 'redis-server'), 'text', { mode: 0o644 });
  await expect(
    obtainRedisProgram({ path: join(root, 'bin'), uid: ANY_USER, cacheDirectory }, () => {}),
  ).rejects.toThrow('no redis-server or valkey-server found');
});

test('without apt the remedy is one line', async () => {
  const attempt = obtainRedisProgram({ path: '', uid: ANY_USER, cacheDirectory }, () => {});
  await expect(attempt).rejects.toThrow(
    /^no redis-server or valkey-server found: install one \(apt install .*\) or set REDIS_URL$/,
  );
});

test("apt's own plan is read: names as this release has them, nothing that is only configured", () => {
  const plan = [
    'Reading package lists...',
    'The following NEW packages will be installed:',
    '  libjemalloc2 redis-server redis-tools',
    'Inst libjemalloc2 (5.3.0-1 Debian:12.11/stable [amd64])',
    'Inst redis-tools [5:7.0.14-1] (5:7.0.15-1~deb12u5 Debian:12.11/stable, Debian-Security:12/stable [amd64])',
    'Inst redis-server (5:7.0.15-1~deb12u5 Debian:12.11/stable [amd64])',
    'Conf libjemalloc2 (5.3.0-1 Debian:12.11/stable [amd64])',
  ];
  expect(parseSimulation(plan.join('\n'))).toEqual(['libjemalloc2', 'redis-tools', 'redis-server']);
});

const hasApt = ['/usr/bin/apt-get', '/usr/bin/dpkg-deb'].every((program) => existsSync(program));

(hasApt ? describe : describe.skip)('without root, on Debian or Ubuntu', () => {
  /** As /usr/bin, but without any Redis. */
  let path: string;
  /** One library of the real program, which the repository has in a package of its own. */
  let library: string;
  const OF_ITS_OWN = /^\s*(lib(?!c\.|m\.|rt\.|dl\.|pthread)\S+) => (\S+)/m;

  beforeEach(async () => {
    path = join(root, 'bin');
    await mkdir(path);
    await symlink('/usr/bin/apt-get', join(path, 'apt-get'));
    await makeRepository();
  });

  test('program and libraries are fetched, whatever the system has, and kept for the next time', async () => {
    const lines: string[] = [];
    const places = { path, uid: ANY_USER, cacheDirectory };
    const program = await obtainRedisProgram(places, (line) => lines.push(line));
    expect(lines).toEqual([`fetching redis-server with apt into ${cacheDirectory} (no root needed) …`]);
    expect(program.command).toBe(join(cacheDirectory, 'root', 'usr', 'bin', 'redis-server'));
    expect(await version(program)).toMatch(/v=\d/);
    expect(await loadedLibraries(program)).toContain(
      join(cacheDirectory, 'root', 'usr', 'lib', 'triplet', library),
    );
    expect(await readdir(cacheDirectory)).toEqual(['root']);

    await rm(join(root, 'repository'), { recursive: true });
    expect(await obtainRedisProgram(places, (line) => lines.push(line))).toEqual(program);
    expect(lines).toHaveLength(1);
  });

  test('what the system has of it already is fetched all the same: the tree must be whole', async () => {
    await markInstalled('redis-tools', 'library');
    const program = await obtainRedisProgram({ path, uid: ANY_USER, cacheDirectory }, () => {});
    expect(await version(program)).toMatch(/v=\d/);
    expect(await loadedLibraries(program)).not.toContain(cacheDirectory);
  });

  test('two that fetch at once both get it', async () => {
    const places = { path, uid: ANY_USER, cacheDirectory };
    const [first, second] = await Promise.all([1, 2].map(() => obtainRedisProgram(places, () => {})));
    expect(first).toEqual(second);
    expect(await readdir(cacheDirectory)).toEqual(['root']);
  });

  test('when apt cannot, its own reason and the remedy are told, and nothing half fetched stays', async () => {
    await rm(join(root, 'repository', 'redis-tools.deb'));
    await expect(obtainRedisProgram({ path, uid: ANY_USER, cacheDirectory }, () => {})).rejects.toThrow(
      /^apt could not fetch redis-server \(E: .+\); no redis-server or valkey-server found: install one/,
    );
    expect(await readdir(cacheDirectory)).toEqual([]);
  });

  /** Three packages, split as Debian splits them, around the real program; apt is shown nothing else. */
  async function makeRepository(): Promise<void> {
    const program = await systemRedis();
    const { stdout } = await run('ldd', [program]);
    const [, name = '', file = ''] = OF_ITS_OWN.exec(stdout) ?? [];
    library = name;
    const tree = (name: string, ...rest: string[]) => join(root, 'trees', name, ...rest);
    await mkdir(tree('redis-tools', 'usr', 'bin'), { recursive: true });
    await mkdir(tree('redis-server', 'usr', 'bin'), { recursive: true });
    await mkdir(tree('library', 'usr', 'lib', 'triplet'), { recursive: true });
    await cp(program, tree('redis-tools', 'usr', 'bin', 'redis-check-rdb'));
    await symlink('redis-check-rdb', tree('redis-server', 'usr', 'bin', 'redis-server'));
    await cp(await realpath(file), tree('library', 'usr', 'lib', 'triplet', name));
    await mkdir(join(root, 'repository'));
    const index = [
      await makePackage(tree('redis-server'), 'redis-server', 'Depends: redis-tools (= 1.0)\n'),
      await makePackage(tree('redis-tools'), 'redis-tools', 'Depends: library\n'),
      await makePackage(tree('library'), 'library', ''),
    ];
    await writeFile(join(root, 'repository', 'Packages'), index.join('\n'));
    await writeFile(join(root, 'sources.list'), `deb [trusted=yes] file:${join(root, 'repository')} ./\n`);
    await writeFile(join(root, 'status'), '');
    await mkdir(join(root, 'no-lists', 'partial'), { recursive: true });
    await writeFile(
      join(root, 'apt.conf'),
      `Dir::Etc::sourcelist "${root}/sources.list"; Dir::Etc::sourceparts "/dev/null";
       Dir::State::status "${root}/status"; Dir::State::lists "${root}/no-lists";\n`,
    );
    process.env.APT_CONFIG = join(root, 'apt.conf');
  }

  async function markInstalled(...names: string[]): Promise<void> {
    const entry = (name: string) =>
      `Package: ${name}\nStatus: install ok installed\nVersion: 1.0\nArchitecture: all\nMaintainer: nobody <nobody@localhost>\nDescription: x\n`;
    await writeFile(join(root, 'status'), names.map(entry).join('\n'));
  }

  /** Builds the package and returns its entry in the repository's index. */
  async function makePackage(tree: string, name: string, depends: string): Promise<string> {
    const file = join(root, 'repository', `${name}.deb`);
    const control = `Package: ${name}\nVersion: 1.0\nArchitecture: all\nMaintainer: nobody <nobody@localhost>\n${depends}Description: ${name}\n`;
    await mkdir(join(tree, 'DEBIAN'));
    await writeFile(join(tree, 'DEBIAN', 'control'), control);
    await run('dpkg-deb', ['-Znone', '--build', tree, file]);
    const sha256 = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    return `${control}Filename: ./${name}.deb\nSize: ${(await stat(file)).size}\nSHA256: ${sha256}\n`;
  }

  /** Which files the loader would take. */
  async function loadedLibraries({ command, env }: RedisProgram): Promise<string> {
    return (await run('ldd', [command], { env: { ...process.env, ...env } })).stdout;
  }
});
