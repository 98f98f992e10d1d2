/** `npm run conformance` where no akka-apps runs: what needs one is skipped, and says so. */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const PROGRAM = [resolve('test/support/run-ts.cjs'), resolve('test/conformance/main.ts')];

function run(...args: readonly string[]): {
  readonly code: number | null;
  readonly lines: readonly string[];
} {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...PROGRAM, ...args], { encoding: 'utf8' });
  return { code: status, lines: `${stdout}${stderr}`.trimEnd().split('\n') };
}

test.each([
  [['--histories', '50'], 'random histories need'],
  [['--lively'], 'the lively room needs'],
  [['--histories', '50', '--lively'], 'random histories and the lively room need'],
])('%j without --akka → skipped, one line, exit code 0', (args, what) => {
  const line = `skipped: ${what} a running akka-apps, given by --akka redis://… --analytics http://…`;
  expect(run(...args)).toEqual({ code: 0, lines: [line] });
});

test.each([
  [['--histories', 'many'], "--histories: expected a whole number, got 'many'"],
  [
    ['--histories', '5', '--akka', 'redis://127.0.0.1:1'],
    '--analytics: expected the HTTP address of akka-apps',
  ],
])('%j → exit code 64 and why', (args, why) => {
  const { code, lines } = run(...args);
  expect([code, lines.join('\n')]).toEqual([64, expect.stringContaining(why)]);
});
