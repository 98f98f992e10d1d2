/** Usage as CSV (RFC 4180); what a spreadsheet would run as a formula comes as text. */
import type { UsageRow } from '../api/schemas';

/** The columns, in their order. */
export const USAGE_KEYS = [
  'tenant',
  'account',
  'period',
  'meetings',
  'meeting_minutes',
  'participant_minutes',
  'peak_participants',
  'recorded_minutes',
  'dial_in_minutes',
] as const satisfies readonly (keyof UsageRow)[];

/** Spreadsheets look past white space, and take the full-width signs for the plain ones. */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;

function cellText(value: string | number | null): string {
  if (value === null) return '';
  const text = typeof value === 'string' && FORMULA.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A head and a line per row, each ended by CRLF. An account that begins like a formula gets an apostrophe before it. */
export function csvText(rows: readonly UsageRow[]): string {
  return [USAGE_KEYS.join(','), ...rows.map((row) => USAGE_KEYS.map((key) => cellText(row[key])).join(','))]
    .map((line) => `${line}\r\n`)
    .join('');
}
