/** `bbb-tiers meetings`, `status` and `end`: what runs now, kept up to date on demand; ends one meeting after asking. */
import type { Command } from 'commander';
import type { LiveMeeting, ReadinessView } from '../../api/schemas';
import { formatDuration, SECOND_MS } from '../../core/duration';
import { type AdminClient, createAdminClient } from '../admin-client';
import { CliError, EXIT } from '../exit-codes';
import { type CliIo, jsonText } from '../io';
import { type Column, plain, renderTable } from '../table';

const WATCH_EVERY_MS = 2 * SECOND_MS;
const CLEAR_SCREEN = '\u001b[2J\u001b[H';

const COLUMNS: readonly Column<LiveMeeting>[] = [
  { head: 'meeting', cell: (meeting) => `${meeting.is_breakout ? '↳ ' : ''}${plain(meeting.name)}` },
  { head: 'id', cell: (meeting) => plain(meeting.external_meeting_id, 24) },
  { head: 'tenant', cell: (meeting) => meeting.tenant ?? '–' },
  { head: 'tier', cell: (meeting) => meeting.tier ?? 'unknown' },
  {
    head: 'time left',
    align: 'right',
    cell: ({ remaining_seconds: left, tier_unknown: unknown }) => {
      if (left === null) return unknown === null ? 'unlimited' : '?';
      return formatDuration(Math.max(0, left) * SECOND_MS);
    },
  },
  {
    head: 'people',
    align: 'right',
    cell: ({ people, places, tier_unknown: unknown }) =>
      `${people}/${unknown !== null ? '?' : places === 'unlimited' ? '∞' : places}`,
  },
  {
    head: 'recording',
    cell: (meeting) => `${meeting.recording}${meeting.recording_marked ? ', marked' : ''}`,
  },
  {
    head: 'next',
    cell: ({ next }) =>
      next === null ? '–' : `${next.action} ${new Date(next.at).toISOString().slice(11, 19)}Z`,
  },
];

async function listMeetings(client: AdminClient): Promise<readonly LiveMeeting[]> {
  return (await client.get<{ items: LiveMeeting[] }>('/meetings')).items;
}

interface Status {
  readonly meetings: readonly LiveMeeting[];
  readonly readiness: ReadinessView;
}

async function readStatus(client: AdminClient): Promise<Status> {
  const [meetings, readiness] = await Promise.all([
    listMeetings(client),
    client.get<ReadinessView>('/readiness'),
  ]);
  return { meetings, readiness };
}

const WAITS_FOR = {
  database: "the service's database",
  greenlight: "the tenant's Greenlight database",
} as const;

/** Why nothing is held in a meeting whose tier is unknown; undefined when it is known. */
export function unknownTierText({
  tier_unknown: unknown,
}: Pick<LiveMeeting, 'tier_unknown'>): string | undefined {
  return unknown === null
    ? undefined
    : `its tier is unknown until ${WAITS_FOR[unknown.waits_for]} answers; its limits are only observed`;
}

function unknownTiersText(meetings: readonly LiveMeeting[]): string {
  const lines = meetings.flatMap((meeting) => {
    const text = unknownTierText(meeting);
    return text === undefined ? [] : [`${plain(meeting.external_meeting_id)}: ${text}\n`];
  });
  return lines.length === 0 ? '' : `${lines.join('')}\n`;
}

/** What to type where a check has failed, by its name. */
const REMEDIES: Readonly<Record<string, string>> = { config: "'bbb-tiers check' says where" };

function statusText({ meetings, readiness }: Status, io: CliIo): string {
  const checks = Object.entries(readiness.checks).map(([name, { ok, detail }]) => {
    const remedy = ok ? undefined : REMEDIES[name];
    return `${ok ? 'ok  ' : 'FAIL'} ${name}: ${detail}${remedy === undefined ? '' : `; ${remedy}`}`;
  });
  return `${renderTable(COLUMNS, meetings, io, 'No meeting is running.')}\n${unknownTiersText(meetings)}${checks.join('\n')}\n`;
}

/** Until Ctrl-C; a service that is away meanwhile, as during its restart, is shown as such and read again. */
async function watch(client: AdminClient, io: CliIo): Promise<void> {
  for (;;) {
    const text = await readStatus(client).then(
      (now) => statusText(now, io),
      (error: unknown) => {
        if (error instanceof CliError && error.exitCode === EXIT.unavailable) return `${error.message}\n`;
        throw error;
      },
    );
    io.stdout.write(io.isTTY ? `${CLEAR_SCREEN}${text}` : text);
    if (!(await io.sleep(WATCH_EVERY_MS))) return;
  }
}

async function status(io: CliIo, options: { json?: boolean; watch?: boolean }): Promise<void> {
  const client = createAdminClient(io);
  if (options.watch === true && options.json !== true) return watch(client, io);
  const now = await readStatus(client);
  io.stdout.write(options.json === true ? jsonText(now) : statusText(now, io));
  io.setExitCode(now.readiness.status === 'ready' ? EXIT.ok : EXIT.failed);
}

async function meetings(io: CliIo, id: string | undefined, options: { json?: boolean }): Promise<void> {
  const client = createAdminClient(io);
  if (id !== undefined) {
    const meeting = await client.get<LiveMeeting>(`/meetings/${encodeURIComponent(id)}`);
    io.stdout.write(options.json === true ? jsonText(meeting) : renderTable(COLUMNS, [meeting], io, ''));
    return;
  }
  const items = await listMeetings(client);
  io.stdout.write(
    options.json === true ? jsonText({ items }) : renderTable(COLUMNS, items, io, 'No meeting is running.'),
  );
}

function people(count: number): string {
  return count === 1 ? '1 person' : `${count} people`;
}

async function end(io: CliIo, id: string, options: { yes?: boolean; json?: boolean }): Promise<void> {
  const client = createAdminClient(io);
  const meeting = await client.get<LiveMeeting>(`/meetings/${encodeURIComponent(id)}`);
  const question = `End “${plain(meeting.name)}” (${plain(meeting.external_meeting_id)}) with ${people(meeting.people)} now?`;
  if (options.yes !== true && !(await io.confirm(question)))
    throw new CliError('not ended: expected the answer yes, or --yes where nobody can answer', EXIT.failed);
  const answer = await client.post<Record<string, unknown>>(
    `/meetings/${encodeURIComponent(meeting.internal_meeting_id)}/end`,
  );
  io.stdout.write(
    options.json === true
      ? jsonText(answer)
      : `BBB was sent the end of ${plain(meeting.external_meeting_id)}; decision ${String(answer.code ?? '?')}.\n`,
  );
}

/** Adds `status`, `meetings [id]` and `end <id>`. */
export function registerMeetings(program: Command, io: CliIo): void {
  program
    .command('status')
    .description('what runs now, and how the service is; exit code 1 when something is not ready')
    .option('--watch', 'keep it up to date until Ctrl-C')
    .option('--json', 'print JSON, once')
    .action((options: { json?: boolean; watch?: boolean }) => status(io, options));
  program
    .command('meetings')
    .description('running meetings, or one by its internal or external id')
    .argument('[id]')
    .option('--json', 'print JSON')
    .action((id: string | undefined, options: { json?: boolean }) => meetings(io, id, options));
  program
    .command('end')
    .description('end a running meeting')
    .argument('<id>', 'internal or external meeting id')
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .action((id: string, options: { yes?: boolean; json?: boolean }) => end(io, id, options));
}
