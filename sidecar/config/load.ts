/** From the two files to one Config, or to everything that is wrong in them; keeps nothing and never throws. */
import type { z } from 'zod';
import type { Config, ConfigProblem } from '../core/config';
import { checkTenants, checkTiers, tierCodes } from './cross-checks';
import { explain, UNKNOWN_KEY } from './explain';
import type { Finding } from './finding';
import { sortProblems } from './problem-text';
import { type ConfigFiles, type FileState, readConfigFiles } from './read-files';
import { TenantsFile, type TenantsFileData, toTenants } from './tenants-file';
import { TiersFile, type TiersFileData, toTiersConfig } from './tiers-file';
import { versionOf } from './version';
import { warningsAbout } from './warnings';
import { readYaml, type YamlSource } from './yaml-source';

export type LoadResult =
  | { readonly config: Config; readonly warnings: readonly ConfigProblem[] }
  | { readonly problems: readonly ConfigProblem[] };

/** One file's text (or bytes) and the name it is called by in errors. */
export interface ConfigText {
  readonly file: string;
  readonly text: string | Uint8Array;
}

/** Reads `tiers.yml` (required) and `tenants.yml` (none: no tenants) in `dir`; errors show the path as it was given. */
export function loadConfig(dir: string): LoadResult {
  return loadFiles(readConfigFiles(dir));
}

/** The same from files already read. */
export function loadFiles(files: ConfigFiles): LoadResult {
  const { dir, unreadable, tiers, tenants } = files;
  if (unreadable !== undefined) {
    const message = `expected a directory with tiers.yml and tenants.yml, got ${unreadable}`;
    return { problems: [whole(dir, message)] };
  }
  const problems = [
    ...(tiers.state === 'missing'
      ? [whole(tiers.file, 'expected the file with the tiers, got nothing: it is required')]
      : []),
    ...[tiers, tenants].flatMap(unreadableFile),
  ];
  const result = parseConfig(textOf(tiers), textOf(tenants));
  const all = [...problems, ...('problems' in result ? result.problems : [])];
  if (all.length > 0 || 'problems' in result) return { problems: sortProblems(all) };
  const note = 'not found, so there are no tenants and every meeting has a claimed tier or the default one';
  const missing = tenants.state === 'missing' ? [whole(tenants.file, note)] : [];
  return { config: result.config, warnings: [...result.warnings, ...missing] };
}

/**
 * Pure: both files' text to a Config, or to every problem in both. `tenants` undefined: no tenants.
 * `tiers` undefined never gives a Config: it is for the problems of tenants.yml alone.
 */
export function parseConfig(tiers: ConfigText | undefined, tenants: ConfigText | undefined): LoadResult {
  const tiersSource = tiers && readYaml(tiers.file, tiers.text);
  const codes = tierCodes(tiersSource?.value);
  const tiersPart =
    tiersSource && parsePart<TiersFileData>(TiersFile, tiersSource, checkTiers(tiersSource.value));
  const tenantsSource = tenants && readYaml(tenants.file, tenants.text);
  const tenantsPart =
    tenantsSource &&
    parsePart<TenantsFileData>(TenantsFile, tenantsSource, checkTenants(tenantsSource.value, codes));
  const problems = [...(tiersPart?.problems ?? []), ...(tenantsPart?.problems ?? [])];
  if (problems.length > 0 || tiersPart?.data === undefined) return { problems: sortProblems(problems) };
  const meaning = {
    tiers: toTiersConfig(tiersPart.data),
    tenants: tenantsPart?.data === undefined ? new Map() : toTenants(tenantsPart.data),
  };
  const config: Config = { ...meaning, version: versionOf(meaning) };
  const locate = tenantsSource?.locate;
  return { config, warnings: locate === undefined ? [] : warningsAbout(config).map(locate) };
}

interface Part<Data> {
  readonly data: Data | undefined;
  readonly problems: readonly ConfigProblem[];
}

function parsePart<Data>(
  schema: z.ZodType<Data>,
  source: YamlSource,
  checked: readonly Finding[],
): Part<Data> {
  if (source.value === undefined) return { data: undefined, problems: source.problems };
  const parsed = schema.safeParse(source.value);
  const explained = parsed.success ? [] : explain(schema, source.value, parsed.error.issues);
  const located = [...explained, ...checked].map(source.locate);
  const more = located.filter((problem) => !isSaidAlready(source.problems, problem));
  const problems = [...source.problems, ...more];
  return { data: parsed.data, problems };
}

/** Zod too reports a key that may never stand anywhere. */
function isSaidAlready(known: readonly ConfigProblem[], { line, col, message }: ConfigProblem): boolean {
  if (!message.startsWith(UNKNOWN_KEY)) return false;
  return known.some(
    (other) => other.line === line && other.col === col && other.message.startsWith(UNKNOWN_KEY),
  );
}

function textOf(file: FileState): ConfigText | undefined {
  return file.state === 'read' ? { file: file.file, text: file.bytes } : undefined;
}

function unreadableFile(file: FileState): readonly ConfigProblem[] {
  return file.state === 'unreadable'
    ? [whole(file.file, `expected a readable file, got ${file.reason}`)]
    : [];
}

function whole(file: string, message: string): ConfigProblem {
  return { file, line: 1, col: 1, path: '', message };
}
