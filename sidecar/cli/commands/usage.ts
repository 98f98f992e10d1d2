/** `bbb-tiers usage`: who used how much in a month, as a table, CSV or JSON. */
import { type Command, Option } from 'commander';
import type { Usage, UsageRow } from '../../api/schemas';
import { createAdminClient } from '../admin-client';
import { CliError, EXIT } from '../exit-codes';
import { type CliIo, jsonText } from '../io';
import { type Column, plain, renderTable } from '../table';
import { csvText, USAGE_KEYS } from '../usage-csv';

interface UsageOptions {
  readonly month?: string;
  readonly tenant?: string;
  readonly by: 'tenant' | 'account';
  readonly days?: boolean;
  readonly format: 'table' | 'csv' | 'json';
  readonly json?: boolean;
}

const COLUMNS: readonly Column<UsageRow>[] = USAGE_KEYS.map((key) => ({
  head: key.replaceAll('_', ' '),
  align: typeof key === 'string' && ['tenant', 'account', 'period'].includes(key) ? 'left' : 'right',
  cell: (row) => plain(String(row[key] ?? '–'), 60),
}));

async function usage(io: CliIo, options: UsageOptions): Promise<void> {
  const month = options.month ?? new Date(io.now()).toISOString().slice(0, 7);
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month))
    throw new CliError(`--month: expected a month such as 2026-11, got '${plain(month)}'`, EXIT.usage);
  const granularity = options.days === true ? 'day' : 'month';
  const found = await createAdminClient(io).get<Usage>('/usage', {
    month,
    tenant: options.tenant,
    by: options.by,
    granularity,
  });
  const format = options.json === true ? 'json' : options.format;
  if (format === 'json') io.stdout.write(jsonText(found));
  else if (format === 'csv') io.stdout.write(csvText(found.items));
  else io.stdout.write(renderTable(COLUMNS, found.items, io, `Nothing was used in ${month}.`));
}

/** Adds `usage`. */
export function registerUsage(program: Command, io: CliIo): void {
  program
    .command('usage')
    .description('meetings, minutes and recordings of a month, by tenant or account (UTC)')
    .option('--month <YYYY-MM>', 'this month unless given')
    .option('--tenant <id>', 'of one tenant')
    .addOption(new Option('--by <what>', 'a row each').choices(['tenant', 'account']).default('tenant'))
    .option('--days', 'a row a day')
    .addOption(new Option('--format <format>').choices(['table', 'csv', 'json']).default('table'))
    .option('--json', 'the same as --format json')
    .action((options: UsageOptions) => usage(io, options));
}
