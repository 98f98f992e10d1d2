/** What holds for every config and for every file, checked with random ones. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { parseConfig } from '../../../sidecar/config/load';
import { problemText } from '../../../sidecar/config/problem-text';
import { versionOf } from '../../../sidecar/config/version';
import { arbitraryConfig } from './arbitrary-config';

const TIERS = readFileSync('config/tiers.yml', 'utf8');
const TENANTS = readFileSync('config/tenants.yml', 'utf8');

function parse(tiers: string | Uint8Array, tenants: string | Uint8Array) {
  return parseConfig({ file: 'tiers.yml', text: tiers }, { file: 'tenants.yml', text: tenants });
}

/** Any order of keys, all the way down; lists stay as they are. */
function shuffled(value: unknown, rank: (key: string) => number): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => rank(a) - rank(b));
  return Object.fromEntries(entries.map(([key, inner]) => [key, shuffled(inner, rank)]));
}

describe('any valid config', () => {
  it('is read back as what it means, however it is written', () => {
    const style = fc.constantFrom('any', 'block', 'flow');
    const quotes = fc.constantFrom('QUOTE_DOUBLE', 'QUOTE_SINGLE', 'PLAIN');
    const newline = fc.constantFrom('\n', '\r\n');
    fc.assert(
      fc.property(
        arbitraryConfig,
        style,
        quotes,
        newline,
        ({ means, tiersFile, tenantsFile }, collectionStyle, stringType, eol) => {
          const write = (value: unknown) =>
            stringify(value, {
              collectionStyle,
              defaultStringType: stringType,
              lineWidth: 0,
            } as never).replaceAll('\n', eol);
          const result = parse(write(tiersFile), write(tenantsFile));
          if ('problems' in result) throw new Error(result.problems.map(problemText).join('\n'));
          expect(result.config).toEqual({ ...means, version: result.config.version });
          expect([...result.config.tiers.tiers.keys()]).toEqual([...means.tiers.tiers.keys()]);
          expect([...result.config.tenants.keys()]).toEqual([...means.tenants.keys()]);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('has a version that knows neither comments nor the order of keys', () => {
    const salt = fc.integer();
    fc.assert(
      fc.property(arbitraryConfig, salt, ({ means, tiersFile, tenantsFile }, seed) => {
        const rank = (key: string): number =>
          [...key].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 997, seed % 997);
        const commented = (value: unknown): string =>
          `# a comment\n\n${stringify(shuffled(value, rank), { lineWidth: 0 })}\n# the end\n`;
        const result = parse(commented(tiersFile), commented(tenantsFile));
        expect('config' in result ? result.config.version : result.problems).toBe(versionOf(means));
      }),
      { numRuns: 100 },
    );
  });
});

describe('any text whatever', () => {
  function expectAnAnswer(tiers: string | Uint8Array, tenants: string | Uint8Array): void {
    const result = parse(tiers, tenants);
    if ('config' in result) return;
    expect(result.problems.length).toBeGreaterThan(0);
    for (const problem of result.problems) {
      expect(problem.line).toBeGreaterThanOrEqual(1);
      expect(problem.col).toBeGreaterThanOrEqual(1);
      expect(problemText(problem)).toMatch(/^(tiers|tenants)\.yml:\d+:\d+ \S/);
      expect(problemText(problem)).not.toMatch(/\p{Cc}|undefined|\[object|NaN|another value/u);
    }
  }

  it('gives a config or problems with a place, never an exception', () => {
    const yamlish = fc.string({ unit: fc.constantFrom(...'ab:-?[]{}&*!|>%@`\'"#,\n \t~<.0123\r\u0000é') });
    fc.assert(fc.property(fc.oneof(fc.string(), yamlish), fc.oneof(fc.string(), yamlish), expectAnAnswer), {
      numRuns: 400,
    });
  });

  it('may be any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), expectAnAnswer),
      { numRuns: 300 },
    );
  });

  it('may be the shipped files with pieces cut out, doubled or replaced', () => {
    const junk = fc.constantFrom(
      '',
      '0',
      '-1',
      'null',
      '{',
      '[',
      ': ',
      '\n',
      '  ',
      '\t',
      '*a',
      '&a ',
      '__proto__: 1',
      'unlimited',
      '"',
      '#',
      '---\n',
      'é',
      '!!set ',
    );
    const cut = (text: string) =>
      fc.tuple(fc.nat(text.length), fc.nat(40), junk, fc.boolean()).map(([at, length, piece, twice]) => {
        const taken = text.slice(at, at + length);
        return text.slice(0, at) + piece + (twice ? taken + taken : '') + text.slice(at + length);
      });
    fc.assert(fc.property(cut(TIERS), cut(TENANTS), expectAnAnswer), { numRuns: 300 });
  });
});

describe('the version', () => {
  /** Every leaf of a config, as a way to make a copy that differs in it alone. */
  function* changes(value: unknown): Generator<unknown> {
    if (value instanceof Map) {
      for (const [key, inner] of value)
        for (const changed of changes(inner)) yield new Map(value).set(key, changed);
      if (value.size > 0) yield new Map([...value].slice(1));
    } else if (Array.isArray(value)) {
      for (const [index, inner] of value.entries())
        for (const changed of changes(inner)) yield value.with(index, changed);
      yield [...value, 1];
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value))
        for (const changed of changes(inner)) yield { ...value, [key]: changed };
    } else if (typeof value === 'number') yield value + 1;
    else if (typeof value === 'boolean') yield !value;
    else yield `${value ?? ''}+`;
  }

  it('changes with any single value', () => {
    fc.assert(
      fc.property(arbitraryConfig, ({ means }) => {
        const versions = [means, ...changes(means)].map((meaning) => versionOf(meaning as typeof means));
        expect(new Set(versions.slice(1)).has(versions[0] ?? '')).toBe(false);
      }),
      { numRuns: 25 },
    );
  });

  it('is twelve hexadecimal digits', () => {
    const result = parse(TIERS, TENANTS);
    expect('config' in result && result.config.version).toMatch(/^[0-9a-f]{12}$/);
  });
});
