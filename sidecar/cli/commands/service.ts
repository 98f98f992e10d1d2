/** `bbb-tiers tiers`, `reload` and `token`: what the running service goes by, and access to it. */
import { type Command, Option } from 'commander';
import { issueAdminToken } from '../../admin-token/issue';
import type { ConfigView, TiersView, TierView } from '../../api/schemas';
import { settingText } from '../../config/setting-text';
import { parseDuration, SECOND_MS } from '../../core/duration';
import { isSwitch, LIMITS } from '../../core/limits/index';
import { createAdminClient } from '../admin-client';
import { CliError, EXIT } from '../exit-codes';
import { type CliIo, jsonText } from '../io';
import { type Column, plain, renderTable } from '../table';

const COLUMNS: readonly Column<TierView>[] = [
  { head: 'code', cell: (tier) => tier.code },
  { head: 'title', cell: (tier) => plain(tier.title) },
  { head: 'accounts', align: 'right', cell: (tier) => String(tier.accounts) },
  { head: 'rooms', align: 'right', cell: (tier) => String(tier.rooms_per_account) },
  ...LIMITS.map(
    (limit): Column<TierView> => ({
      head: limit.heading,
      align: isSwitch(limit) ? 'left' : 'right',
      cell: (tier) => settingText(limit, tier[limit.name]),
    }),
  ),
  { head: 'set-up', align: 'right', cell: (tier) => String(tier.setup_fee) },
  { head: 'monthly', align: 'right', cell: (tier) => String(tier.monthly_fee) },
];

async function tiers(io: CliIo, options: { json?: boolean }): Promise<void> {
  const found = await createAdminClient(io).get<TiersView>('/tiers');
  io.stdout.write(
    options.json === true
      ? jsonText(found)
      : `${renderTable(COLUMNS, found.items, io, '')}${found.currency}, config ${found.config_version}\n`,
  );
}

async function reload(io: CliIo, options: { json?: boolean }): Promise<void> {
  const config = await createAdminClient(io).post<ConfigView>('/reload');
  if (options.json === true) io.stdout.write(jsonText(config));
  else if (config.problems.length === 0) io.stdout.write(`config ${config.version} is in force.\n`);
  for (const { file, line, col, path, message } of options.json === true ? [] : config.problems) {
    io.stderr.write(`${file}:${line}:${col} ${path === '' ? '' : `${path}: `}${message}\n`);
  }
  if (config.problems.length === 0) return;
  io.stderr.write(
    `bbb-tiers: refused; the last good one stays: config ${config.version}. Mend the files and reload.\n`,
  );
  io.setExitCode(EXIT.failed);
}

/** As the token itself says it: JWTs know whole seconds only. */
function expiryOf(now: number, lifeMs: number): number {
  return (Math.floor(now / SECOND_MS) + Math.floor(lifeMs / SECOND_MS)) * SECOND_MS;
}

interface TokenOptions {
  readonly role: 'viewer' | 'operator';
  readonly expires: string;
  readonly subject: string;
  readonly json?: boolean;
}

/** A shorter one the service itself does not start with. */
const MIN_SECRET_BYTES = 32;

function token(io: CliIo, options: TokenOptions): void {
  const secret = io.env.ADMIN_JWT_SECRET?.trim() ?? '';
  const bytes = Buffer.byteLength(secret, 'utf8');
  if (bytes < MIN_SECRET_BYTES)
    throw new CliError(
      `ADMIN_JWT_SECRET: expected the service's own of at least ${MIN_SECRET_BYTES} bytes in the environment or in .env, got ${bytes === 0 ? 'nothing' : `${bytes} bytes`}`,
      EXIT.config,
    );
  const lifeMs = parseDuration(options.expires);
  if (lifeMs === undefined)
    throw new CliError(
      `--expires: expected a duration such as '8h', got '${plain(options.expires)}'`,
      EXIT.usage,
    );
  try {
    const made = issueAdminToken({
      secret,
      role: options.role,
      subject: options.subject,
      lifeMs,
      now: io.now(),
    });
    io.stdout.write(
      options.json === true
        ? jsonText({ token: made, role: options.role, expires_at: expiryOf(io.now(), lifeMs) })
        : `${made}\n`,
    );
  } catch (error) {
    if (error instanceof RangeError) throw new CliError(error.message, EXIT.usage);
    throw error;
  }
}

/** Adds `tiers`, `reload` and `token`. */
export function registerService(program: Command, io: CliIo): void {
  program
    .command('tiers')
    .description('the tiers that the running service enforces')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) => tiers(io, options));
  program
    .command('reload')
    .description('have the running service read its config files now')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) => reload(io, options));
  program
    .command('token')
    .description('make a token for the admin API and the page')
    .addOption(new Option('--role <role>').choices(['viewer', 'operator']).default('viewer'))
    .option('--expires <duration>', 'at most 30d', '8h')
    .option('--subject <id>', 'whose token it is, as an id; kept with what its bearer does', 'cli')
    .option('--json', 'print JSON')
    .action((options: TokenOptions) => token(io, options));
}
