/** `bbb-tiers recordings plan`: what the nightly sweep will delete, and when; deletes nothing. */
import type { Command } from 'commander';
import { createBbbApi } from '../../bbb-api/client';
import { loadConfig } from '../../config/load';
import { problemsText } from '../../config/problem-text';
import { createLog } from '../../log';
import { type PlannedRecording, planRecordings } from '../../recordings/sweep';
import { createPool } from '../../store/pool';
import { CliError, EXIT } from '../exit-codes';
import { type CliIo, jsonText } from '../io';
import { serviceSettings } from '../service-settings';
import { type Column, plain, renderTable } from '../table';

interface PlanOptions {
  readonly due?: boolean;
  readonly tenant?: string;
  readonly owner?: string;
  readonly json?: boolean;
}

const MEGABYTE = 1_048_576;

const COLUMNS: readonly Column<PlannedRecording>[] = [
  {
    head: 'due',
    cell: ({ dueAt, isDue }) => `${new Date(dueAt).toISOString().slice(0, 10)}${isDue ? ' now' : ''}`,
  },
  { head: 'why', cell: ({ reason }) => reason },
  { head: 'recording', cell: ({ recordId }) => plain(recordId, 60) },
  { head: 'tenant', cell: ({ tenant }) => tenant ?? '–' },
  { head: 'tier', cell: ({ tier }) => tier },
  { head: 'owner', cell: ({ owner }) => plain(owner ?? '–', 44) },
  {
    head: 'MB',
    align: 'right',
    cell: ({ sizeBytes }) => (sizeBytes === undefined ? '?' : (sizeBytes / MEGABYTE).toFixed(1)),
  },
];

async function plan(io: CliIo, options: PlanOptions): Promise<void> {
  const settings = serviceSettings(io.env);
  if (settings.databaseUrl === undefined)
    throw new CliError(
      'DATABASE_URL: expected the database of the service, got nothing: the embedded one belongs to the running service',
      EXIT.config,
    );
  const loaded = loadConfig(settings.tiersConfigDir);
  if ('problems' in loaded) {
    io.stderr.write(problemsText(loaded.problems));
    io.setExitCode(EXIT.failed);
    return;
  }
  const log = createLog('silent');
  const pool = createPool(settings.databaseUrl, {
    applicationName: 'bbb-tiers recordings',
    log,
    maxConnections: 2,
  });
  const api = createBbbApi({
    url: settings.bbbUrl,
    secret: settings.bbbSecret,
    algorithm: settings.bbbChecksum,
  });
  try {
    const all = await planRecordings({ api, pool, config: loaded.config, now: io.now(), log, write: false });
    const items = all.filter(
      ({ isDue, tenant, owner }) =>
        (options.due !== true || isDue) &&
        (options.tenant === undefined || tenant === options.tenant) &&
        (options.owner === undefined || owner === options.owner),
    );
    io.stdout.write(
      options.json === true
        ? jsonText({ items })
        : renderTable(COLUMNS, items, io, 'No such recording has an end to its keeping.'),
    );
  } finally {
    api.close();
    await pool.end();
  }
}

/** Adds `recordings plan`; the service itself sweeps by night. */
export function registerRecordings(program: Command, io: CliIo): void {
  const recordings = program.command('recordings').description('recordings and how long the tiers keep them');
  recordings
    .command('plan')
    .description('which recordings the nightly sweep will delete, when and why; deletes nothing')
    .option('--due', 'only those that are due now')
    .option('--tenant <id>', 'only those of this tenant')
    .option('--owner <id>', 'only those in the rooms of this owner (external user id), to be exported before')
    .option('--json', 'print JSON')
    .action((options: PlanOptions) => plan(io, options));
}
