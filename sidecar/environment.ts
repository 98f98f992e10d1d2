/** Collects the environment from where an operator may have put it: process, systemd credentials, `.env`; checks nothing. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import type { Environment } from './settings';

/** What systemd's LoadCredential= may hand over as files of these names. */
const CREDENTIALS = [
  'REDIS_URL',
  'BBB_SECRET',
  'DATABASE_URL',
  'ADMIN_JWT_SECRET',
  'CLAIM_SECRET',
  'HOOK_TOKEN',
] as const;

function credentials(directory: string | undefined): Record<string, string> {
  if (directory === undefined) return {};
  const found: Record<string, string> = {};
  for (const name of CREDENTIALS) {
    const file = join(directory, name);
    if (existsSync(file)) found[name] = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  }
  return found;
}

/** The process' own variables win over systemd's credentials, both over `.env` in the given folder. */
export function collectEnvironment(processEnv: Environment, folder: string): Environment {
  const file = join(folder, '.env');
  const dotenv = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  const own = Object.fromEntries(
    Object.entries(processEnv).filter(([, value]) => value !== undefined && value !== ''),
  );
  return { ...dotenv, ...credentials(processEnv.CREDENTIALS_DIRECTORY), ...own };
}
