/** A PostgreSQL of the distribution, with the pg_dump that belongs to it: the embedded one brings no client programs. */
import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { serverAccount } from '../../../sidecar/embedded-postgres/account';
import { makeCluster, temporaryDirectory } from '../../../sidecar/embedded-postgres/data-directory';
import { guard } from '../../../sidecar/embedded-postgres/guard';
import { passwordIn } from '../../../sidecar/embedded-postgres/password';
import { startPostmaster, stopPostmaster } from '../../../sidecar/embedded-postgres/postmaster';
import { findFreePort } from '../../support/free-port';

export interface PackagedPostgres {
  /** Its administrator, in database `postgres`. */
  readonly adminUrl: string;
  readonly pgDump: string;
  readonly psql: string;
  stop(): Promise<void>;
}

/** Debian's and Ubuntu's place. */
const INSTALLED = '/usr/lib/postgresql';

/** The newest one that is installed with its server; undefined: none. */
export function packagedPostgres(): string | undefined {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED) : [];
  return versions
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(INSTALLED, version))
    .find((native) =>
      ['initdb', 'postgres', 'pg_dump', 'psql'].every((name) => existsSync(join(native, 'bin', name))),
    );
}

export async function startPackagedPostgres(native: string): Promise<PackagedPostgres> {
  const account = serverAccount();
  const parent = await temporaryDirectory(account);
  const directory = await makeCluster(native, account, parent, ['--no-sync']);
  const port = await findFreePort();
  const server = await startPostmaster({ native, account, directory, port, durable: false });
  const watch = guard({ pid: server.pid, directory: parent });
  const adminUrl = `postgres://sidecar:${await passwordIn(directory)}@127.0.0.1:${port}/postgres?sslmode=disable`;
  for (;;) {
    const failure = server.failure();
    if (failure !== undefined) throw new Error(failure);
    const client = new Client({ connectionString: adminUrl });
    client.on('error', () => {});
    const answered = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end();
    if (answered) break;
    await new Promise((resume) => setTimeout(resume, 15));
  }
  return {
    adminUrl,
    pgDump: join(native, 'bin', 'pg_dump'),
    psql: join(native, 'bin', 'psql'),
    async stop() {
      await stopPostmaster(server);
      watch.release();
      await rm(parent, { recursive: true, force: true });
    },
  };
}
