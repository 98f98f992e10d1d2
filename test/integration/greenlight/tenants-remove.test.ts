/** `bbb-tiers tenants remove`: dumps first, and drops nothing on doubt. On the distribution's PostgreSQL with its own pg_dump. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { databaseAt } from '../../../sidecar/greenlight/admin-connection';
import { createTestDatabase } from '../../support/postgres';
import { type PackagedPostgres, packagedPostgres, startPackagedPostgres } from './packaged-postgres';
import { type TenantsCommand, tenantsCommand } from './tenants-command';

const native = packagedPostgres();
if (native === undefined && process.env.CI === 'true')
  throw new Error('no PostgreSQL in /usr/lib/postgresql, and CI needs one');
const withServer = native === undefined ? describe.skip : describe;

let command: TenantsCommand;
beforeEach(() => {
  command = tenantsCommand(['acme']);
});
afterEach(() => command.remove());

/** A program in the place of pg_dump. */
function program(script: string): string {
  const path = join(command.dir, 'fake_pg_dump');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

withServer(
  `with ${native ?? 'a PostgreSQL of the distribution (skipped: none in /usr/lib/postgresql)'}`,
  () => {
    let server: PackagedPostgres;
    beforeAll(async () => {
      server = await startPackagedPostgres(String(native));
    });
    afterAll(() => server.stop());
    beforeEach(async () => {
      await admin('DROP DATABASE IF EXISTS greenlight_acme WITH (FORCE)');
      await command.run(['apply', '--database-url', server.adminUrl]);
      await inTenant((client) =>
        client.query("CREATE TABLE rooms (name text); INSERT INTO rooms VALUES ('Aufenthaltsraum ü')"),
      );
    });

    async function query(url: string, use: (client: Client) => Promise<unknown>): Promise<void> {
      const client = new Client({ connectionString: url });
      await client.connect();
      await use(client).finally(() => client.end());
    }
    const admin = (statement: string) => query(server.adminUrl, (client) => client.query(statement));
    const inTenant = (use: (client: Client) => Promise<unknown>) =>
      query(databaseAt(server.adminUrl, 'greenlight_acme'), use);
    const dumps = (): string => join(command.dir, 'dumps');
    const remove = (...more: string[]) =>
      command.run([
        'remove',
        'acme',
        '--database-url',
        server.adminUrl,
        '--dump-dir',
        dumps(),
        '--pg-dump',
        server.pgDump,
        ...more,
      ]);
    async function isThere(): Promise<boolean> {
      let there = false;
      await query(server.adminUrl, async (client) => {
        const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = 'greenlight_acme'");
        there = rowCount === 1;
      });
      return there;
    }

    it('dumps the whole database into a file only we can read, then drops it', async () => {
      const { out, err, code } = await remove('--confirm', 'acme');
      expect({ err, code }).toEqual({ err: '', code: 0 });
      const [file, ...others] = readdirSync(dumps());
      expect(others).toEqual([]);
      expect(file).toMatch(/^greenlight_acme-\d{8}T\d{6}Z\.sql$/);
      expect(out).toContain(`dumped to ${join(dumps(), String(file))}\ndropped greenlight_acme\n`);
      expect(statSync(dumps()).mode & 0o777).toBe(0o700);
      expect(statSync(join(dumps(), String(file))).mode & 0o777).toBe(0o600);
      expect(await isThere()).toBe(false);
      // The dump is one: it makes the same rows again.
      await admin('CREATE DATABASE restored');
      execFileSync(server.psql, [
        '-q',
        '-v',
        'ON_ERROR_STOP=1',
        '-d',
        databaseAt(server.adminUrl, 'restored'),
        '-f',
        join(dumps(), String(file)),
      ]);
      await query(databaseAt(server.adminUrl, 'restored'), async (client) => {
        expect((await client.query('SELECT name FROM rooms')).rows).toEqual([{ name: 'Aufenthaltsraum ü' }]);
      });
      await admin('DROP DATABASE restored');
    });

    it.each([
      [[], 'expected --confirm acme, got none'],
      [['--confirm', 'acm'], "expected --confirm acme, got 'acm'"],
      [['--confirm', ''], "expected --confirm acme, got ''"],
    ])('refuses %j', async (args, expected) => {
      const { out, err, code } = await remove(...args);
      expect({ out, code }).toEqual({ out: '', code: 64 });
      expect(err).toContain(expected);
      expect(await isThere()).toBe(true);
      expect(existsSync(dumps())).toBe(false);
    });

    it('refuses a database in use, and says how to stop who uses it', async () => {
      await inTenant(async () => {
        const { err, code } = await remove('--confirm', 'acme');
        expect(code).toBe(1);
        expect(err).toMatch(
          /^bbb-tiers: expected nobody to use 'greenlight_acme', got 1 connected: .*tenant-acme\)\n$/,
        );
      });
      expect(await isThere()).toBe(true);
      expect(existsSync(dumps())).toBe(false);
    });

    it.each([
      [
        'a program that is not there',
        () => '/nowhere/pg_dump',
        /expected the program pg_dump, found no '\/nowhere\/pg_dump': install it/,
      ],
      ['a program that may not be run', () => command.dir, /expected the program pg_dump, found .*EACCES/],
      [
        'a dump that fails',
        () => program('echo half; echo "pg_dump: error: disk full" >&2; exit 1'),
        /pg_dump could not dump 'greenlight_acme': pg_dump: error: disk full\n$/,
      ],
      ['a dump that is killed', () => program('echo half; kill -9 $$'), /pg_dump could not dump/],
      [
        'a dump that ends too early and calls it a success',
        () => program('echo half; exit 0'),
        /the dump of 'greenlight_acme' ends before its end/,
      ],
      ['a dump of nothing', () => program('exit 0'), /ends before its end/],
    ])('drops nothing after %s, and leaves no half dump', async (_, pgDump, expected) => {
      const { err, code } = await remove('--confirm', 'acme', '--pg-dump', pgDump());
      expect(code).toBe(1);
      expect(err).toMatch(expected);
      expect(await isThere()).toBe(true);
      expect(readdirSync(dumps())).toEqual([]);
    });

    it('drops nothing when the dump cannot be put where it should go', async () => {
      writeFileSync(dumps(), 'a file');
      const { err, code } = await remove('--confirm', 'acme');
      expect(code).toBe(1);
      expect(err).toMatch(/EEXIST|ENOTDIR/);
      expect(await isThere()).toBe(true);
    });

    it('drops nothing when somebody came while it dumped; the dump stays', async () => {
      const started = join(command.dir, 'started');
      const go = join(command.dir, 'go');
      const waiting = program(
        `touch '${started}'; while [ ! -e '${go}' ]; do sleep 0.02; done; exec '${server.pgDump}' "$@"`,
      );
      const removal = remove('--confirm', 'acme', '--pg-dump', waiting);
      while (!existsSync(started)) await new Promise((resume) => setTimeout(resume, 5));
      await inTenant(async () => {
        writeFileSync(go, '');
        const { err, code } = await removal;
        expect(code).toBe(1);
        expect(err).toMatch(
          /expected nobody to use 'greenlight_acme', got .*is being accessed by other users; its dump is .*\.sql/,
        );
      });
      expect(await isThere()).toBe(true);
      expect(readdirSync(dumps())).toHaveLength(1);
    });

    it('shows no password to other users of the machine', async () => {
      const { password } = new URL(server.adminUrl);
      expect(password).not.toBe('');
      const seen = join(command.dir, 'seen');
      const pgDump = program(`echo "$0 $*" > '${seen}'; echo "$PGPASSWORD $PGDATABASE" >> '${seen}'; exit 1`);
      await command.run([
        'remove',
        'acme',
        '--confirm',
        'acme',
        '--database-url',
        server.adminUrl,
        '--dump-dir',
        dumps(),
        '--pg-dump',
        pgDump,
      ]);
      expect(readFileSync(seen, 'utf8')).toBe(
        `${pgDump} --format=plain --no-password\n${password} greenlight_acme\n`,
      );
    });

    it('has nothing to remove where there is nothing', async () => {
      await admin('DROP DATABASE greenlight_acme');
      expect(await remove('--confirm', 'acme')).toMatchObject({
        code: 66,
        err: "bbb-tiers: expected the database 'greenlight_acme' of tenant 'acme', found none: nothing to remove\n",
      });
    });
  },
);

