/** `bbb-tiers tenants …`: the tenants' databases from their first day to their last; starts and stops no container. */
import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { loadConfig } from '../../config/load';
import { problemsText } from '../../config/problem-text';
import { TENANT_ID_EXPECTED, TENANT_ID_PATTERN } from '../../config/tenants-file';
import type { Config, Tenant } from '../../core/config';
import { isDatabaseUrl, reasonOf } from '../../greenlight/admin-connection';
import {
  DATABASE_URL_TEMPLATE_EXPECTED,
  databaseUrlFor,
  isDatabaseUrlTemplate,
} from '../../greenlight/database-url';
import { tenantEnvFile } from '../../greenlight/env-samples';
import type { QuotaReport } from '../../greenlight/quota';
import { removeTenantDatabase } from '../../greenlight/remove-tenant';
import { READER_ROLE, readRoleSql } from '../../greenlight/role-sql';
import { allotSlots } from '../../greenlight/slots';
import { applyTenants, tenantDatabases } from '../../greenlight/tenant-databases';
import { databaseName, serviceName } from '../../greenlight/tenant-names';
import { quotaText, type TenantRow, tenantTable } from '../../greenlight/tenant-table';
import { scrub } from '../../log';
import { systemClock } from '../../system-clock';
import { deriveClaimSecret } from '../../tier-claim/derive-secret';
import { CliError, EXIT } from '../exit-codes';
import { jsonText } from '../io';
import { plain } from '../table';
import { tenantQuota } from '../tenant-quota';
import type { CheckIo } from './check';

const DEFAULT_DIR = './config';
const ADMIN_URL = 'GREENLIGHT_ADMIN_DATABASE_URL';
const READER_URL = 'GREENLIGHT_DATABASE_URL';
const TENANT_ID = new RegExp(TENANT_ID_PATTERN);
const MIN_SECRET_BYTES = 32;
const SECRET_KEY_BASE_BYTES = 64;

interface Options {
  readonly config?: string;
  readonly databaseUrl?: string;
  readonly json?: boolean;
  readonly owner?: string;
  readonly confirm?: string;
  readonly dumpDir?: string;
  readonly pgDump?: string;
}

/** Adds `tenants list|apply|env|quota|remove` to the program, which has to be parsed with `parseAsync`. Exit codes as everywhere (`EXIT`). */
export function registerTenants(program: Command, io: CheckIo): void {
  const tenants = program
    .command('tenants')
    .description("the tenants' Greenlight databases, secrets and quotas");
  const add = (usage: string, about: string): Command =>
    tenants
      .command(usage)
      .description(about)
      .option(
        '--config <dir>',
        'directory with tiers.yml and tenants.yml (default: TIERS_CONFIG_DIR or ./config)',
      );
  const server = `PostgreSQL as its administrator (default: ${ADMIN_URL})`;

  add('list', 'show what follows from the config for each tenant')
    .option('--database-url <url>', `${server}; shows which databases are there`)
    .option('--json', 'print JSON')
    .action((options: Options) => guarded(io, () => list(options, io)));
  add('apply', 'create the databases that are missing, and the read-only account with its rights')
    .option('--database-url <url>', server)
    .option('--owner <account>', 'owner of databases that are created (default: the administrator)')
    .action((options: Options) => guarded(io, () => apply(options, io)));
  add('env <id>', "print the tenant's env file with fresh and derived secrets (needs CLAIM_SECRET)").action(
    (id: string, options: Options) => guarded(io, () => printEnv(id, options, io)),
  );
  add('quota', `show who has more accounts or rooms than the tier (needs ${READER_URL})`)
    .option('--json', 'print JSON')
    .action((options: Options) => guarded(io, () => quota(options, io)));
  add('remove <id>', 'dump the database of a tenant, then drop it')
    .option('--confirm <id>', "the tenant's id once more")
    .option('--database-url <url>', server)
    .option('--dump-dir <dir>', 'where the dump goes', './backups')
    .option('--pg-dump <program>', 'which pg_dump', 'pg_dump')
    .action((id: string, options: Options) => guarded(io, () => remove(id, options, io)));
}

async function guarded(io: CheckIo, run: () => void | Promise<void>): Promise<void> {
  try {
    await run();
    io.setExitCode(0);
  } catch (error) {
    const lines = error instanceof CliError ? error.lines : [scrub(reasonOf(error))];
    // The problems of a config are lines of their own, as `check` says them.
    for (const line of lines) io.stderr.write(line.endsWith('\n') ? line : `bbb-tiers: ${line}\n`);
    io.setExitCode(error instanceof CliError ? error.exitCode : EXIT.failed);
  }
}

function configOf(options: Options, io: CheckIo): Config {
  const loaded = loadConfig(options.config ?? (io.env.TIERS_CONFIG_DIR || DEFAULT_DIR));
  if ('problems' in loaded) throw new CliError(problemsText(loaded.problems), EXIT.failed);
  return loaded.config;
}

function tenantNamed(id: string, config: Config): Tenant {
  const tenant = config.tenants.get(id);
  if (tenant !== undefined) return tenant;
  throw new CliError(
    `expected a tenant of tenants.yml (${[...config.tenants.keys()].join(', ')}), got '${plain(id, 80)}'`,
    EXIT.notFound,
  );
}

function adminUrl(options: Options, io: CheckIo): string {
  const url = options.databaseUrl || io.env[ADMIN_URL];
  if (url !== undefined && url !== '' && isDatabaseUrl(url)) return url;
  const found = url === undefined || url === '' ? 'nothing' : 'something else';
  throw new CliError(
    `--database-url (or ${ADMIN_URL}): expected a URL such as postgres://postgres:password@127.0.0.1:5433/postgres, got ${found}`,
    EXIT.config,
  );
}

