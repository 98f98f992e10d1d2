/** Compares a rendering with what is on disk, and brings the disk up to date; touches no file that was not rendered. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { replaceFile } from './atomic-file';
import { COMPOSE_FILE, GENERATED, type Rendering } from './render';

/** One file that is not as the config says. `after` undefined: it belongs to a tenant that is gone. */
export interface FileChange {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface RenderPlaces {
  /** Where Greenlight's docker-compose.yml lies. */
  readonly project: string;
  /** For nginx blocks and samples. */
  readonly out: string;
}

const EXTRA_DIRECTORIES = ['env', 'nginx'];

/** Every file that would change, in the order of their paths. `committedOnly`: leave the output directory out where it does not exist. */
export function changesOf(
  rendering: Rendering,
  { project, out }: RenderPlaces,
  { committedOnly = false } = {},
): readonly FileChange[] {
  const wanted = new Map([[join(project, COMPOSE_FILE), rendering.compose]]);
  const withExtras = !committedOnly || existsSync(out);
  if (withExtras) for (const [path, text] of rendering.extras) wanted.set(join(out, path), text);
  const changes = [...wanted].flatMap(([path, after]): FileChange[] => {
    const before = textOf(path);
    return before === after ? [] : [{ path, before, after }];
  });
  const stale = withExtras ? staleFiles(out, wanted) : [];
  return [...changes, ...stale].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Throws the system's error for what cannot be written. */
export function applyChanges(changes: readonly FileChange[]): void {
  for (const { path, after } of changes) {
    if (after === undefined) rmSync(path, { force: true });
    else {
      mkdirSync(dirname(path), { recursive: true });
      replaceFile(path, after);
    }
  }
}

/** Rendered earlier, as its first line says, for what is no longer in the config. */
function staleFiles(out: string, wanted: ReadonlyMap<string, string>): FileChange[] {
  return EXTRA_DIRECTORIES.flatMap((name) => {
    const directory = join(out, name);
    const files = existsSync(directory) ? readdirSync(directory).map((file) => join(directory, file)) : [];
    return files.flatMap((path): FileChange[] => {
      if (wanted.has(path)) return [];
      const before = textOf(path);
      return before?.startsWith(`# ${GENERATED}`) ? [{ path, before, after: undefined }] : [];
    });
  });
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR') return undefined;
    throw error;
  }
}
