/** Finds the SQL of the read-only role that is shipped with the overlay; the one place where its rights are written down. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TerminalError } from '../errors';

/** The account that the file makes. */
export const READER_ROLE = 'bbb_tiers_reader';

const FILE = join('greenlight-patches', 'sql', 'readonly-role.sql');
/** From the sources, and from `dist/sidecar/greenlight`. */
const ROOTS = [join(__dirname, '..', '..'), join(__dirname, '..', '..', '..')];

/** Its text. Throws TerminalError where only a part of the project is installed. */
export function readRoleSql(): string {
  const found = ROOTS.map((root) => join(root, FILE)).find((path) => existsSync(path));
  if (found !== undefined) return readFileSync(found, 'utf8');
  throw new TerminalError(
    `expected ${FILE} beside the program, found none: run this in the project's directory`,
  );
}
