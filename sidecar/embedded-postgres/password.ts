/** The password of the embedded server's only role: made once, kept in the data directory for its owner alone; never logged. */

import { randomBytes } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { type Account, giveTo } from './account';

/** In the data directory, which only its owner can enter; anybody else of this machine reaches no more than the port. */
export const PASSWORD_FILE = 'sidecar.password';
const HBA_FILE = 'pg_hba.conf';
const PASSWORD_BYTES = 24;
const OWNER_ONLY = 0o600;

/** As initdb writes them with `-A scram-sha-256`, for the one address that is listened on. */
const HBA = `local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
host all all ::1/128 scram-sha-256
`;

/** Writes a new password into `file`, which must not exist: root follows no link that somebody else may have put there. */
export async function makePassword(account: Account | undefined, file: string): Promise<string> {
  const password = randomBytes(PASSWORD_BYTES).toString('base64url');
  await writeFile(file, password, { flag: 'wx', mode: OWNER_ONLY });
  await giveTo(account, file);
  return password;
}

/** The password of a cluster; undefined for one that was made when there was none. */
export async function passwordIn(directory: string): Promise<string | undefined> {
  try {
    return (await readFile(join(directory, PASSWORD_FILE), 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

/**
 * From now on the server of `directory` asks for the password, also one whose cluster was made to let everybody in. Returns the password.
 * `client`: the owner's. Killed half way, the next start does it again.
 */
export async function requirePassword(
  client: Pick<Client, 'query' | 'escapeLiteral'>,
  account: Account | undefined,
  directory: string,
): Promise<string> {
  const known = await passwordIn(directory);
  const { rows } = await client.query("select from pg_hba_file_rules where auth_method = 'trust'");
  if (known !== undefined && rows.length === 0) return known;
  const password = known ?? (await makePassword(account, join(directory, PASSWORD_FILE)));
  await client.query(`alter role current_user password ${client.escapeLiteral(password)}`);
  const draft = join(directory, `${HBA_FILE}.new`);
  await rm(draft, { force: true });
  await writeFile(draft, HBA, { flag: 'wx', mode: OWNER_ONLY });
  await giveTo(account, draft);
  await rename(draft, join(directory, HBA_FILE));
  await client.query('select pg_reload_conf()');
  return password;
}

/** True when the server did not take the password, or wants one and there was none to show. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, message } = error as Error & { code?: string };
  return code === '28P01' || /^SASL: .*password must be a/.test(message);
}
