/** How the files lie on the disk and are encoded; what is in them is checked elsewhere. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadResult, loadConfig } from '../../../sidecar/config/load';
import { problemText } from '../../../sidecar/config/problem-text';
import { edited, problemLines, TENANTS, TIERS } from './valid-files';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bbb-tiers-config-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

function put(name: string, content: string | Uint8Array): void {
  writeFileSync(join(dir, name), content);
}

/** Printed lines with the temporary directory written as DIR. */
function linesOf(result: LoadResult): readonly string[] {
  const list = 'problems' in result ? result.problems : result.warnings;
  return list.map((problem) => problemText(problem).replaceAll(dir, 'DIR'));
}

describe('a directory', () => {
  it('with both files is loaded', () => {
    put('tiers.yml', TIERS);
    put('tenants.yml', TENANTS);
    const result = loadConfig(dir);
    expect('config' in result && [...result.config.tenants.keys()]).toEqual(['demo']);
  });

  it('is shown as it was given', () => {
    const result = loadConfig('./test/unit/config');
    expect('problems' in result && result.problems[0]?.file).toBe('test/unit/config/tiers.yml');
  });

  it('without tenants.yml has no tenants, and says so', () => {
    put('tiers.yml', TIERS);
    const result = loadConfig(dir);
    expect('config' in result && result.config.tenants.size).toBe(0);
    expect(linesOf(result)).toEqual([
      'DIR/tenants.yml:1:1 not found, so there are no tenants and every meeting has a claimed tier or the default one',
    ]);
  });

  it('without tiers.yml is refused, and tenants.yml is looked at all the same', () => {
    put('tenants.yml', edited(TENANTS, 'host:', 'hots:'));
    expect(linesOf(loadConfig(dir))).toEqual([
      "DIR/tenants.yml:3:3 tenants.demo.host: expected a host name such as 'meet.example.org', without https:// and without a port, got nothing: the key is missing",
      "DIR/tenants.yml:4:5 tenants.demo.hots: unknown key, did you mean 'host'?",
      'DIR/tiers.yml:1:1 expected the file with the tiers, got nothing: it is required',
    ]);
  });

  it('that does not exist, or is a file, is one line', () => {
    put('file', '');
    expect(linesOf(loadConfig(join(dir, 'nowhere')))).toEqual([
      'DIR/nowhere:1:1 expected a directory with tiers.yml and tenants.yml, got nothing',
    ]);
    expect(linesOf(loadConfig(join(dir, 'file')))).toEqual([
      'DIR/file:1:1 expected a directory with tiers.yml and tenants.yml, got a file',
    ]);
    expect(linesOf(loadConfig(join(dir, 'file', 'below')))).toEqual([
      'DIR/file/below:1:1 expected a directory with tiers.yml and tenants.yml, got an error (ENOTDIR: not a directory)',
    ]);
  });

  it('with something in the place of a file is refused', () => {
    mkdirSync(join(dir, 'tiers.yml'));
    // A dangling link is a mistake, and not "no tenants".
    symlinkSync('away', join(dir, 'tenants.yml'));
    expect(linesOf(loadConfig(dir))).toEqual([
      'DIR/tenants.yml:1:1 expected a readable file, got a symbolic link to nothing',
      'DIR/tiers.yml:1:1 expected a readable file, got EISDIR: illegal operation on a directory',
    ]);
  });

  it('warns of branding that the tier does not have', () => {
    put('tiers.yml', TIERS);
    put('tenants.yml', TENANTS);
    expect(linesOf(loadConfig(dir))).toEqual([
      "DIR/tenants.yml:6:5 tenants.demo.branding: will not be shown, the tier 'free' has no branding",
    ]);
    put('tiers.yml', edited(TIERS, 'branding: false', 'branding: true'));
    expect(linesOf(loadConfig(dir))).toEqual([]);
  });

  it.each([
    [
      '1',
      "tenants.demo.tier: allows 1 account in all of this Greenlight, whatever the roles say, administrators included; a tier with 'accounts: unlimited' leaves them to the roles",
    ],
    [
      '7',
      "tenants.demo.tier: allows 7 accounts in all of this Greenlight, whatever the roles say, administrators included; a tier with 'accounts: unlimited' leaves them to the roles",
    ],
    ['unlimited', undefined],
  ])('warns of a tier by role with %s accounts for all roles together', (accounts, warning) => {
    put(
      'tiers.yml',
      edited(edited(TIERS, 'branding: false', 'branding: true'), 'accounts: 1', `accounts: ${accounts}`),
    );
    put('tenants.yml', TENANTS);
    expect(linesOf(loadConfig(dir))).toEqual([]);
    put('tenants.yml', edited(TENANTS, 'tier: free', 'tier: free\n    tier_by_role: true'));
    expect(linesOf(loadConfig(dir))).toEqual(
      warning === undefined ? [] : [`DIR/tenants.yml:5:11 ${warning}`],
    );
  });
});

