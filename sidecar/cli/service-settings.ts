/** The settings of the service for a command that does its own work with them; reads no file and no environment by itself. */
import { readSettings, type Settings } from '../settings';
import { CliError, EXIT } from './exit-codes';
import type { CliIo } from './io';

/** Throws CliError with a line for each variable that is missing or malformed. */
export function serviceSettings(env: CliIo['env']): Settings {
  const read = readSettings(env);
  if ('problems' in read) throw new CliError(read.problems, EXIT.config);
  return read.settings;
}
