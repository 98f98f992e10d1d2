/** Usage as CSV, as a spreadsheet and a strict reader take it. */
import fc from 'fast-check';
import type { UsageRow } from '../../../sidecar/api/schemas';
import { csvText } from '../../../sidecar/cli/usage-csv';

const row = (change: Partial<UsageRow> = {}): UsageRow => ({
  tenant: 'acme',
  account: null,
  period: '2026-11',
  meetings: 3,
  meeting_minutes: 90,
  participant_minutes: 180.5,
  peak_participants: 7,
  recorded_minutes: 0,
  dial_in_minutes: 0,
  ...change,
});

/** RFC 4180, written anew: rows of cells. */
function parse(text: string): string[][] {
  const rows: string[][] = [[]];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/y;
  while (cell.lastIndex < text.length) {
    const match = cell.exec(text);
    if (match === null) throw new Error(`no CSV: ${text}`);
    rows.at(-1)?.push(match[1] === undefined ? (match[2] ?? '') : match[1].replaceAll('""', '"'));
    if (match[3] === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

test('a head and a line each, numbers bare, nothing for what is unknown', () => {
  expect(csvText([row(), row({ tenant: null, account: 'gl-1' })])).toBe(
    'tenant,account,period,meetings,meeting_minutes,participant_minutes,peak_participants,recorded_minutes,dial_in_minutes\r\n' +
      'acme,,2026-11,3,90,180.5,7,0,0\r\n,gl-1,2026-11,3,90,180.5,7,0,0\r\n',
  );
});

test.each(['=HYPERLINK("http://evil")', '+1', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '＝1', ' =1', '\n=1'])(
  '%j is no formula in a spreadsheet',
  (account) => {
    const [, [, cell = '']] = parse(csvText([row({ account })])) as [string[], string[]];
    expect(cell).toBe(`'${account}`);
  },
);

test('any id comes out as it went in, one line per row, and never begins as a formula does', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'binary', minLength: 1 }), { minLength: 1, maxLength: 5 }),
      (accounts) => {
        const [, ...cells] = parse(csvText(accounts.map((account) => row({ account }))));
        expect(cells).toHaveLength(accounts.length);
        for (const [index, account] of accounts.entries()) {
          const cell = cells[index]?.[1] ?? '';
          expect([account, `'${account}`]).toContain(cell);
          expect(cell).not.toMatch(/^\s*[=+\-@＝＋－＠]/);
        }
      },
    ),
  );
});
