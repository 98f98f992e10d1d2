/** `bbb-tiers render`: writes the compose override, nginx blocks and samples that follow from the config, or says what would change. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../../config/load';
import { problemsText, problemText } from '../../config/problem-text';
import { lineDiff } from '../../greenlight/line-diff';
import { render } from '../../greenlight/render';
import { applyChanges, changesOf, type FileChange } from '../../greenlight/rendered-files';
import { CliError, EXIT } from '../exit-codes';
import { plain } from '../table';
import type { CheckIo } from './check';

const DEFAULT_DIR = './config';
const LONGEST_PATH = 400;

interface RenderOptions {
  readonly project: string;
  readonly out?: string;
  readonly check?: boolean;
}

/**
 * Adds `render [dir]` to the program. Exit code 0: done, or with `--check` nothing to do; 1: problems, or something to do; 66: there is
 * no such project.
 */
export function registerRender(program: Command, io: CheckIo): void {
  program
    .command('render')
    .description(
      "write docker-compose.override.yml, and nginx blocks and .env samples for the tenants' Greenlights",
    )
    .argument('[dir]', 'directory with tiers.yml and tenants.yml (default: TIERS_CONFIG_DIR or ./config)')
    .option('--project <dir>', "where Greenlight's own docker-compose.yml lies", '.')
    .option('--out <dir>', 'for nginx blocks and samples (default: build/greenlight in the project)')
    .option('--check', 'write nothing; show what would change, and exit 1 when something would')
    .action((dir: string | undefined, options: RenderOptions) => {
      io.setExitCode(run(dir ?? (io.env.TIERS_CONFIG_DIR || DEFAULT_DIR), options, io));
    });
}

function run(dir: string, options: RenderOptions, io: CheckIo): 0 | 1 {
  expectFolder(options.project);
  const loaded = loadConfig(dir);
  if ('problems' in loaded) {
    io.stderr.write(problemsText(loaded.problems));
    return 1;
  }
  for (const warning of loaded.warnings) io.stderr.write(`warning: ${problemText(warning)}\n`);
  const places = {
    project: options.project,
    out: options.out ?? join(options.project, 'build', 'greenlight'),
  };
  const rendering = render(loaded.config);
  if (options.check === true) return show(changesOf(rendering, places, { committedOnly: true }), io);
  const changes = changesOf(rendering, places);
  applyChanges(changes);
  for (const change of changes) io.stdout.write(`${verb(change)} ${change.path}\n`);
  if (changes.length === 0) io.stdout.write('nothing to change\n');
  return 0;
}

/** One that is not there is a slip of the finger: making it would hide that. */
function expectFolder(project: string): void {
  const isThere = existsSync(project);
  if (isThere && statSync(project).isDirectory()) return;
  const found = `'${plain(project, LONGEST_PATH)}', which is ${isThere ? 'no folder' : 'not there'}`;
  throw new CliError(
    `--project: expected the folder of Greenlight's docker-compose.yml, got ${found}: name the one in which 'docker compose up' is run`,
    EXIT.notFound,
  );
}

function show(changes: readonly FileChange[], io: CheckIo): 0 | 1 {
  if (changes.length === 0) {
    io.stdout.write('nothing would change\n');
    return 0;
  }
  for (const { path, before, after } of changes) io.stdout.write(lineDiff(path, before ?? '', after ?? ''));
  const files = changes.length === 1 ? '1 file is' : `${changes.length} files are`;
  io.stderr.write(`${files} not as the config says: run npx bbb-tiers render\n`);
  return 1;
}

function verb({ before, after }: FileChange): string {
  if (after === undefined) return 'removed';
  return before === undefined ? 'wrote' : 'rewrote';
}
