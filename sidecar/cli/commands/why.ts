/** `bbb-tiers why`: prints a decision, or all of a meeting, in plain sentences. */
import type { Command } from 'commander';
import type { DecisionPage, DecisionView, LiveMeeting } from '../../api/schemas';
import type { UnknownOwnerRule } from '../../core/config';
import { parseDecisionCode } from '../../core/decision-code';
import { type AdminClient, createAdminClient } from '../admin-client';
import { CliError, EXIT } from '../exit-codes';
import { type CliIo, jsonText } from '../io';
import { plain } from '../table';
import { unknownTierText } from './meetings';

/** The newest of a meeting; a line below the output names the API for older ones. */
const MOST = 500;
/** It quotes ids that others chose. */
const LONGEST_SENTENCE = 1_000;

function attempts(count: number | null): string {
  if (count === null) return '';
  return count === 1 ? ', 1 attempt' : `, ${count} attempts`;
}

function decisionText(decision: DecisionView): string {
  const lines = [
    `${decision.code}  ${new Date(decision.at).toISOString()}`,
    `  ${plain(decision.sentence, LONGEST_SENTENCE)}`,
    `  meeting ${plain(decision.external_meeting_id, 80)} (${plain(decision.internal_meeting_id, 80)}), tenant ${decision.tenant ?? '–'}, tier ${decision.tier ?? '–'}, config ${decision.config_version}`,
  ];
  if (decision.limit !== null)
    lines.push(
      `  rule ${decision.limit} (${decision.enforce}): ${decision.value} seen, ${decision.allowed} allowed`,
    );
  if (decision.subject !== null) lines.push(`  about ${plain(decision.subject, 80)}`);
  if (decision.sent !== null) lines.push(`  sent ${decision.sent}${attempts(decision.attempts)}`);
  return `${lines.join('\n')}\n`;
}

interface Found {
  readonly items: readonly DecisionView[];
  /** Null: these are all. */
  readonly next_cursor: string | null;
}

/** Undefined where the service knows nothing of that name; any other failure is thrown. */
function unlessNotFound<T>(asked: Promise<T>): Promise<T | undefined> {
  return asked.catch((error: unknown) => {
    if (error instanceof CliError && error.exitCode === EXIT.notFound) return undefined;
    throw error;
  });
}

/** All with this code: chance may draw one twice. The newest is known before, and without, the database having it. */
async function withCode(client: AdminClient, code: string): Promise<readonly DecisionView[]> {
  const newest = await unlessNotFound(client.get<DecisionView>(`/decisions/${code}`));
  if (newest === undefined) return [];
  const stored = await client.get<DecisionPage>('/decisions', { code }).catch(() => undefined);
  const others = (stored?.items ?? []).filter(({ at }) => at !== newest.at);
  return [newest, ...others];
}

async function find(client: AdminClient, words: string): Promise<Found> {
  const code = parseDecisionCode(words);
  const items = code === undefined ? [] : await withCode(client, code);
  if (items.length > 0) return { items, next_cursor: null };
  // The id of a meeting may read like a code.
  return client.get<DecisionPage>('/decisions', { meeting: words, size: MOST });
}

/** By either id. An empty word, or dots, would lead to another address than a meeting's. */
async function running(client: AdminClient, id: string): Promise<Partial<LiveMeeting> | undefined> {
  const meeting = await unlessNotFound(
    client.get<Partial<LiveMeeting>>(`/meetings/${encodeURIComponent(id)}`),
  );
  return meeting?.internal_meeting_id === id || meeting?.external_meeting_id === id ? meeting : undefined;
}

/** Who keeps their seat while the owner is unknown. */
const SEATS_KEPT: Readonly<Record<UnknownOwnerRule, string>> = {
  'protect-moderators': 'no moderator is removed when it is full',
  'protect-first-moderator': 'only the moderator who came first is never removed when it is full',
  'protect-nobody': 'anybody, the owner too, may be removed when it is full',
};

/** Why nothing is done about it now, or not about everybody. */
function stateText(words: string, meeting: Partial<LiveMeeting> | undefined): string {
  const unknown = unknownTierText({ tier_unknown: meeting?.tier_unknown ?? null });
  if (unknown !== undefined) return `${plain(words, 80)} is running; ${unknown}.\n`;
  const rule = meeting?.unknown_owner ?? undefined;
  if (rule === undefined) return '';
  return `The owner of this meeting is unknown (unknown_owner: ${rule}): ${SEATS_KEPT[rule]}.\n`;
}

/** Without the database its decisions cannot be read, but a meeting that waits for that very database can be shown. */
async function findOrExplain(io: CliIo, client: AdminClient, words: string, isJson: boolean): Promise<Found> {
  try {
    return await find(client, words);
  } catch (error) {
    const meeting = await running(client, words).catch(() => undefined);
    if (!isJson && meeting?.tier_unknown != null) io.stdout.write(stateText(words, meeting));
    throw error;
  }
}

async function why(io: CliIo, words: string, options: { json?: boolean }): Promise<void> {
  const client = createAdminClient(io);
  const { items, next_cursor } = await findOrExplain(io, client, words, options.json === true);
  if (items.length === 0) {
    const meeting = await running(client, words);
    if (meeting !== undefined) {
      io.stdout.write(
        options.json === true
          ? jsonText({ items, next_cursor })
          : `${plain(words, 80)} is running; nothing was decided about it.\n${stateText(words, meeting)}`,
      );
      return;
    }
    throw new CliError(
      `nothing is on record for '${plain(words, 80)}': expected a code such as K7Q-2MX, or the internal or external id of a meeting`,
      EXIT.notFound,
    );
  }
  const inOrder = items.toSorted((a, b) => a.at - b.at || a.id - b.id);
  io.stdout.write(
    options.json === true ? jsonText({ items: inOrder, next_cursor }) : inOrder.map(decisionText).join('\n'),
  );
  const isCode = items.some(({ code }) => code === parseDecisionCode(words));
  if (options.json !== true && !isCode) io.stdout.write(stateText(words, await running(client, words)));
  if (next_cursor !== null)
    io.stderr.write(
      `bbb-tiers: only the newest ${MOST} decisions are shown; the API has the older ones: GET /api/v1/decisions?meeting=…&cursor=${next_cursor}\n`,
    );
}

/** Adds `why <code or meeting id>`. */
export function registerWhy(program: Command, io: CliIo): void {
  program
    .command('why')
    .description('why something was done: by its code, or everything about a meeting')
    .argument('<code-or-meeting>', 'K7Q-2MX, or the internal or external id of a meeting')
    .option('--json', 'print JSON')
    .action((words: string, options: { json?: boolean }) => why(io, words, options));
}
