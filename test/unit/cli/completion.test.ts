/** The completion scripts in the shells themselves, where those are installed; bash always. */
import { execFileSync, spawnSync } from 'node:child_process';
import { runCli } from '../../integration/cli/run-cli';

async function script(shell: string): Promise<string> {
  const { out, err, code } = await runCli(['completion', shell]);
  expect({ err, code }).toEqual({ err: '', code: 0 });
  return out;
}

const has = (shell: string): boolean => spawnSync(shell, ['--version']).status === 0;

/** What bash offers for the last of these words. */
async function offered(...words: string[]): Promise<string[]> {
  const ask = `
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_bbb_tiers
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync(
    'bash',
    ['--norc', '-uc', `${await script('bash')}${ask}`, 'bash', 'bbb-tiers', ...words],
    {
      encoding: 'utf8',
    },
  );
  return out.split('\n').filter((line) => line !== '');
}

test.each(['bash', 'zsh'])('%s: the script is well-formed', async (shell) => {
  execFileSync('bash', ['-n'], { input: await script(shell) });
  // zsh itself, where there is one.
  if (has(shell)) execFileSync(shell, ['-n'], { input: await script(shell) });
});

test('fish: every line completes bbb-tiers, quotes closed', async () => {
  const text = await script('fish');
  if (has('fish')) execFileSync('fish', ['--no-execute'], { input: text });
  for (const line of text.trimEnd().split('\n')) {
    expect(line).toMatch(
      /^complete -c bbb-tiers -n (\w+|'[^']*') (-f -a [\w-]+( -d '(\\.|[^'\\])*')?|-l [\w-]+)$/,
    );
  }
  expect(text).toContain(
    "-n '__fish_seen_subcommand_from tenants; and __fish_seen_subcommand_from remove' -l confirm",
  );
});

test('zsh: makes bash functions known first', async () => {
  expect(await script('zsh')).toMatch(/^autoload .*compinit\nautoload .*bashcompinit\n/);
});

test.each([
  [['sta'], ['status']],
  [['me'], ['meetings']],
  [
    ['status', '--'],
    ['--watch', '--json', '--help'],
  ],
  [['usage', '--month', '2026-11', '--f'], ['--format']],
  [['end', 'assembly', '--y'], ['--yes']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [
    ['tenants', ''],
    ['apply', 'remove'],
  ],
  [['recordings', 'plan', '--d'], ['--due']],
  [['tenants', 'remove', 'acme', '--con'], ['--confirm']],
  [['nonsense', '--'], []],
])('bash completes %j to %j', async (words, expected) => {
  expect(await offered(...words)).toEqual(expect.arrayContaining(expected));
  if (expected.length === 0) expect(await offered(...words)).toEqual([]);
});

test('bash offers every command at the beginning, and nothing that is none', async () => {
  const commands = await offered('');
  for (const name of ['status', 'why', 'usage', 'token', 'doctor', 'completion'])
    expect(commands).toContain(name);
  for (const command of commands) expect((await runCli([command, '--help'])).code).toBe(0);
});
