/** Every valid config, however its texts look, means the same to readers of YAML 1.1 and 1.2. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { Config } from '../../../sidecar/core/config';
import { composeFile } from '../../../sidecar/greenlight/compose-file';
import { composeYaml } from '../../../sidecar/greenlight/compose-yaml';
import { greenlightEnvironment } from '../../../sidecar/greenlight/greenlight-environment';
import { render } from '../../../sidecar/greenlight/render';
import { serviceName } from '../../../sidecar/greenlight/tenant-names';
import { tenantTier } from '../../../sidecar/greenlight/tenant-tier';
import { aConfig, aTenant, aTier } from '../../support/builders';
import { arbitraryConfig } from '../config/arbitrary-config';
import { itWith } from './programs';

const config = arbitraryConfig.map(({ means }): Config => ({ ...means, version: 'v1' }));

/** Words and numbers of the two versions, and characters that one of them breaks lines at or refuses. */
const troublesome = fc.oneof(
  fc.constantFrom(
    ...[
      'yes',
      'NO',
      'on',
      'Off',
      'y',
      'n',
      'true',
      'null',
      '~',
      '',
      '0o17',
      '017',
      '0x1F',
      '0b11',
      '1_000',
      '12:30:45',
    ],
    ...[
      '22:22',
      '2001-01-01',
      '1e3',
      '.inf',
      '.NaN',
      '+1',
      '<<',
      '=',
      '---',
      '...',
      '- a',
      '? a',
      ': a',
      '#a',
      ' a ',
      '&a',
      '*a',
    ],
    ...[
      '!!int 3',
      '%YAML',
      '@a',
      '`a`',
      '$HOME',
      '$$',
      '$',
      "'",
      '"',
      '\\',
      '\\n',
      'a\nb\n',
      '\n',
      'a\n\n b',
      '\ta',
    ],
  ),
  fc.string({
    unit: fc.oneof(
      fc.constantFrom(
        '\u2028',
        '\u2029',
        '\ufeff',
        '\ufffe',
        '\uffff',
        '\u00a0',
        '\u0085',
        '\u007f',
        'ü',
        '🎈',
        '\n',
        '\t',
        ' ',
        '$',
        '"',
        "'",
        '\\',
        ':',
        '#',
      ),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    ),
    maxLength: 40,
  }),
);

function branded(name: string): Config {
  const tier = aTier({ branding: true });
  return aConfig(
    [tier],
    [aTenant({ branding: { name, banner_text: name }, email: { from: 'a@b.example', name } })],
  );
}

/** What a container gets: compose takes `$$` for `$`. */
function containerEnvironment(parsed: unknown, tenantId: string): Record<string, string> {
  const { services } = parsed as { services: Record<string, { environment: Record<string, string> }> };
  const environment = Object.entries(services[serviceName(tenantId)]?.environment ?? {});
  return Object.fromEntries(environment.map(([name, value]) => [name, value.replaceAll('$$', '$')]));
}

it('any valid config is read alike in both versions, and is what was written', () => {
  fc.assert(
    fc.property(config, (some) => {
      const text = render(some).compose;
      const content = composeFile(some);
      expect(parse(text, { version: '1.1' })).toEqual(content);
      expect(parse(text, { version: '1.2' })).toEqual(content);
    }),
  );
});

it('every text arrives in the container as the config has it', () => {
  fc.assert(
    fc.property(config, (some) => {
      for (const version of ['1.1', '1.2'] as const) {
        const parsed: unknown = parse(render(some).compose, { version });
        for (const tenant of some.tenants.values()) {
          const wanted = greenlightEnvironment(tenant, tenantTier(some, tenant));
          expect(containerEnvironment(parsed, tenant.id)).toMatchObject(wanted);
        }
      }
    }),
  );
});

it('so does every troublesome one', () => {
  fc.assert(
    fc.property(troublesome, (name) => {
      const text = render(branded(name)).compose;
      const expected = Buffer.from(name).toString();
      for (const version of ['1.1', '1.2'] as const) {
        const environment = containerEnvironment(parse(text, { version }), 'demo');
        expect(environment.BRAND_NAME).toBe(expected);
        expect(environment.SMTP_SENDER_NAME).toBe(expected);
      }
    }),
    { numRuns: 200 },
  );
});

it('is the same text for the same config', () => {
  fc.assert(fc.property(config, (some) => expect(render(some)).toEqual(render(structuredClone(some)))));
});

it('has no anchors: each service stands for itself', () => {
  const shared = { a: 'text' };
  expect(composeYaml({ one: shared, two: shared }, ' c')).toBe(
    '# c\n\none:\n  a: "text"\ntwo:\n  a: "text"\n',
  );
});

const PYTHON = '/usr/bin/python3';
const READ_ALL = `
import json, sys, yaml
print(json.dumps([yaml.safe_load(text) for text in json.load(sys.stdin)]))`;

itWith(PYTHON, ['-c', 'import yaml'])('PyYAML, which docker-compose 1.29 reads with, reads the same', () => {
  const names = [...fc.sample(troublesome, { numRuns: 120, seed: 1 })];
  const texts = names.map((name) => render(branded(name)).compose);
  const { stdout, stderr, status } = spawnSync(PYTHON, ['-c', READ_ALL], {
    input: JSON.stringify(texts),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  const read = JSON.parse(stdout) as unknown[];
  expect(read.map((parsed) => containerEnvironment(parsed, 'demo').BRAND_NAME)).toEqual(
    names.map((name) => Buffer.from(name).toString()),
  );
});
