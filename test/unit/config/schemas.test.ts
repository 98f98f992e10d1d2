/** The JSON Schemas that editors use say what the loader says, as far as a JSON Schema can. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { generateSchemas, schemaFiles, staleSchemas } from '../../../sidecar/config/generate-schemas';
import { DURATION_PATTERN } from '../../../sidecar/core/duration';
import { arbitraryConfig } from './arbitrary-config';
import { edited, problemLines, TENANTS, TIERS } from './valid-files';

const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true });
addFormats(ajv);
const validators = new Map([...schemaFiles()].map(([name, text]) => [name, ajv.compile(JSON.parse(text))]));

function schemaAccepts(name: 'tiers' | 'tenants', text: string): boolean {
  return validators.get(`${name}.schema.json`)?.(parse(text)) === true;
}

it.each(['tiers', 'tenants'] as const)(
  'the shipped %s.yml fits its schema and names it in its first line',
  (name) => {
    const text = readFileSync(`config/${name}.yml`, 'utf8');
    expect(schemaAccepts(name, text)).toBe(true);
    expect(text.split('\n')[0]).toBe(`# yaml-language-server: $schema=./${name}.schema.json`);
  },
);

it('the schemas in config/ are the generated ones, and show the rule for durations', () => {
  expect(staleSchemas('config')).toEqual([]);
  expect(schemaFiles().get('tiers.schema.json')).toContain(JSON.stringify(DURATION_PATTERN));
});

describe('a change that both refuse', () => {
  it.each([
    ['participants: 10', 'participants: 0'],
    ['participants: 10', 'participants: ten'],
    ['participants: 10', 'participants: 1.5'],
    ['participants: 10', 'participants: {max: 10, enforce: never}'],
    ['participants: 10', 'participants: {enforce: hard}'],
    ['participants: 10', 'participants: {max: 10, mox: 11}'],
    ['participants: 10', 'participants: 10\n    webcams: 5'],
    ['    participants: 10\n', ''],
    ['meeting_duration: 60m', 'meeting_duration: tree hours'],
    ['meeting_duration: 60m', 'meeting_duration: 60'],
    ['meeting_duration: 60m', 'meeting_duration: 3 h'],
    ['recording: false', 'recording: unlimited'],
    ['recording: false', 'recording: no'],
    ['server: shared', 'server: cloud'],
    ['monthly_fee: 0', 'monthly_fee: -1'],
    ['monthly_fee: 0', 'monthly_fee: free'],
    ['title: Free', 'title: " "'],
    ['title: Free', 'title: "a\\nb"'],
    ['currency: EUR', 'currency: €'],
    ['version: 1', 'version: 2'],
    ['[10m, 5m, 1m]', '[10m, 5]'],
    ['  free:', '  Free tier:'],
  ])('%j → %j', (from, to) => {
    const text = edited(TIERS, from, to);
    expect({ loader: problemLines(text).length > 0, schema: !schemaAccepts('tiers', text) }).toEqual({
      loader: true,
      schema: true,
    });
  });

  it.each([
    ['  demo:', '  Demo:'],
    ['  demo:', '  -demo:'],
    ['demo.meet.example', 'https://demo.meet.example'],
    ['https://demo.example/logo.svg', 'http://demo.example/logo.svg'],
    ['"#0a7d55"', '"#0a7"'],
    ['primary_color: "#0a7d55"', 'primary_color:'],
    ['meet@demo.example', 'meet'],
    ['tier: free', 'teir: free'],
    ['tier: free', 'tier: free\n    tier_by_role: maybe'],
  ])('%j → %j', (from, to) => {
    const text = edited(TENANTS, from, to);
    expect({ loader: problemLines(TIERS, text).length > 0, schema: !schemaAccepts('tenants', text) }).toEqual(
      { loader: true, schema: true },
    );
  });
});

it.each([
  ['a duration of nothing', edited(TIERS, '60m', '0m'), TENANTS],
  ['a default tier that is not there', edited(TIERS, 'default_tier: free', 'default_tier: gold'), TENANTS],
  ['a tier that is not there', TIERS, edited(TENANTS, 'tier: free', 'tier: gold')],
  ['a password in a URL', TIERS, edited(TENANTS, 'https://', 'https://a:b@')],
])('only the loader can refuse %s', (_name, tiers, tenants) => {
  expect(problemLines(tiers, tenants)).toHaveLength(1);
  expect([schemaAccepts('tiers', tiers), schemaAccepts('tenants', tenants)]).toEqual([true, true]);
});

it('no schema refuses what the loader accepts', () => {
  fc.assert(
    fc.property(arbitraryConfig, ({ tiersFile, tenantsFile }) => {
      const [tiers, tenants] = [stringify(tiersFile), stringify(tenantsFile)];
      expect(problemLines(tiers, tenants)).toEqual([]);
      expect([schemaAccepts('tiers', tiers), schemaAccepts('tenants', tenants)]).toEqual([true, true]);
    }),
    { numRuns: 60 },
  );
});

describe('the generator', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'bbb-tiers-schemas-'));
  });
  afterEach(() => {
    rmSync(dir, { recursive: true });
  });

  function run(...argv: readonly string[]): { code: number; said: string } {
    let said = '';
    const code = generateSchemas(argv, (line) => {
      said += line;
    });
    return { code, said: said.replaceAll(dir, 'DIR') };
  }

  it('writes both files, and then has nothing to write', () => {
    expect(run(dir)).toEqual({
      code: 0,
      said: 'DIR/tiers.schema.json written\nDIR/tenants.schema.json written\n',
    });
    expect(run(dir)).toEqual({ code: 0, said: '' });
    expect(run('--check', dir)).toEqual({ code: 0, said: '' });
  });

  it('with --check names the stale file, fails and writes nothing', () => {
    run(dir);
    writeFileSync(join(dir, 'tenants.schema.json'), '{}');
    expect(run(dir, '--check')).toEqual({
      code: 1,
      said: 'DIR/tenants.schema.json: expected the generated schema, got another text (run: npm run gen)\n',
    });
    expect(readFileSync(join(dir, 'tenants.schema.json'), 'utf8')).toBe('{}');
  });
});
