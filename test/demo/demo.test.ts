/** The demo as it is run by hand: what it tells, and how it ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

jest.setTimeout(300_000);

async function demo(
  env: Readonly<Record<string, string>>,
): Promise<{ out: string; err: string; code: number }> {
  const child = spawn(process.execPath, ['test/support/run-ts.cjs', 'test/demo/main.ts'], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { out, err, code };
}

test('every limit holds: each scene is told, with what BBB was told, and it ends with 0', async () => {
  const { out, code } = await demo({ DRY_RUN: 'false' });
  expect(out).not.toContain('DID NOT HOLD');
  for (const scene of ['1. ', '2. ', '3. ', '4. ', '5. ']) expect(out).toContain(`\n${scene}`);
  expect(out).toMatch(/→ BBB: chat: “This meeting has places for 10 people/);
  expect(out).toMatch(/→ BBB: EjectUserFromMeetingSysMsg/);
  expect(out).toMatch(/→ BBB: SetRecordingStatusCmdMsg/);
  expect(out).toMatch(/→ BBB: EndMeetingSysCmdMsg/);
  expect(out).toContain('Every limit held');
  expect(code).toBe(0);
});

test('a service that does nothing holds nothing: it says which promises did not hold, and ends with 1', async () => {
  const { out, code } = await demo({ DRY_RUN: 'true' });
  expect(out).not.toContain('→ BBB: EjectUserFromMeetingSysMsg');
  expect(out.match(/DID NOT HOLD/g)?.length).toBeGreaterThanOrEqual(4);
  expect(out).toContain('promises did not hold');
  expect(code).toBe(1);
});
