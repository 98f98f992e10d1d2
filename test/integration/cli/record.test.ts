/** `record`: what an operator may pass on of the bus. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { until } from '../../support/until';
import { startWorld, type World } from '../../support/world';
import { meetingWith, runCli } from './run-cli';

let world: World;
let folder: string;
beforeAll(async () => {
  world = await startWorld();
  folder = mkdtempSync(join(tmpdir(), 'bbb-tiers-record-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await world.stop();
});

test('a meeting while recording → its messages in a file only its owner reads, without names and secrets', async () => {
  const file = join(folder, 'bus.jsonl');
  let stop = (): void => undefined;
  const stopped = new Promise<boolean>((resolve) => {
    stop = () => resolve(false);
  });
  const running = runCli(['record', '--minutes', '1', '--out', file], {
    env: { REDIS_URL: world.redis.url },
    now: world.clock.now(),
    sleep: () => stopped,
  });
  await until('the recorder to subscribe', async () => {
    await meetingWith(world, 1);
    return existsSync(file) && statSync(file).size > 0;
  });
  await meetingWith(world, 3, { meetingID: 'choir', name: 'Choir' });
  stop();
  const { out, code } = await running;
  expect(code).toBe(0);
  expect(out).toMatch(/^\d+ messages recorded, 0 left out/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const text = readFileSync(file, 'utf8');
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const names = new Set(lines.map(({ message }) => message.envelope?.name));
  for (const name of ['MeetingCreatedEvtMsg', 'UserJoinedMeetingEvtMsg']) expect(names).toContain(name);
  expect(text).not.toMatch(/Assembly|Choir|Person|moderatorPass|sessionToken|authToken/i);
});

test('a file that exists → left as it is; a wrong number of minutes, no Redis → what was expected', async () => {
  const env = { REDIS_URL: world.redis.url };
  const taken = await runCli(['record', '--out', join(folder, 'bus.jsonl')], { env });
  expect(taken).toMatchObject({ code: 69, err: expect.stringContaining('EEXIST') });
  const minutes = await runCli(['record', '--minutes', 'ten'], { env });
  expect(minutes).toMatchObject({ code: 64, err: expect.stringContaining("got 'ten'") });
  expect(await runCli(['record'])).toMatchObject({ code: 78, err: expect.stringContaining('REDIS_URL') });
});

/** A process of its own that may write files of 64 KiB at the most; killed when it has not ended after 25 s. */
function recordInLittleSpace(file: string, redisUrl: string) {
  const program = [process.execPath, resolve('test/support/run-ts.cjs'), resolve('sidecar/cli/main.ts')];
  const words = [...program, 'record', '--minutes', '60', '--out', file];
  const child = spawn('bash', ['-c', 'ulimit -f 64; exec "$@"', 'bash', ...words], {
    env: { PATH: process.env.PATH, REDIS_URL: redisUrl },
    timeout: 25_000,
    killSignal: 'SIGKILL',
  });
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString('utf8');
  });
  let hasEnded = false;
  const ended = once(child, 'close').then(([code]) => {
    hasEnded = true;
    return { code, err };
  });
  return { ended, hasEnded: () => hasEnded };
}

test('no more space while recording → ends at once, naming the file, what is in it and what to do', async () => {
  const file = join(folder, 'little.jsonl');
  const recorder = recordInLittleSpace(file, world.redis.url);
  await until('the recorder to end by itself', async () => {
    if (existsSync(file)) await meetingWith(world, 5);
    return recorder.hasEnded();
  });
  const { code, err } = await recorder.ended;
  expect(err).toMatch(
    /cannot write .*little\.jsonl \(EFBIG: file too large, write\); recording has stopped, at least \d+ messages are in the file; .*--out\n$/,
  );
  expect(code).toBe(69);
  const written = Number(/(\d+) messages/.exec(err)?.[1]);
  expect(written).toBeGreaterThan(0);
  expect(readFileSync(file, 'utf8').split('\n').length - 1).toBeGreaterThanOrEqual(written);
});

test('no Redis at that address → ends within seconds and names REDIS_URL', async () => {
  const { code, err } = await recordInLittleSpace(join(folder, 'none.jsonl'), 'redis://127.0.0.1:1').ended;
  expect(err).toMatch(/ECONNREFUSED.*REDIS_URL/);
  expect(code).toBe(69);
});