describe('the encoding', () => {
  const BAD = edited(TIERS, 'participants: 10', 'participants: 0');
  const AT =
    "config/tiers.yml:15:19 tiers.free.participants: expected a whole number of at least 1, got 0 (for no limit write 'unlimited')";

  it('may begin with a byte order mark and end its lines as Windows does', () => {
    const windows = `\uFEFF${BAD.replaceAll('\n', '\r\n')}`;
    expect(problemLines(windows)).toEqual([AT]);
    expect(problemLines(Buffer.from(windows))).toEqual([AT]);
    expect(problemLines(Buffer.from(`\uFEFFversin: 1\n`))[0]).toMatch(/^config\/tiers\.yml:1:1 /);
    expect(problemLines(Buffer.from(TIERS.replaceAll('\n', '\r\n')))).toEqual([]);
    for (const first of [
      edited(TIERS, 'version: 1', 'version: 2'),
      Buffer.from(edited(TIERS, 'version: 1', 'version: 2')),
    ]) {
      const marked =
        typeof first === 'string' ? `\uFEFF${first}` : Buffer.concat([Buffer.from('\uFEFF'), first]);
      expect(problemLines(marked)).toEqual(['config/tiers.yml:1:10 version: expected 1, got 2']);
    }
  });

  it.each([
    ['Latin-1', Buffer.from(edited(TIERS, 'title: Free', 'title: Für'), 'latin1'), '9:13', '0xfc'],
    [
      'Latin-1 behind an umlaut in UTF-8',
      Buffer.concat([Buffer.from('ä: 1\nßß: '), Buffer.from([0xe4])]),
      '2:5',
      '0xe4',
    ],
    ['UTF-16', Buffer.from(`\uFEFF${TIERS}`, 'utf16le'), '1:1', '0xff'],
    ['a letter cut in half', Buffer.from('title: ü').subarray(0, -1), '1:8', '0xc3'],
    [
      'behind a replacement character',
      Buffer.concat([Buffer.from('a: �'), Buffer.from([0xff])]),
      '1:5',
      '0xff',
    ],
  ])('that is %s is refused at its first such byte', (_name, bytes, place, byte) => {
    expect(problemLines(bytes)).toEqual([
      `config/tiers.yml:${place} expected UTF-8 text, got the byte ${byte} (save the file as UTF-8)`,
    ]);
  });
});

describe('what is no plain YAML map', () => {
  const LONG_LIST = '[*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]';
  const BOMB = `a: &a x\nb: &b ${LONG_LIST}\nc: &c ${LONG_LIST.replaceAll('a', 'b')}\nd: &d ${LONG_LIST.replaceAll('a', 'c')}\ne: ${LONG_LIST.replaceAll('a', 'd')}\n`;

  it.each([
    [
      '',
      '1:1 expected a map with the keys version, currency, default_tier, setup_fee_waived_from_months, notices, retention, tiers, got an empty file',
    ],
    [
      '# nothing\n',
      '1:1 expected a map with the keys version, currency, default_tier, setup_fee_waived_from_months, notices, retention, tiers, got an empty file',
    ],
    [
      'tiers',
      "1:1 expected a map with the keys version, currency, default_tier, setup_fee_waived_from_months, notices, retention, tiers, got 'tiers'",
    ],
    ['a: 1\n\tb: 2\n', '2:1 expected YAML, got a syntax error: Tabs are not allowed as indentation'],
    ['a: "b\n', '2:1 expected YAML, got a syntax error: Missing closing "quote'],
    ['a: 1\n---\nb: 1\n', '2:1 expected one YAML document, got a second one (remove the line ---)'],
    ['? [a]\n: 1\n', '1:3 expected a plain word as key, got something else'],
    ['a: *b\n', '1:4 a: expected an anchor &b before its alias, got none'],
    ['a: &a {b: *a}\n', '1:11 a.b: expected a value, got an alias of the value it is part of'],
    ['a: !secret b\n', '1:4 expected YAML, got a syntax error: Unresolved tag: !secret'],
    [BOMB, '1:1 expected at most 1000 uses of aliases (*name), got more'],
    [`a: &a x\nb: [${'*a, '.repeat(1001)}]\n`, '1:1 expected at most 1000 uses of aliases (*name), got more'],
    ['['.repeat(20_000), '1:1'],
    ['x'.repeat(1024 * 1024 + 1), '1:1 expected a file of at most 1 MiB, got 1048577 bytes'],
  ])('is answered with one line (case %#)', (text, expected) => {
    const lines = problemLines(text);
    expect(lines).toHaveLength(1);
    if (expected === '1:1')
      expect(lines[0]).toMatch(/^config\/tiers\.yml:1:\d+ expected YAML, got something nested too deeply$/);
    else expect(lines[0]).toBe(`config/tiers.yml:${expected}`);
  });

  it('may use aliases like a person does', () => {
    const second = TIERS.slice(TIERS.indexOf('    title:'))
      .replace('title: Free', 'title: Gold')
      .replace('60m', '*same');
    expect(problemLines(`${edited(TIERS, '60m', '&same 60m')}  gold:\n${second}`)).toEqual([]);
    const wrong = `${edited(TIERS, '60m', '&same x')}  gold:\n${second}`;
    expect(problemLines(wrong).map((line) => line.split(':')[1])).toEqual(['14', '25']);
  });

  it('shows what is wrong in an aliased map where it is written', () => {
    const wrong = edited(edited(TIERS, 'participants: 10', 'participants: 0'), '  free:', '  free: &tier');
    const lines = problemLines(`${wrong}  gold: *tier\n`);
    expect(lines.map((line) => line.split(': ')[0])).toEqual([
      'config/tiers.yml:9:12 tiers.gold.title',
      'config/tiers.yml:15:19 tiers.free.participants',
      'config/tiers.yml:15:19 tiers.gold.participants',
    ]);
  });

  it('stays YAML 1.2 when it says it is 1.1', () => {
    expect(problemLines(`%YAML 1.1\n---\n${edited(TIERS, 'recording: false', 'recording: off')}`)).toEqual([
      "config/tiers.yml:18:16 tiers.free.recording: expected true or false, got 'off' (write false, without quotes)",
    ]);
  });

  it('has no merge keys', () => {
    const lines = problemLines(edited(TIERS, '    title: Free', '    <<: {title: Free}'));
    expect(lines[0]).toMatch(/^config\/tiers\.yml:8:3 tiers\.free\.title: expected a text/);
    expect(lines[1]).toMatch(/^config\/tiers\.yml:9:5 tiers\.free\."<<": unknown key/);
  });
});
