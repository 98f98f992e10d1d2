/** Tables for the terminal: plain lines into a pipe, bold heads for a person; holds no data of its own. */

import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { CliIo } from './io';

export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string;
  readonly align?: 'left' | 'right';
}

/** True when colours may be used: on a terminal, and nobody said NO_COLOR. */
export function mayColor(io: Pick<CliIo, 'isTTY' | 'env'>): boolean {
  return io.isTTY && !io.env.NO_COLOR;
}

/** Text from elsewhere made harmless for a terminal: no control characters, no line ends, no direction marks, at most so many characters. */
export function plain(text: string, longest = 40): string {
  const clean = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '');
  return clean.length > longest ? `${clean.slice(0, longest - 1)}…` : clean;
}

/** The rows as a table; `empty` is said when there are none. */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  io: Pick<CliIo, 'isTTY' | 'env'>,
  empty: string,
): string {
  if (rows.length === 0) return `${empty}\n`;
  // Whether there may be colours is `io`'s matter, not that of this process' stdout.
  const head = columns.map((column) =>
    mayColor(io) ? styleText('bold', column.head, { validateStream: false }) : column.head,
  );
  const table = new Table({
    head,
    colAligns: columns.map((column) => column.align ?? 'left'),
    style: { head: [], border: [] },
  });
  for (const row of rows) table.push(columns.map((column) => column.cell(row)));
  return `${table.toString()}\n`;
}
