/** The host's scripts are held to shellcheck, rubocop and systemd's own checks; nothing is run. */

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { collectEnvironment } from '../../sidecar/environment';
import { describeWith, HOOKS, run } from './support/programs';

const files = readdirSync(HOOKS, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));
const shell = files.filter((file) => file.endsWith('.sh'));
const ruby = files.filter((file) =>
  /^#!.*ruby|frozen_string_literal/.test(readFileSync(file, 'utf8').slice(0, 80)),
);
const LONGEST_FILE = 250;

test('there is something to check', () => {
  expect(shell.length).toBeGreaterThanOrEqual(6);
  expect(ruby.length).toBeGreaterThanOrEqual(20);
});

test('no file is longer than the house allows', () => {
  const long = [...shell, ...ruby].filter(
    (file) => readFileSync(file, 'utf8').split('\n').length > LONGEST_FILE,
  );
  expect(long).toEqual([]);
});

test('Ruby uses the standard library alone', () => {
  const standard = new Set([
    'date',
    'fileutils',
    'json',
    'logger',
    'net/http',
    'optparse',
    'strscan',
    'timeout',
    'yaml',
  ]);
  const required = ruby.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^\s*require '([^']+)'/gm)].map(([, name]) => String(name)),
  );
  expect(required.filter((name) => !standard.has(name))).toEqual([]);
});

describeWith(['shellcheck'], 'shellcheck', () => {
  test('finds nothing', async () => {
    const scripts = shell.filter((file) => /(install|bbb-tiers)\.sh$/.test(file));
    expect(await run('shellcheck', ['-x', ...scripts], { cwd: HOOKS })).toMatchObject({
      code: 0,
      stdout: '',
    });
  });

  test('every script stops at the first error', () => {
    const careless = shell.filter(
      (file) =>
        /^#!/.test(readFileSync(file, 'utf8')) &&
        !readFileSync(file, 'utf8').includes('\nset -euo pipefail\n'),
    );
    expect(careless).toEqual([]);
  });
});

describeWith(['ruby'], 'ruby -w', () => {
  test('warns of nothing', async () => {
    const outcome = await run('ruby', ['-wc', ...ruby]);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
  });
});

describeWith(['rubocop'], 'rubocop', () => {
  const config = readFileSync(join(HOOKS, '.rubocop.yml'), 'utf8');

  // The oldest and the newest Ruby that BigBlueButton brings: the parser of that version reads every file.
  test.each(['2.7', '3.2'])('finds nothing with the syntax of Ruby %s', async (version) => {
    const folder = mkdtempSync(join(tmpdir(), 'rubocop-'));
    try {
      for (const file of ruby) {
        const copy = join(folder, file.slice(HOOKS.length));
        mkdirSync(dirname(copy), { recursive: true });
        writeFileSync(copy, readFileSync(file));
        chmodSync(copy, 0o755);
      }
      writeFileSync(
        join(folder, '.rubocop.yml'),
        config.replace('TargetRubyVersion: 2.7', `TargetRubyVersion: ${version}`),
      );
      const only = version === '2.7' ? [] : ['--only', 'Lint/Syntax'];
      const { code, stdout } = await run('rubocop', ['--cache', 'false', ...only], { cwd: folder });
      expect({ code, stdout: stdout.replace(/^Inspecting.*\n/, '') }).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/no offenses/),
      });
      expect(stdout).toContain(`${ruby.length} files inspected`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describeWith(['systemd-analyze'], 'systemd units', () => {
  // `security --offline` came with 250.
  const version = Number(
    /^systemd (\d+)/.exec(
      spawnSync('systemd-analyze', ['--version'], { encoding: 'utf8' }).stdout ?? '',
    )?.[1],
  );
  const since250 = version >= 250 ? test : test.skip;

  let folder: string;
  const units = ['bbb-tiers.service', 'bbb-tiers-recordings.service', 'bbb-tiers-recordings.timer'];

  beforeAll(() => {
    // Commands that exist here take the place of the installed ones: whether those are there is not the unit's business.
    folder = mkdtempSync(join(tmpdir(), 'units-'));
    for (const unit of units) {
      const text = readFileSync(join(HOOKS, 'systemd', unit), 'utf8');
      writeFileSync(join(folder, unit), text.replace(/^ExecStart=\S+/m, `ExecStart=${process.execPath}`));
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('are understood without a complaint', async () => {
    const outcome = await run('systemd-analyze', [
      'verify',
      '--man=no',
      '--recursive-errors=no',
      ...units.map((unit) => join(folder, unit)),
    ]);
    expect(outcome).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  since250.each(units.filter((unit) => unit.endsWith('.service')))('%s is exposed little', async (unit) => {
    const outcome = await run('systemd-analyze', [
      'security',
      '--offline=true',
      '--threshold=20',
      join(folder, unit),
    ]);
    expect({ code: outcome.code, verdict: outcome.stdout.trim().split('\n').at(-1) }).toMatchObject({
      code: 0,
    });
  });

  test('the service gives up on a wrong setting and has its secrets as credentials', () => {
    const text = readFileSync(join(HOOKS, 'systemd', 'bbb-tiers.service'), 'utf8');
    expect(text).toMatch(/^RestartPreventExitStatus=78$/m);
    const credentials = [...text.matchAll(/^LoadCredential=(\w+):/gm)].map(([, name]) => String(name)).sort();
    expect(credentials).toEqual([
      'ADMIN_JWT_SECRET',
      'BBB_SECRET',
      'CLAIM_SECRET',
      'DATABASE_URL',
      'GREENLIGHT_DATABASE_URL',
      'HOOK_TOKEN',
      'REDIS_URL',
    ]);
    const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
    try {
      for (const name of credentials) writeFileSync(join(folder, name), `of ${name}\n`);
      expect(collectEnvironment({ CREDENTIALS_DIRECTORY: folder }, folder)).toMatchObject(
        Object.fromEntries(credentials.map((name) => [name, `of ${name}`])),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
