/** `bbb-tiers doctor`: checks the whole chain from this host and says for each failure what to do. */
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { runChecks } from '../../doctor/check';
import { doctorChecks } from '../../doctor/checks';
import { systemClock } from '../../system-clock';
import { serviceUrl } from '../admin-client';
import { EXIT } from '../exit-codes';
import { type CliIo, jsonText } from '../io';
import { serviceSettings } from '../service-settings';
import { plain } from '../table';

interface DoctorOptions {
  readonly overlayStatus?: string;
  readonly json?: boolean;
}

/** It may quote what others wrote. */
const LONGEST_DETAIL = 2_000;
const MARKS = { ok: 'ok     ', failed: 'FAILED ', skipped: 'skipped' } as const;

async function doctor(io: CliIo, options: DoctorOptions): Promise<void> {
  const settings = serviceSettings(io.env);
  const { overlayStatus } = options;
  const checks = doctorChecks({
    settings,
    clock: { ...systemClock(), now: io.now, wall: io.now },
    serviceUrl: serviceUrl(io.env),
    overlayStatus: overlayStatus === undefined ? undefined : () => readFile(overlayStatus, 'utf8'),
  });
  const findings = await runChecks(checks, ({ state, name, detail, remedy }) => {
    if (options.json === true) return;
    io.stdout.write(`${MARKS[state]} ${name}: ${plain(detail, LONGEST_DETAIL)}\n`);
    if (remedy !== undefined) io.stdout.write(`        → ${remedy}\n`);
  });
  const failed = findings.filter((finding) => finding.state === 'failed').length;
  if (options.json === true) io.stdout.write(jsonText({ findings }));
  else
    io.stdout.write(
      failed === 0
        ? 'Everything that was looked at is well.\n'
        : `${failed} of ${findings.length} checks failed.\n`,
    );
  io.setExitCode(failed === 0 ? EXIT.ok : EXIT.failed);
}

/** Adds `doctor`. */
export function registerDoctor(program: Command, io: CliIo): void {
  program
    .command('doctor')
    .description(
      'check the whole chain from this host: bus, API, webhooks, clocks, database, config, Greenlight',
    )
    .option(
      '--overlay-status <file>',
      "the Greenlight overlay's status file (tmp/bbb_tiers_status.json in the container)",
    )
    .option('--json', 'print JSON')
    .action((options: DoctorOptions) => doctor(io, options));
}
