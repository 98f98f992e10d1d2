/** Reads the operators' two files as they are at this moment; judges no content and never throws. */
import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A file's bytes, that there is none, or why it cannot be read. */
export type FileState =
  | { readonly file: string; readonly state: 'read'; readonly bytes: Uint8Array }
  | { readonly file: string; readonly state: 'missing' }
  | { readonly file: string; readonly state: 'unreadable'; readonly reason: string };

/** Both files of one directory. `unreadable` says why the directory itself cannot be used. */
export interface ConfigFiles {
  readonly dir: string;
  readonly unreadable: string | undefined;
  readonly tiers: FileState;
  readonly tenants: FileState;
}

export function tiersPath(dir: string): string {
  return join(dir, 'tiers.yml');
}

export function tenantsPath(dir: string): string {
  return join(dir, 'tenants.yml');
}

/** Reads `tiers.yml` and `tenants.yml` in `dir`; paths are shown as `dir` was given. */
export function readConfigFiles(dir: string): ConfigFiles {
  return {
    dir,
    unreadable: whyNotADirectory(dir),
    tiers: readOne(tiersPath(dir)),
    tenants: readOne(tenantsPath(dir)),
  };
}

/** Changes with any byte, with coming and going, and with the reason why something cannot be read. */
export function fingerprintOf(files: ConfigFiles): string {
  const hash = createHash('sha256').update(`${files.unreadable ?? ''}\n`);
  for (const file of [files.tiers, files.tenants]) {
    hash.update(`${file.state} ${file.state === 'unreadable' ? file.reason : ''}\n`);
    if (file.state === 'read') hash.update(`${file.bytes.length}\n`).update(file.bytes);
  }
  return hash.digest('hex');
}

function whyNotADirectory(dir: string): string | undefined {
  try {
    return statSync(dir).isDirectory() ? undefined : 'a file';
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? 'nothing' : `an error (${reasonOf(error)})`;
  }
}

function readOne(file: string): FileState {
  try {
    return { file, state: 'read', bytes: readFileSync(file) };
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') return { file, state: 'unreadable', reason: reasonOf(error) };
    return isLink(file)
      ? { file, state: 'unreadable', reason: 'a symbolic link to nothing' }
      : { file, state: 'missing' };
  }
}

function isLink(file: string): boolean {
  try {
    return lstatSync(file).isSymbolicLink();
  } catch {
    return false;
  }
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code);
}

/** `EACCES: permission denied`, without the path, which the line begins with. */
function reasonOf(error: unknown): string {
  const { message } = error as Error;
  return message.split(',', 1)[0] ?? message;
}
