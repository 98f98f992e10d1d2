/** Draws the tiers and the tenants of a config as tables for a terminal; no colour unless it is asked for. */
import { styleText } from 'node:util';
import Table from 'cli-table3';
import { settingText, yesOrNo } from '../config/setting-text';
import type { Config, UnknownOwnerRule } from '../core/config';
import { formatDuration } from '../core/duration';
import { LIMITS } from '../core/limits/index';
import type { Tier } from '../core/tier';

export interface TableStyle {
  /** False into a pipe. */
  readonly color: boolean;
}

interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string;
  readonly align?: 'left' | 'right';
}

function draw<Row>(columns: readonly Column<Row>[], rows: readonly Row[], { color }: TableStyle): string {
  const bold = (text: string): string => (color ? styleText('bold', text, { validateStream: false }) : text);
  const table = new Table({
    head: columns.map(({ head }) => bold(head)),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    // The library colours heads and borders unless configured not to.
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) table.push(columns.map(({ cell }) => cell(row)));
  return `${table.toString()}\n`;
}

function keepingColumns(tiers: readonly Tier[]): readonly Column<Tier>[] {
  const column = (head: string, msOf: (tier: Tier) => number | undefined): readonly Column<Tier>[] => {
    if (tiers.every((tier) => msOf(tier) === undefined)) return [];
    const cell = (tier: Tier): string => {
      const ms = msOf(tier);
      return ms === undefined ? 'unlimited' : formatDuration(ms);
    };
    return [{ head, cell, align: 'right' }];
  };
  return [
    ...column('recording_retention', (tier) => tier.recordingRetentionMs),
    ...column('recording_grace', (tier) => tier.recordingGraceMs),
  ];
}

/** One row per tier in the order of the file, then the rules that hold for all of them. The retention columns appear when a tier uses them. */
export function renderTierTable(config: Config, style: TableStyle): string {
  const { tiers } = config;
  const rows = [...tiers.tiers.values()];
  const limits = LIMITS.map((limit): Column<Tier> => {
    const cell = (tier: Tier): string => settingText(limit, tier.limits[limit.name]);
    return { head: limit.name, cell, align: 'right' };
  });
  const columns: readonly Column<Tier>[] = [
    { head: 'code', cell: (tier) => tier.code },
    { head: 'title', cell: (tier) => tier.title },
    { head: 'server', cell: (tier) => tier.server },
    { head: 'branding', cell: (tier) => yesOrNo(tier.branding) },
    { head: 'accounts', cell: (tier) => String(tier.accounts), align: 'right' },
    { head: 'rooms_per_account', cell: (tier) => String(tier.roomsPerAccount), align: 'right' },
    ...limits,
    ...keepingColumns(rows),
    { head: 'setup_fee', cell: (tier) => String(tier.setupFee), align: 'right' },
    { head: 'monthly_fee', cell: (tier) => String(tier.monthlyFee), align: 'right' },
  ];
  return draw(columns, rows, style) + rules(config);
}

function rules({ tiers }: Config): string {
  const { setupFeeWaivedFromMonths: months, noticesMs } = tiers;
  const waived =
    months === undefined ? '' : `; the set-up fee falls away with a commitment of ${months} months`;
  const notices = noticesMs.map(formatDuration).join(', ');
  const lines = [
    `Fees in ${tiers.currency}${waived}.`,
    `A meeting whose tier is missing or unknown has the tier ${tiers.defaultTier}.`,
    notices === ''
      ? 'No notice is given before the end of a meeting.'
      : `Notices before the end of a meeting: ${notices}.`,
    `Decisions and the meeting ledger are kept for ${formatDuration(tiers.retentionMs)}.`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** One row per tenant in the order of the file. */
export function renderTenantTable(config: Config, style: TableStyle): string {
  const rows = [...config.tenants.values()];
  if (rows.length === 0) return 'No tenants.\n';
  return draw(
    [
      { head: 'tenant', cell: (tenant) => tenant.id },
      { head: 'host', cell: (tenant) => tenant.host },
      { head: 'tier', cell: (tenant) => tenant.tier },
      { head: 'tier_by_role', cell: (tenant) => yesOrNo(tenant.tierByRole) },
      { head: 'unknown_owner', cell: (tenant) => tenant.unknownOwner },
      { head: 'branding', cell: (tenant) => yesOrNo(tenant.branding !== undefined) },
    ],
    rows,
    style,
  );
}

const UNKNOWN_OWNER = 'If the owner of a meeting is unknown (no claim, no role look-up)';

/** Whom the participant limit cannot remove, for tenants on a tier with such a limit; empty if there is none. */
export function unknownOwnerText({ tenants, tiers }: Config): string {
  const limited = [...tenants.values()].filter(
    ({ tier }) => tiers.tiers.get(tier)?.limits.participants.max !== 'unlimited',
  );
  const idsWith = (rule: UnknownOwnerRule): string =>
    limited
      .filter(({ unknownOwner }) => unknownOwner === rule)
      .map(({ id }) => id)
      .join(', ');
  const everyModerator = idsWith('protect-moderators');
  const firstModerator = idsWith('protect-first-moderator');
  const nobody = idsWith('protect-nobody');
  const lines = [
    everyModerator === ''
      ? ''
      : `${UNKNOWN_OWNER}, no moderator is removed: ${everyModerator}. Where everybody joins as moderator, the participant limit then removes nobody.\n`,
    firstModerator === ''
      ? ''
      : `${UNKNOWN_OWNER}, an owner who joins after another moderator may be removed as the last to join: ${firstModerator}.\n`,
    nobody === '' ? '' : `${UNKNOWN_OWNER}, the owner may be removed as the last to join: ${nobody}.\n`,
  ];
  return lines.join('');
}
