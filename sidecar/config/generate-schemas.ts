/** Writes the JSON Schemas that editors use, from the same schemas the loader uses; `--check` only says whether they are up to date. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { TenantsFile } from './tenants-file';
import { TiersFile } from './tiers-file';

const INDENT = 2;

function schemaText(schema: z.ZodType): string {
  // Draft-7 is what yaml-language-server knows best.
  return `${JSON.stringify(z.toJSONSchema(schema, { target: 'draft-7', io: 'input' }), null, INDENT)}\n`;
}

/** The generated files by name, with their text. */
export function schemaFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['tiers.schema.json', schemaText(TiersFile)],
    ['tenants.schema.json', schemaText(TenantsFile)],
  ]);
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Paths in `dir` whose content is not what would be generated now. */
export function staleSchemas(dir: string): readonly string[] {
  const stale = [...schemaFiles()].filter(([name, text]) => contentOf(join(dir, name)) !== text);
  return stale.map(([name]) => join(dir, name));
}

/** Writes what is stale, or with `--check` names it and returns 1. `argv`: `[--check] [dir]`, `dir` is `config` by default. */
export function generateSchemas(argv: readonly string[], write: (line: string) => void): 0 | 1 {
  const dir = argv.find((word) => !word.startsWith('--')) ?? 'config';
  const stale = staleSchemas(dir);
  if (argv.includes('--check')) {
    for (const path of stale)
      write(`${path}: expected the generated schema, got another text (run: npm run gen)\n`);
    return stale.length > 0 ? 1 : 0;
  }
  for (const [name, text] of schemaFiles()) {
    const path = join(dir, name);
    if (!stale.includes(path)) continue;
    writeFileSync(path, text);
    write(`${path} written\n`);
  }
  return 0;
}

if (require.main === module) {
  process.exitCode = generateSchemas(process.argv.slice(2), (line) => process.stderr.write(line));
}
