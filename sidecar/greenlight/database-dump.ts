/** Writes one database into a plain SQL file with pg_dump, whole or not at all; never overwrites one. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { TerminalError } from '../errors';
import { reasonOf } from './admin-connection';

export interface DumpOptions {
  readonly databaseUrl: string;
  readonly database: string;
  /** Made when it is missing, for its owner alone: the dump holds everything that Greenlight knows of people. */
  readonly directory: string;
  /** Program name or path. */
  readonly pgDump: string;
  /** Epoch ms; becomes part of the file's name. */
  readonly now: number;
}

/** What pg_dump writes last in a plain dump. */
const COMPLETE = 'PostgreSQL database dump complete';
const TAIL_BYTES = 1_024;
const LONGEST_REASON = 300;

/** Path of the dump, e.g. `backups/greenlight_acme-20261122T093000Z.sql`. Throws TerminalError, with the reason, and leaves no half file. */
export async function dumpDatabase(options: DumpOptions): Promise<string> {
  const { directory, database, now } = options;
  const stamp = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const path = join(directory, `${database}-${stamp}.sql`);
  const draft = `${path}.part`;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = await open(draft, 'wx+', 0o600).catch((cause: unknown) => {
    throw new TerminalError(`expected to write ${draft}, got ${reasonOf(cause)}`, { cause });
  });
  try {
    await runPgDump(options, file.fd);
    const { size } = await file.stat();
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    await file.read(tail, 0, tail.length, size - tail.length);
    if (!tail.includes(COMPLETE)) throw new TerminalError(`the dump of '${database}' ends before its end`);
    await file.sync();
    await rename(draft, path);
    return path;
  } finally {
    await file.close();
    await rm(draft, { force: true });
  }
}

/** The password goes by the environment: arguments can be seen by everybody on the machine. */
async function runPgDump({ databaseUrl, database, pgDump }: DumpOptions, output: number): Promise<void> {
  const child = spawn(pgDump, ['--format=plain', '--no-password'], {
    env: { ...process.env, LC_ALL: 'C', ...connectionVariables(databaseUrl) },
    stdio: ['ignore', output, 'pipe'],
  });
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint = `${complaint}${text}`.slice(-LONGEST_REASON);
  });
  let code: unknown;
  try {
    [code] = await once(child, 'close');
  } catch (cause) {
    const found = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? `no '${pgDump}'` : reasonOf(cause);
    const remedy = 'install it (apt install postgresql-client) or name it with --pg-dump';
    throw new TerminalError(`expected the program pg_dump, found ${found}: ${remedy}`, { cause });
  }
  if (code !== 0) {
    const reason = complaint.trim().replaceAll(/\s*\n\s*/g, '; ') || `exit code ${String(code)}`;
    throw new TerminalError(`pg_dump could not dump '${database}': ${reason}`);
  }
}

/** https://www.postgresql.org/docs/current/libpq-envars.html */
function connectionVariables(databaseUrl: string): Readonly<Record<string, string>> {
  const { hostname, port, username, password, pathname, searchParams } = new URL(databaseUrl);
  const sslMode = searchParams.get('sslmode');
  return {
    PGHOST: hostname.replaceAll(/[[\]]/g, ''),
    PGPORT: port || '5432',
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
    ...(username === '' ? {} : { PGUSER: decodeURIComponent(username) }),
    ...(password === '' ? {} : { PGPASSWORD: decodeURIComponent(password) }),
    ...(sslMode === null ? {} : { PGSSLMODE: sslMode }),
  };
}
