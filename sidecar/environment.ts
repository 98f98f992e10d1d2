/** Collects the environment from where an operator may have put it: process, systemd credentials, `.env`; checks nothing. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigError } from './errors';
import type { Environment } from './settings';

/** What systemd's LoadCredential= may hand over as files of these names. */
const CREDENTIALS = [
  'REDIS_URL',
  'BBB_SECRET',
  'DATABASE_URL',
  'ADMIN_JWT_SECRET',
  'CLAIM_SECRET',
  'HOOK_TOKEN',
  'GREENLIGHT_DATABASE_URL',
] as const;

/** The text of a file that is there, without the byte order mark that some editors put first. Throws ConfigError when it cannot be read; what it holds is nobody's business. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (cause) {
    const reason = (cause as Error).message.split(',', 1)[0];
    throw new ConfigError(`${file}: expected a readable file, got an error (${reason})`, { cause });
  }
}

function credentials(directory: string | undefined): Record<string, string> {
  if (directory === undefined) return {};
  const found: Record<string, string> = {};
  for (const name of CREDENTIALS) {
    const file = join(directory, name);
    if (existsSync(file)) found[name] = textOf(file).replace(/\r?\n$/, '');
  }
  return withoutEmpty(found);
}

/** An empty one counts as unset, so it hides none that is set elsewhere. */
function withoutEmpty(variables: Environment): Record<string, string> {
  const set = Object.entries(variables).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return Object.fromEntries(set);
}

/**
 * The process' own variables win over systemd's credentials, both over `.env` in the given folder. Throws ConfigError when one of the
 * files is there and cannot be read.
 */
export function collectEnvironment(processEnv: Environment, folder: string): Environment {
  const file = join(folder, '.env');
  const dotenv = existsSync(file) ? parseEnv(textOf(file)) : {};
  return { ...dotenv, ...credentials(processEnv.CREDENTIALS_DIRECTORY), ...withoutEmpty(processEnv) };
}
