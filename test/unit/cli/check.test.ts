/** `bbb-tiers check` as an operator and as a program see it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { registerCheck } from '../../../sidecar/cli/commands/check';
import { edited, TENANTS, TIERS } from '../config/valid-files';

const PLAIN_TENANTS = TENANTS.slice(0, TENANTS.indexOf('    branding:'));

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bbb-tiers-check-'));
  writeFileSync(join(dir, 'tiers.yml'), TIERS);
  writeFileSync(join(dir, 'tenants.yml'), PLAIN_TENANTS);
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

interface Run {
  readonly out: string;
  readonly err: string;
  readonly code: number | undefined;
}

function check(args: readonly string[], io: { isTTY?: boolean; env?: Record<string, string> } = {}): Run {
  let [out, err] = ['', ''];
  let code: number | undefined;
  const program = new Command('bbb-tiers').exitOverride();
  registerCheck(program, {
    stdout: {
      write(text) {
        out += text;
      },
    },
    stderr: {
      write(text) {
        err += text;
      },
    },
    isTTY: io.isTTY ?? false,
    env: io.env ?? {},
    setExitCode(value) {
      code = value;
    },
  });
  program.parse(['check', ...args], { from: 'user' });
  return { out: out.replaceAll(dir, 'DIR'), err: err.replaceAll(dir, 'DIR'), code };
}

describe('a valid config', () => {
  it('is shown as two tables, without a colour into a pipe', () => {
    const { out, err, code } = check([dir]);
    expect({ err, code }).toEqual({ err: '', code: 0 });
    expect(out.replace(/version [0-9a-f]{12}/, 'version VERSION')).toBe(`\
┌──────┬───────┬────────┬──────────┬──────────┬───────────────────┬──────────────────┬──────────────┬───────────┬───────────┬─────────────┐
│ code │ title │ server │ branding │ accounts │ rooms_per_account │ meeting_duration │ participants │ recording │ setup_fee │ monthly_fee │
├──────┼───────┼────────┼──────────┼──────────┼───────────────────┼──────────────────┼──────────────┼───────────┼───────────┼─────────────┤
│ free │ Free  │ shared │ no       │        1 │                 1 │               1h │           10 │        no │         0 │           0 │
└──────┴───────┴────────┴──────────┴──────────┴───────────────────┴──────────────────┴──────────────┴───────────┴───────────┴─────────────┘
Fees in EUR; the set-up fee falls away with a commitment of 12 months.
A meeting whose tier is missing or unknown has the tier free.
Notices before the end of a meeting: 10m, 5m, 1m.
Decisions and the meeting ledger are kept for 400d.

┌────────┬───────────────────┬──────┬──────────────┬────────────────────┬──────────┐
│ tenant │ host              │ tier │ tier_by_role │ unknown_owner      │ branding │
├────────┼───────────────────┼──────┼──────────────┼────────────────────┼──────────┤
│ demo   │ demo.meet.example │ free │ no           │ protect-moderators │ no       │
└────────┴───────────────────┴──────┴──────────────┴────────────────────┴──────────┘
If the owner of a meeting is unknown (no claim, no role look-up), no moderator is removed: demo. Where everybody joins as moderator, the participant limit then removes nobody.

DIR is valid, version VERSION.
`);
  });

  it.each([
    ['protect-moderators', 'no moderator is removed: demo. Where everybody joins as moderator'],
    [
      'protect-first-moderator',
      'an owner who joins after another moderator may be removed as the last to join: demo.',
    ],
    ['protect-nobody', 'the owner may be removed as the last to join: demo.'],
  ])('shows what unknown_owner: %s means', (rule, text) => {
    const file = join(dir, 'tenants.yml');
    writeFileSync(file, PLAIN_TENANTS.replace(/^( +)tier: free.*$/m, `$&\n$1unknown_owner: ${rule}`));
    expect(check([dir]).out).toContain(
      `If the owner of a meeting is unknown (no claim, no role look-up), ${text}`,
    );
  });

  it('has bold heads on a terminal, unless NO_COLOR is set', () => {
    const control = '\u001b[';
    expect(check([dir], { isTTY: true }).out).toContain(`${control}1mcode${control}22m`);
    expect(check([dir], { isTTY: true, env: { NO_COLOR: '1' } }).out).toBe(check([dir]).out);
    expect(check([dir]).out).not.toContain(control);
  });

  it('shows how a limit is held and how long recordings are kept, where that is said', () => {
    const soft = edited(TIERS, 'participants: 10', 'participants: {max: 10, enforce: soft}');
    writeFileSync(
      join(dir, 'tiers.yml'),
      edited(soft, 'recording: false', 'recording: true\n    recording_retention: 90d'),
    );
    const [, head = '', , row = ''] = check([dir]).out.split('\n');
    const cells = (line: string): readonly string[] => line.split('│').map((cell) => cell.trim());
    const shown = Object.fromEntries(cells(head).map((name, index) => [name, cells(row)[index]]));
    expect(shown).toMatchObject({ participants: '10 (soft)', recording: 'yes', recording_retention: '90d' });
    expect(shown).not.toHaveProperty('recording_grace');
  });

  it('says when nothing is ever told, waived or rented', () => {
    const silent = edited(edited(TIERS, '[10m, 5m, 1m]', '[]'), 'setup_fee_waived_from_months: 12\n', '');
    writeFileSync(join(dir, 'tiers.yml'), silent);
    rmSync(join(dir, 'tenants.yml'));
    const { out, err, code } = check([dir]);
    expect(code).toBe(0);
    expect(out).toContain('\nFees in EUR.\n');
    expect(out).toContain('\nNo notice is given before the end of a meeting.\n');
    expect(out).toContain('\n\nNo tenants.\n');
    expect(err).toBe(
      'warning: DIR/tenants.yml:1:1 not found, so there are no tenants and every meeting has a claimed tier or the default one\n',
    );
  });

  it('is JSON with --json, warnings included', () => {
    writeFileSync(join(dir, 'tenants.yml'), TENANTS);
    const { out, err, code } = check(['--json', dir]);
    expect({ err, code }).toEqual({ err: '', code: 0 });
    expect(JSON.parse(out)).toEqual({
      valid: true,
      config_version: expect.stringMatching(/^[0-9a-f]{12}$/),
      currency: 'EUR',
      default_tier: 'free',
      setup_fee_waived_from_months: 12,
      notices: ['10m', '5m', '1m'],
      retention: '400d',
      tiers: [
        {
          code: 'free',
          title: 'Free',
          server: 'shared',
          branding: false,
          accounts: 1,
          rooms_per_account: 1,
          meeting_duration: { max: '1h', enforce: 'hard' },
          participants: { max: 10, enforce: 'hard' },
          recording: { max: false, enforce: 'hard' },
          recording_retention: 'unlimited',
          recording_grace: 'unlimited',
          setup_fee: 0,
          monthly_fee: 0,
        },
      ],
      tenants: [
        {
          id: 'demo',
          host: 'demo.meet.example',
          tier: 'free',
          tier_by_role: false,
          unknown_owner: 'protect-moderators',
          branding: { name: 'Demo', logo_url: 'https://demo.example/logo.svg', primary_color: '#0a7d55' },
        },
      ],
      warnings: [
        {
          file: 'DIR/tenants.yml',
          line: 6,
          col: 5,
          path: 'tenants.demo.branding',
          message: "will not be shown, the tier 'free' has no branding",
        },
      ],
    });
  });
});

describe('a config with mistakes', () => {
  beforeEach(() => {
    writeFileSync(join(dir, 'tiers.yml'), edited(edited(TIERS, '60m', 'tree hours'), 'currency', 'curency'));
  });

  it('is nothing but its lines on stderr, and exit code 1', () => {
    expect(check([dir])).toEqual({
      out: '',
      err: `\
DIR/tiers.yml:1:1 currency: expected a currency code such as 'EUR', got nothing: the key is missing
DIR/tiers.yml:2:1 curency: unknown key, did you mean 'currency'?
DIR/tiers.yml:14:23 tiers.free.meeting_duration: expected a duration such as '3h', got 'tree hours'
`,
      code: 1,
    });
  });

  it('is JSON on stdout with --json, and exit code 1', () => {
    const { out, err, code } = check([dir, '--json']);
    expect({ err, code }).toEqual({ err: '', code: 1 });
    const { valid, problems } = JSON.parse(out);
    expect(valid).toBe(false);
    expect(problems).toHaveLength(3);
    expect(problems[2]).toEqual({
      file: 'DIR/tiers.yml',
      line: 14,
      col: 23,
      path: 'tiers.free.meeting_duration',
      message: "expected a duration such as '3h', got 'tree hours'",
    });
  });
});

describe('the directory', () => {
  it('that cannot be read is one line, and exit code 1', () => {
    expect(check([join(dir, 'nowhere')])).toEqual({
      out: '',
      err: 'DIR/nowhere:1:1 expected a directory with tiers.yml and tenants.yml, got nothing\n',
      code: 1,
    });
  });

  it('is TIERS_CONFIG_DIR when none is given, and else ./config', () => {
    expect(check([], { env: { TIERS_CONFIG_DIR: dir } }).out).toContain('DIR is valid');
    expect(check([]).out).toContain('./config is valid');
    expect(check([], { env: { TIERS_CONFIG_DIR: '' } }).out).toContain('./config is valid');
    expect(check([dir], { env: { TIERS_CONFIG_DIR: '/nowhere' } }).out).toContain('DIR is valid');
  });
});
