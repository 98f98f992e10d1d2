/** The command line without a service: words that are not understood, help, and tokens. */
import { verifyAdminToken } from '../../../sidecar/admin-token/verify';
import { buildProgram } from '../../../sidecar/cli/program';
import { ADMIN_SECRET, ONE_LINE, runCli } from '../../integration/cli/run-cli';

const NOW = Date.parse('2026-11-02T10:00:00Z');
const env = { ADMIN_JWT_SECRET: ADMIN_SECRET };

describe('words', () => {
  test.each([
    [['statsu'], "unknown command 'statsu'"],
    [['status', '--jsn'], "unknown option '--jsn'"],
    [['why'], "missing required argument 'code-or-meeting'"],
    [['usage', '--format', 'xml'], 'Allowed choices are table, csv, json'],
    [['usage', '--by', 'person'], 'Allowed choices are tenant, account'],
    [['token', '--role', 'root'], 'Allowed choices are viewer, operator'],
    [['completion', 'tcsh'], 'Allowed choices are bash, zsh, fish'],
    [['end', 'a', 'b'], 'too many arguments'],
  ])('%j are not understood: 64', async (words, says) => {
    const { out, err, code } = await runCli(words, { env });
    expect({ out, code }).toEqual({ out: '', code: 64 });
    expect(err).toMatch(/^bbb-tiers: /);
    expect(err).toContain(says);
  });

  test('a slip of the finger is told on the same line', async () => {
    const { err } = await runCli(['statsu']);
    expect(err).toMatch(ONE_LINE);
    expect(err).toContain('status');
  });

  test('what was typed cannot reach the terminal as an escape', async () => {
    for (const words of [['\u001b[31mx'], ['status', '--\u001b[2J'], ['token', '--role', '\u001b]0;x\u0007']])
      expect((await runCli(words, { env })).err).not.toContain('\u001b');
  });

  test('no words at all: the help, on stderr, 64', async () => {
    const { out, err, code } = await runCli([]);
    expect({ out, code }).toEqual({ out: '', code: 64 });
    expect(err).toContain('Usage: bbb-tiers');
  });
});

describe('help', () => {
  const program = buildProgram({ setExitCode: () => undefined } as never);
  const all = program.commands.flatMap((command) => [
    [command.name()],
    ...command.commands.map((child) => [command.name(), child.name()]),
  ]);

  test('names every command', async () => {
    const { out, err, code } = await runCli(['--help']);
    expect({ err, code }).toEqual({ err: '', code: 0 });
    for (const [name] of all) expect(out).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    for (const name of [
      'status',
      'meetings',
      'why',
      'usage',
      'tiers',
      'check',
      'token',
      'reload',
      'end',
      'doctor',
    ])
      expect(all.flat()).toContain(name);
  });

  test.each(all.map((words) => [words.join(' '), words] as const))(
    'of %s says what it is for and each option',
    async (_name, words) => {
      const { out, err, code } = await runCli([...words, '--help']);
      expect({ err, code }).toEqual({ err: '', code: 0 });
      expect(out).toContain(`Usage: bbb-tiers ${words.join(' ')}`);
      for (const line of out.split('\n').filter((each) => /^ {2}-/.test(each)))
        expect(line.trim()).toMatch(/\s{2,}\S/);
      expect(out).not.toContain('\u001b');
    },
  );
});

describe('token', () => {
  const verified = (token: string, at = NOW) => verifyAdminToken(token.trim(), ADMIN_SECRET, at);

  test.each([
    [[], 'viewer', 8 * 3_600_000],
    [['--role', 'operator'], 'operator', 8 * 3_600_000],
    [['--expires', '90m'], 'viewer', 90 * 60_000],
    [['--expires', '1h30m'], 'viewer', 90 * 60_000],
    [['--expires', '30d'], 'viewer', 30 * 86_400_000],
    [['--expires', '1s'], 'viewer', 1_000],
  ])('%j is what the service takes, and no longer than said', async (words, role, lifeMs) => {
    const { out, err, code } = await runCli(['token', ...words], { env, now: NOW });
    expect({ err, code }).toEqual({ err: '', code: 0 });
    expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(verified(out)).toEqual({ admin: { subject: 'cli', role, expiresAt: NOW + lifeMs } });
    expect(verified(out, NOW + lifeMs + 60_000)).toEqual({ problem: 'the token has expired' });
  });

  test('--json tells when it ends; --subject is kept in it', async () => {
    const { out } = await runCli(['token', '--json', '--subject', 'anna.k', '--expires', '2h'], {
      env,
      now: NOW + 500,
    });
    const made = JSON.parse(out);
    expect(made).toMatchObject({ role: 'viewer', expires_at: NOW + 7_200_000 });
    expect(verified(made.token)).toEqual({
      admin: { subject: 'anna.k', role: 'viewer', expiresAt: made.expires_at },
    });
  });

  test.each([
    [['--expires', 'soon'], "--expires: expected a duration such as '8h', got 'soon'"],
    [['--expires', '8'], '--expires'],
    [['--expires', '-8h'], '--expires'],
    [['--expires', '0s'], 'expires'],
    [['--expires', '31d'], 'expires: expected from 1s to 30d, got 31d'],
    [['--expires', ''], '--expires'],
    [['--expires', '\u001b[31m'], '--expires'],
    [['--subject', 'Anna Example'], 'subject: expected an id'],
    [['--subject', 'anna@example.org'], 'subject: expected an id'],
    [['--subject', ''], 'subject: expected an id'],
  ])('%j is none: 64', async (words, says) => {
    const { out, err, code } = await runCli(['token', ...words], { env, now: NOW });
    expect({ out, code }).toEqual({ out: '', code: 64 });
    expect(err).toMatch(ONE_LINE);
    expect(err).toContain(says);
    expect(err).not.toContain('\u001b');
  });

  test.each([[undefined], [''], ['short']])(
    'with the secret %j: 78, and the secret is not told',
    async (secret) => {
      const { out, err, code } = await runCli(['token'], { env: { ADMIN_JWT_SECRET: secret }, now: NOW });
      expect({ out, code }).toEqual({ out: '', code: 78 });
      expect(err).toMatch(ONE_LINE);
      expect(err).toContain('ADMIN_JWT_SECRET: expected');
      if (secret) expect(err).not.toContain(secret);
    },
  );
});
