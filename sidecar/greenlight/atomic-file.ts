/** Puts a whole file in the place of another, so that a reader sees the old or the new one and never a half; makes no directory. */
import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes beside the file, waits for the disk, renames. Synchronous on purpose: two writings cannot overtake each other.
 * `mode`: exactly that, whatever the process' umask; without it the umask decides.
 * Throws the system's error and then leaves the old file, and nothing else.
 */
export function replaceFile(path: string, text: string, mode?: number): void {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(draft, 'w', mode ?? 0o644);
    try {
      if (mode !== undefined) fchmodSync(file, mode);
      const bytes = Buffer.from(text, 'utf8');
      for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    removeDraft(draft);
    throw error;
  }
  syncDirectory(dirname(path));
}

/** What went wrong before matters more than what goes wrong here. */
function removeDraft(draft: string): void {
  try {
    rmSync(draft, { force: true });
  } catch {}
}

/** Makes the rename itself last. Not every file system lets a directory be opened or synced; the file is in place all the same. */
function syncDirectory(directory: string): void {
  try {
    const handle = openSync(directory, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {}
}
