/** `bbb-tiers open`: prints a link that signs in on the operators' page once, within five minutes; opens no browser. */
import { type Command, Option } from 'commander';
import { serviceUrl, tokenOf } from '../admin-client';
import { CliError, EXIT } from '../exit-codes';
import { type CliIo, jsonText } from '../io';

const TIMEOUT_MS = 15_000;

interface OpenOptions {
  readonly role: 'viewer' | 'operator';
  readonly json?: boolean;
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
