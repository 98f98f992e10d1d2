/** `bbb-tiers check`: says what is wrong in the config files, or shows what they mean; changes nothing. */
import type { Command } from 'commander';
import { configJson } from '../../config/config-json';
import { loadConfig } from '../../config/load';
import { problemsText, problemText } from '../../config/problem-text';
import { renderTenantTable, renderTierTable, unknownOwnerText } from '../tier-table';

/** What a command may touch of the process that it runs in. */
export interface CheckIo {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** True when a person reads stdout. */
  readonly isTTY: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly setExitCode: (code: number) => void;
}

const DEFAULT_DIR = './config';

/** Adds `check [dir]` to the program. Exit code 0: valid; 1: problems, one line each on stderr (with `--json`: on stdout). */
export function registerCheck(program: Command, io: CheckIo): void {
  program
    .command('check')
    .description('check tiers.yml and tenants.yml, and show what they mean')
    .argument('[dir]', 'directory with both files (default: TIERS_CONFIG_DIR or ./config)')
    .option('--json', 'print JSON')
    .action((dir: string | undefined, options: { json?: boolean }) => {
      io.setExitCode(check(dir ?? (io.env.TIERS_CONFIG_DIR || DEFAULT_DIR), options.json === true, io));
    });
}

function check(dir: string, json: boolean, io: CheckIo): 0 | 1 {
  const result = loadConfig(dir);
  if ('problems' in result) {
    if (json) io.stdout.write(jsonText({ valid: false, problems: result.problems }));
    else io.stderr.write(problemsText(result.problems));
    return 1;
  }
  const { config, warnings } = result;
  if (json) {
    io.stdout.write(jsonText({ valid: true, ...configJson(config), warnings }));
    return 0;
  }
  const style = { color: io.isTTY && !io.env.NO_COLOR };
  io.stdout.write(renderTierTable(config, style));
  io.stdout.write(`\n${renderTenantTable(config, style)}`);
  io.stdout.write(unknownOwnerText(config));
  for (const warning of warnings) io.stderr.write(`warning: ${problemText(warning)}\n`);
  io.stdout.write(`\n${dir} is valid, version ${config.version}.\n`);
  return 0;
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
