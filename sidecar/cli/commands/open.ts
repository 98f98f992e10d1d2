/** `bbb-tiers open`: prints a link that signs in on the operators' page once, within five minutes; opens no browser. */
import { type Command, Option } from 'commander';
import { issueAdminToken } from '../../admin-token/issue';
import { serviceUrl } from '../admin-client';
import { CliError, EXIT } from '../exit-codes';
import { type CliIo, jsonText } from '../io';

const TOKEN_LIFE_MS = 5 * 60_000;
const TIMEOUT_MS = 15_000;

interface OpenOptions {
  readonly role: 'viewer' | 'operator';
  readonly json?: boolean;
}

/** A bearer's own token decides its role; with the service's secret at hand the role may be chosen. */
function tokenOf(io: CliIo, role: OpenOptions['role']): string {
  const given = io.env.BBB_TIERS_TOKEN?.trim();
  if (given !== undefined && given !== '') return given;
  const secret = io.env.ADMIN_JWT_SECRET;
  if (secret === undefined || secret === '')
    throw new CliError(
      'expected BBB_TIERS_TOKEN or ADMIN_JWT_SECRET in the environment or in .env, got neither: run where the service is configured',
      EXIT.noPermission,
    );
  return issueAdminToken({ secret, role, subject: 'cli', lifeMs: TOKEN_LIFE_MS, now: io.now() });
}

async function open(io: CliIo, options: OpenOptions): Promise<void> {
  const base = serviceUrl(io.env);
  const response = await fetch(`${base}/session/links`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokenOf(io, options.role)}`, 'x-requested-with': 'bbb-tiers' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => {
    throw new CliError(
      `expected the service at ${base}, got no answer: is it running (systemctl status bbb-tiers), is BBB_TIERS_URL right?`,
      EXIT.unavailable,
    );
  });
  const body = (await response.json().catch(() => ({}))) as {
    url?: string;
    expires_at?: number;
    problem?: string;
  };
  if (!response.ok || body.url === undefined)
    throw new CliError(
      `the service answered ${response.status}: ${body.problem ?? 'nothing that could be read'}`,
      response.status === 401 || response.status === 403 ? EXIT.noPermission : EXIT.failed,
    );
  io.stdout.write(options.json === true ? jsonText(body) : `${body.url}\n`);
  if (options.json !== true && io.isTTY) io.stderr.write('It signs in once, within five minutes.\n');
}

/** Adds `open`. */
export function registerOpen(program: Command, io: CliIo): void {
  program
    .command('open')
    .description("print a link that signs in on the operators' page, once and within five minutes")
    .addOption(new Option('--role <role>').choices(['viewer', 'operator']).default('operator'))
    .option('--json', 'print JSON')
    .action((options: OpenOptions) => open(io, options));
}
