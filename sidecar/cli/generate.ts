/** `npm run gen`: writes every generated file that is committed; `-- --check` only says which are stale, and ends with 1 then. */
import { basename } from 'node:path';
import { generateSchemas } from '../config/generate-schemas';
import { loadConfig } from '../config/load';
import { problemsText } from '../config/problem-text';
import { COMPOSE_FILE, render } from '../greenlight/render';
import { applyChanges, changesOf } from '../greenlight/rendered-files';

const CONFIG_DIR = 'config';
const PLACES = { project: '.', out: 'build/greenlight' };

function say(line: string): void {
  process.stderr.write(line);
}

/** The compose override of the shipped configuration. */
function generateCompose(check: boolean): 0 | 1 {
  const loaded = loadConfig(CONFIG_DIR);
  if ('problems' in loaded) {
    say(problemsText(loaded.problems));
    return 1;
  }
  const changes = changesOf(render(loaded.config), PLACES, { committedOnly: true });
  const stale = changes.find((change) => basename(change.path) === COMPOSE_FILE);
  if (stale === undefined) return 0;
  if (check) say(`${stale.path}: expected what config/ renders to, got another text (run: npm run gen)\n`);
  else applyChanges([stale]);
  return check ? 1 : 0;
}

const check = process.argv.includes('--check');
const codes = [generateSchemas(check ? ['--check', CONFIG_DIR] : [CONFIG_DIR], say), generateCompose(check)];
process.exitCode = Math.max(...codes);
