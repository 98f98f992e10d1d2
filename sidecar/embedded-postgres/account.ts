/** Says as whom the server runs: PostgreSQL refuses root, so root hands it to nobody; never changes the account of this process. */

import { chown, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A numeric user and group. */
export interface Account {
  uid: number;
  gid: number;
}

/** `nobody` and its group on Debian, Ubuntu, Fedora and in the official Node images. */
const NOBODY: Account = { uid: 65_534, gid: 65_534 };

/** The account to run the server under, or undefined: ours is fine. */
export function serverAccount(uid = process.getuid?.()): Account | undefined {
  return uid === 0 ? NOBODY : undefined;
}

/** Gives a file or directory (not what is in it) to the account. */
export async function giveTo(account: Account | undefined, path: string): Promise<void> {
  if (account) await chown(path, account.uid, account.gid);
}

/** Whether the account may pass through `directory`, which exists, and through all above it. */
export async function canEnter(account: Account | undefined, directory: string): Promise<boolean> {
  if (!account) return true;
  const { mode, uid } = await stat(directory);
  const mayEnter = (mode & (uid === account.uid ? 0o100 : 0o001)) !== 0;
  const parent = dirname(directory);
  return mayEnter && (parent === directory || canEnter(account, parent));
}
