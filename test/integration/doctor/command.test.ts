/** `bbb-tiers doctor` as an operator and as a program see it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort } from '../../support/free-port';
import { startWorld, type World } from '../../support/world';
import { cliOf, ONE_LINE } from '../cli/run-cli';

let world: World;
let folder: string;
let environment: Record<string, string>;

beforeAll(async () => {
  const port = await findFreePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  world = await startWorld({ env: { PORT: String(port), PUBLIC_URL: publicUrl, WEBHOOKS: 'register' } });
  await world.advance(60_000);
  folder = mkdtempSync(join(tmpdir(), 'bbb-tiers-doctor-'));
  environment = {
    REDIS_URL: world.redis.url,
    BBB_URL: world.bbb.url,
    BBB_SECRET: world.bbb.secret,
    BBB_ANALYTICS_URL: world.bbb.analyticsUrl,
    DATABASE_URL: world.database.databaseUrl,
    PUBLIC_URL: publicUrl,
    CLAIM_SECRET: 'claim-secret-for-tests-only-0123456789',
  };
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await world.stop();
});

const doctor = (words: readonly string[] = [], env: Record<string, string | undefined> = {}) =>
  cliOf(world)(['doctor', ...words], { env: { ...environment, ...env } });

function overlayStatus(hooks: unknown): string {
  const file = join(folder, 'status.json');
  writeFileSync(file, JSON.stringify({ version: 1, hooks }));
  return file;
}

test('all is well: a line each, exit 0', async () => {
  const { out, err, code } = await doctor([
    '--overlay-status',
    overlayStatus({ create: { state: 'applied' } }),
  ]);
  expect({ err, code }).toEqual({ err: '', code: 0 });
  const names = ['config', 'bus', 'clock', 'api', 'secret', 'analytics', 'database', 'service'];
  for (const name of [...names, 'webhook registered', 'webhook delivered', 'greenlight overlay'])
    expect(out).toMatch(new RegExp(`^ok      ${name}: `, 'm'));
  expect(out).toMatch(/\nEverything that was looked at is well\.\n$/);
});

test('a failure has its remedy under it, and ends with 1; what a container wrote is harmless to the terminal', async () => {
  const file = overlayStatus({ rooms: { state: 'skipped', reason: 'no \u001b[2Jclass\nRoom' } });
  const { out, err, code } = await doctor(['--overlay-status', file], { BBB_SECRET: 'another' });
  expect({ err, code }).toEqual({ err: '', code: 1 });
  expect(out).toMatch(/^FAILED {2}secret: .+\n {8}→ compare BBB_SECRET with 'bbb-conf --secret'/m);
  expect(out).toMatch(/^FAILED {2}greenlight overlay: rooms skipped: no \[2Jclass Room$/m);
  expect(out).toMatch(/\n4 of 14 checks failed\.\n$/);
  expect(out).not.toContain('\u001b');
});

test('--json has every finding, and nothing else', async () => {
  const { out, code } = await doctor(['--json', '--overlay-status', join(folder, 'missing.json')]);
  const { findings } = JSON.parse(out);
  expect(findings).toHaveLength(14);
  expect(findings.find(({ name }: { name: string }) => name === 'greenlight overlay')).toMatchObject({
    name: 'greenlight overlay',
    state: 'failed',
    detail: expect.stringContaining('ENOENT'),
  });
  expect(code).toBe(1);
});

test('without the environment of the service: 78, a line for each variable that is missing', async () => {
  const one = await doctor([], { REDIS_URL: undefined });
  expect({ out: one.out, code: one.code }).toEqual({ out: '', code: 78 });
  expect(one.err).toMatch(ONE_LINE);
  const two = await doctor([], { REDIS_URL: undefined, BBB_SECRET: undefined });
  expect({ out: two.out, code: two.code }).toEqual({ out: '', code: 78 });
  expect(two.err.split('\n')).toEqual([
    expect.stringMatching(/^bbb-tiers: REDIS_URL: expected [^;]+, got nothing$/),
    expect.stringMatching(/^bbb-tiers: BBB_SECRET: expected [^;]+, got nothing$/),
    '',
  ]);
});