async function list(options: Options, io: CheckIo): Promise<void> {
  const config = configOf(options, io);
  const asked = (options.databaseUrl || io.env[ADMIN_URL]) ?? '';
  const there = asked === '' ? undefined : await tenantDatabases(adminUrl(options, io));
  const slots = allotSlots([...config.tenants.keys()]);
  const rows = [...config.tenants.values()].map(({ id, host, tier }): TenantRow => {
    const slot = slots.get(id) ?? { port: 0, redisDatabase: 0 };
    const database = databaseName(id);
    const exists = there === undefined ? {} : { database_exists: there.has(database) };
    return {
      tenant: id,
      host,
      tier,
      service: serviceName(id),
      port: slot.port,
      redis_database: slot.redisDatabase,
      database,
      ...exists,
    };
  });
  const left = [...(there ?? [])].filter((database) => rows.every((row) => row.database !== database));
  if (options.json === true) {
    io.stdout.write(jsonText({ tenants: rows, databases_without_tenant: left }));
    return;
  }
  io.stdout.write(rows.length === 0 ? 'No tenants.\n' : tenantTable(rows));
  if (left.length > 0) io.stdout.write(`Without a tenant in the config: ${left.join(', ')}\n`);
}

async function apply(options: Options, io: CheckIo): Promise<void> {
  const config = configOf(options, io);
  const { passwordSet } = await applyTenants({
    adminUrl: adminUrl(options, io),
    tenants: [...config.tenants.values()],
    owner: options.owner,
    roleSql: readRoleSql(),
    onApplied({ tenant, database, created, readable }) {
      const rights = readable
        ? `${READER_ROLE} may read what it needs`
        : "no tables yet: run this again after Greenlight's first start";
      io.stdout.write(`${tenant}: ${database} ${created ? 'created' : 'was there'}; ${rights}\n`);
    },
  });
  if (!passwordSet && config.tenants.size > 0)
    io.stdout.write(
      `${READER_ROLE} has no password yet: set one with  psql -c '\\password ${READER_ROLE}'\n`,
    );
}

function printEnv(id: string, options: Options, io: CheckIo): void {
  const tenant = tenantNamed(id, configOf(options, io));
  const claimSecret = io.env.CLAIM_SECRET ?? '';
  if (Buffer.byteLength(claimSecret, 'utf8') < MIN_SECRET_BYTES)
    throw new CliError(
      `CLAIM_SECRET: expected at least ${MIN_SECRET_BYTES} bytes, the same as the sidecar's, got ${Buffer.byteLength(claimSecret, 'utf8')}`,
      EXIT.config,
    );
  const { BBB_URL: endpoint, BBB_SECRET: bbbSecret } = io.env;
  const comment = `Secrets of tenant ${id}, for env/${serviceName(id)}.env: readable for root only (chmod 600), in no repository.`;
  io.stdout.write(
    tenantEnvFile(tenant, comment, {
      secretKeyBase: randomBytes(SECRET_KEY_BASE_BYTES).toString('hex'),
      claimSecret: deriveClaimSecret(claimSecret, id),
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(bbbSecret === undefined ? {} : { bbbSecret }),
    }),
  );
}

async function quota(options: Options, io: CheckIo): Promise<void> {
  const config = configOf(options, io);
  const template = io.env[READER_URL] ?? '';
  if (!isDatabaseUrlTemplate(template)) {
    const found = template === '' ? 'nothing' : 'something else';
    throw new CliError(
      `${READER_URL}: expected ${DATABASE_URL_TEMPLATE_EXPECTED}, got ${found}`,
      EXIT.config,
    );
  }
  const reports: QuotaReport[] = [];
  const failures: string[] = [];
  for (const tenant of config.tenants.values()) {
    const found = await tenantQuota(config, tenant, databaseUrlFor(template, tenant.id));
    if (typeof found === 'string')
      failures.push(`${tenant.id}: its Greenlight database does not answer: ${found}`);
    else reports.push(found);
  }
  io.stdout.write(options.json === true ? jsonText(reports) : quotaText(reports));
  if (failures.length > 0) throw new CliError(failures, EXIT.failed);
}

async function remove(id: string, options: Options, io: CheckIo): Promise<void> {
  if (!TENANT_ID.test(id))
    throw new CliError(`expected ${TENANT_ID_EXPECTED}, got '${plain(id, 80)}'`, EXIT.usage);
  const database = databaseName(id);
  if (options.confirm !== id) {
    const found = options.confirm === undefined ? 'none' : `'${plain(options.confirm, 80)}'`;
    throw new CliError(
      `this drops the database '${database}' with all its accounts and rooms: expected --confirm ${id}, got ${found}`,
      EXIT.usage,
    );
  }
  const server = adminUrl(options, io);
  if (!(await tenantDatabases(server)).has(database))
    throw new CliError(
      `expected the database '${database}' of tenant '${id}', found none: nothing to remove`,
      EXIT.notFound,
    );
  const dump = await removeTenantDatabase({
    adminUrl: server,
    tenantId: id,
    dumpDirectory: options.dumpDir ?? './backups',
    pgDump: options.pgDump ?? 'pg_dump',
    now: systemClock().now(),
  });
  io.stdout.write(`dumped to ${dump}\ndropped ${database}\n`);
  io.stdout.write(
    `still there: data/greenlight/${id} (uploads), env/${serviceName(id)}.env, its nginx block\n`,
  );
}