it('refuses what is no tenant id', async () => {
  expect(await command.run(['remove', '../x', '--confirm', '../x'])).toMatchObject({
    code: 64,
    err: expect.stringContaining('expected a DNS label'),
  });
});

/** The embedded server of the tests is newer than most distributions' pg_dump; where it is not, there is nothing to see. */
it('drops nothing when pg_dump is older than the server', async () => {
  const server = await createTestDatabase('empty');
  const client = new Client({ connectionString: server.databaseUrl });
  await client.connect();
  const id = `v${process.pid}`;
  const newer = tenantsCommand([id]);
  try {
    const { rows } = await client.query<{ version: number }>(
      "SELECT current_setting('server_version_num')::int / 10000 AS version",
    );
    if (native === undefined || Number(native.split('/').at(-1)) >= Number(rows[0]?.version)) return;
    const at = ['--database-url', server.databaseUrl];
    await newer.run(['apply', ...at]);
    const more = ['--dump-dir', join(newer.dir, 'dumps'), '--pg-dump', join(native, 'bin', 'pg_dump')];
    const { err, code } = await newer.run(['remove', id, '--confirm', id, ...at, ...more]);
    expect(code).toBe(1);
    expect(err).toMatch(/server version mismatch/);
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [
      `greenlight_${id}`,
    ]);
    expect(rowCount).toBe(1);
  } finally {
    await client.query(`DROP DATABASE IF EXISTS greenlight_${id}`);
    await client.end();
    await server.drop();
    newer.remove();
  }
});
