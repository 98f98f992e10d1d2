import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { LIMITS } from '../../sidecar/core/limits/index';

const ROOT = 'sidecar';

/** Every import of a file: packages by name, our own files by their path below `sidecar/`. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^(?:import|export) (?:[^'"]*from )?['"]([^'"]+)['"];?$/gms)].map((match) => {
    const target = match[1] ?? '';
    return target.startsWith('.') ? normalize(join(dirname(file), target)).replace(`${ROOT}/`, '') : target;
  });
}

function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(ROOT, folder, name));
}

test('the core is pure: it imports nothing but itself and zod', () => {
  for (const file of filesIn('core')) {
    const foreign = importsOf(file).filter((target) => !target.startsWith('core/') && target !== 'zod');
    expect([file, foreign]).toEqual([file, []]);
    expect(readFileSync(file, 'utf8')).not.toMatch(/Date\.now|process\.|Math\.random|\bawait\b|new Date\(\)/);
  }
});

test('the loop knows ports, not adapters', () => {
  const adapters = /^(?:bus|bbb-api|webhooks|store|greenlight|http|config|ledger|recordings|api)\//;
  for (const file of filesIn('loop'))
    expect([file, importsOf(file).filter((target) => adapters.test(target))]).toEqual([file, []]);
});

test.each([
  ['bus', /^(?:bbb-api|webhooks|store|greenlight|http)\//],
  ['webhooks', /^(?:bus|bbb-api|store|greenlight|http)\//],
  ['bbb-api', /^(?:bus|webhooks|store|greenlight|http)\//],
  ['store', /^(?:bus|webhooks|bbb-api|greenlight|http)\//],
  ['greenlight', /^(?:bus|webhooks|bbb-api|http)\//],
] as const)('%s does not reach into other adapters', (folder, others) => {
  for (const file of filesIn(folder))
    expect([file, importsOf(file).filter((target) => others.test(target))]).toEqual([file, []]);
});

test('nobody uses what bigbluebutton-js does besides building URLs: its parser corrupts ids, its http leaks the checksum', () => {
  for (const file of filesIn('.'))
    expect(readFileSync(file, 'utf8')).not.toMatch(/util\.parseXml|bbb\.http\(|from 'bigbluebutton-js\//);
});

test.each([
  'core/explain.ts',
  'core/create-params.ts',
  'core/decide.ts',
  'api/views.ts',
  'cli/commands/service.ts',
  'pages/allowing-tier.ts',
  'pages/member-page.ts',
  'pages/service-levels.ts',
])('%s goes by the list of limits and names none', (file) => {
  const named = LIMITS.map(({ name }) => `'${name}'|limits\\.${name}|[{ ]${name}[,:]`).join('|');
  expect(readFileSync(join(ROOT, file), 'utf8')).not.toMatch(new RegExp(named));
});

test('every limit has one file and one entry', () => {
  const files = readdirSync('sidecar/core/limits')
    .filter((name) => !['index.ts', 'define-limit.ts'].includes(name))
    .map((name) => name.replace(/\.ts$/, '').replaceAll('-', '_'));
  expect(LIMITS.map((limit) => limit.name as string).sort()).toEqual(files.sort());
});
