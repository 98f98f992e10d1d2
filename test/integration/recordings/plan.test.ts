/** `bbb-tiers recordings plan`, the dry run of retention: what goes, when, why and whose it is; nothing is touched. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startWorld, type World } from '../../support/world';
import { cliOf } from '../cli/run-cli';
import { ACME, recordedMeeting, rowsOf, stateOf, waitFor } from './recorded';

const DAY = 86_400_000;
let world: World;
let folder: string;
afterEach(async () => {
  await world.stop();
  rmSync(folder, { recursive: true });
});

async function published(params: Record<string, string> = ACME): Promise<string> {
  const recordId = await recordedMeeting(world, params);
  await waitFor(world, () => stateOf(world, recordId) === 'published');
  return recordId;
}

interface Planned {
  readonly recordId: string;
  readonly isDue: boolean;
  readonly dueAt: number;
}

async function plan(
  words: readonly string[],
  aheadMs = 0,
  changed: Readonly<Record<string, undefined>> = {},
) {
  const env = {
    REDIS_URL: world.redis.url,
    BBB_URL: world.bbb.url,
    BBB_SECRET: world.bbb.secret,
    DATABASE_URL: world.database.databaseUrl,
    TIERS_CONFIG_DIR: folder,
    CLAIM_SECRET: 'claim-secret-for-tests-only-0123456789',
    ...changed,
  };
  const now = world.clock.now() + aheadMs;
  const run = await cliOf(world)(['recordings', 'plan', ...words], { env, now });
  return { ...run, items: (): Planned[] => JSON.parse(run.out).items };
}

async function given(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'bbb-tiers-plan-'));
  cpSync('config', folder, { recursive: true });
  const file = join(folder, 'tiers.yml');
  const retained = readFileSync(file, 'utf8').replace(
    /( {2}multi-account:\n)/,
    '$1    recording_retention: 90d\n',
  );
  writeFileSync(file, retained);
  world = await startWorld({ env: { TIERS_CONFIG_DIR: folder } });
}

test('tells each recording with its day, reason and tier, and deletes nothing, on the very day too', async () => {
  await given();
  const recordId = await published();
  const early = await plan([]);
  expect({ err: early.err, code: early.code }).toEqual({ err: '', code: 0 });
  for (const word of [recordId, 'retention', 'acme', 'multi-account']) expect(early.out).toContain(word);
  expect(early.out).not.toContain(' now');
  expect((await plan(['--due', '--json'])).items()).toEqual([]);
  const late = await plan(['--due', '--json'], 91 * DAY);
  expect(late.items()).toEqual([
    expect.objectContaining({ recordId, isDue: true, reason: 'retention', tenant: 'acme' }),
  ]);
  expect((await plan([], 91 * DAY)).out).toMatch(/\d{4}-\d\d-\d\d now/);
  expect(stateOf(world, recordId)).toBe('published');
  expect(await rowsOf(world, 'select * from bbb_tiers.recordings')).toEqual([]);
});

test('of one owner, to be exported before; of one tenant', async () => {
  await given();
  const recordId = await published();
  await published({ meetingID: 'other', ...ACME });
  await rowsOf(
    world,
    `update bbb_tiers.meetings set owner_external_user_id = 'gl-7' where internal_meeting_id = '${recordId}'`,
  );
  expect((await plan(['--owner', 'gl-7', '--json'])).items().map((item) => item.recordId)).toEqual([
    recordId,
  ]);
  expect((await plan(['--owner', 'gl-8', '--json'])).items()).toEqual([]);
  expect((await plan(['--tenant', 'acme', '--json'])).items()).toHaveLength(2);
  expect((await plan(['--tenant', 'demo'])).out).toBe('No such recording has an end to its keeping.\n');
});

test('the ledger has forgotten the meeting: the recording’s own metadata names its tenant, or nothing is due', async () => {
  await given();
  const told = await published({ ...ACME, 'meta_tier-tenant': 'acme', 'meta_tier-code': 'multi-account' });
  await published({ meetingID: 'untold', ...ACME });
  await published({ meetingID: 'stranger', ...ACME, 'meta_tier-tenant': 'nobody', 'meta_tier-code': 'free' });
  await world.stored();
  await rowsOf(world, 'delete from bbb_tiers.meetings');
  expect((await plan(['--json'], 91 * DAY)).items()).toEqual([
    expect.objectContaining({ recordId: told, isDue: true, tenant: 'acme', tier: 'multi-account' }),
  ]);
});

test('settings that are missing and a config that is broken: a line for each', async () => {
  await given();
  const unset = await plan([], 0, { REDIS_URL: undefined, BBB_URL: undefined });
  expect({ out: unset.out, code: unset.code }).toEqual({ out: '', code: 78 });
  expect(unset.err).toMatch(/^bbb-tiers: REDIS_URL: [^\n]+\nbbb-tiers: BBB_URL: [^\n]+\n$/);
  writeFileSync(join(folder, 'tenants.yml'), 'version: 1\ntenants: {a: {tier: free}, b: {tier: free}}\n');
  const broken = await plan([]);
  expect({ out: broken.out, code: broken.code }).toEqual({ out: '', code: 1 });
  expect(broken.err).toMatch(
    /^\S+tenants\.yml:2:\d+ tenants\.a[^\n]+\n\S+tenants\.yml:2:\d+ tenants\.b[^\n]+\n$/,
  );
});

test('BBB does not answer: no plan, one line', async () => {
  await given();
  await world.bbb.faults.api({ kind: 'html' });
  const { out, err, code } = await plan([]);
  expect({ out, code }).toEqual({ out: '', code: 1 });
  expect(err).toMatch(/^bbb-tiers: .*getRecordings.*\n$/);
});
