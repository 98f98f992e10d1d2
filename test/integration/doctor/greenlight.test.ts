/** The doctor about the tenants' Greenlights: the overlay's status file, the running meetings, the policy file. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sign } from 'jsonwebtoken';
import type { Finding } from '../../../sidecar/doctor/check';
import type { DoctorOptions } from '../../../sidecar/doctor/checks';
import { deriveClaimSecret } from '../../../sidecar/tier-claim/derive-secret';
import type { World } from '../../support/world';
import { inState, openSurgery, SECRET, type Surgery } from './surgery';

let world: World;
let doctor: Surgery['doctor'];

beforeAll(async () => {
  ({ world, doctor } = await openSurgery());
});
afterAll(() => world.stop());

/** As the overlay of the tenant acme sends it; `undefined` leaves a field out. */
function overlayMetadata(
  meetingID: string,
  changed: Readonly<Record<string, string | undefined>> = {},
): Record<string, string> {
  const iat = Math.floor(world.clock.now() / 1_000);
  const claim = {
    iss: 'greenlight',
    aud: 'bbb-tiers',
    tenant: 'acme',
    tier: 'multi-account',
    owner: 'gl-1',
  };
  const token = sign({ ...claim, room: meetingID, iat, exp: iat + 600 }, deriveClaimSecret(SECRET, 'acme'));
  const sent = {
    'meta_bbb-origin-server-name': 'meet.acme.example',
    'meta_tier-tenant': 'acme',
    'meta_tier-code': 'multi-account',
    'meta_tier-claim': token,
    ...changed,
  };
  return Object.fromEntries(
    Object.entries(sent).filter((field): field is [string, string] => field[1] !== undefined),
  );
}

describe('the Greenlight overlay', () => {
  const overlay = (status: unknown): Partial<DoctorOptions> => ({
    overlayStatus: async () => (typeof status === 'string' ? status : JSON.stringify(status)),
  });

  test('every hook applied, or off', async () => {
    const hooks = { create: { state: 'applied' }, brand: { state: 'off' } };
    expect((await doctor({}, overlay({ version: 1, hooks })))['greenlight overlay']).toMatchObject({
      state: 'ok',
      detail: '2 hooks reported',
    });
  });

  test('a skipped hook: which and why', async () => {
    const hooks = { create: { state: 'applied' }, rooms: { state: 'skipped', reason: 'no class Room' } };
    const found = await doctor({}, overlay({ version: 1, hooks }));
    expect(inState(found, 'failed')).toEqual(['greenlight overlay']);
    expect(found['greenlight overlay']).toMatchObject({
      detail: 'rooms skipped: no class Room',
      remedy: expect.stringContaining('Greenlight container'),
    });
  });

  test.each(['', '{', '[]', 'null', '{"hooks":3}', '{"hooks":{"a":null}}', '{}'])(
    'a status file that is none: %s',
    async (text) => {
      expect((await doctor({}, overlay(text)))['greenlight overlay']).toMatchObject({ state: 'failed' });
    },
  );
});

describe('meetings of the tenants', () => {
  async function whileRunning(params: Record<string, string>, env = {}): Promise<Finding | undefined> {
    const meeting = world.bbb.create({ meetingID: 'of-acme', ...params });
    try {
      return (await doctor(env))['greenlight meetings'];
    } finally {
      world.bbb.endMeeting(meeting);
      await world.advance(10_000);
    }
  }

  test('the overlay is at work', async () => {
    expect(await whileRunning(overlayMetadata('of-acme'))).toMatchObject({
      state: 'ok',
      detail: 'the overlay and its claims are well at acme',
    });
  });

  test('a meeting of nobody in tenants.yml tells nothing', async () => {
    expect(await whileRunning({ 'meta_bbb-origin-server-name': 'elsewhere.example' })).toMatchObject({
      state: 'skipped',
    });
  });

  test.each<[string, Record<string, string | undefined>, string, string]>([
    [
      'hooks that the overlay skipped, by name',
      { 'meta_tier-hooks': 'rooms recording-shown \u001b[2J' },
      'acme: hooks skipped: rooms recording-shown (meetings: 1)',
      'its start',
    ],
    [
      'a Greenlight without the overlay',
      { 'meta_tier-tenant': undefined, 'meta_tier-code': undefined, 'meta_tier-claim': undefined },
      'acme: without the overlay (meetings: 1)',
      'TIER_TENANT',
    ],
    [
      'no key for claims',
      { 'meta_tier-claim': undefined },
      'acme: without a claim (meetings: 1)',
      'env/tenant-<id>.env (bbb-tiers tenants env <id>)',
    ],
    [
      'a claim that is none',
      { 'meta_tier-claim': 'x.y.z' },
      'acme: claim rejected: malformed (meetings: 1)',
      'bbb-tiers tenants env <id>` into its env file',
    ],
  ])('%s', async (_case, changed, detail, remedy) => {
    const found = await whileRunning(overlayMetadata('of-acme', changed));
    expect(found).toMatchObject({
      state: 'failed',
      detail,
      remedy: expect.stringMatching(
        new RegExp(`^${/acme: ([a-z ]+[a-z])/.exec(detail)?.[1]}: .+ until it ends$`),
      ),
    });
    expect(found?.remedy).toContain(remedy);
  });

  test('CLAIM_SECRET was changed and Greenlight does not know', async () => {
    expect(
      await whileRunning(overlayMetadata('of-acme'), {
        CLAIM_SECRET: 'another-secret-0123456789-0123456789',
      }),
    ).toMatchObject({ state: 'failed', detail: 'acme: claim rejected: bad-signature (meetings: 1)' });
  });
});

describe("a tenant's tier is changed while a meeting runs with an honest claim", () => {
  const refusals = async (): Promise<unknown[]> => {
    const { values } = await world.metrics.claimsRefused.get();
    const warnings = world.logged.filter((line) => line.includes('tier-not-allowed'));
    return [...values.filter(({ labels }) => labels.reason === 'tier-not-allowed'), ...warnings];
  };
  const doctorOfMeetings = async (): Promise<Finding | undefined> =>
    (await doctor({ TIERS_CONFIG_DIR: world.configDir }))['greenlight meetings'];

  test('the claim stays good, after a restart too: no metric, no warning, no finding', async () => {
    const meeting = world.bbb.create({ meetingID: 'running', ...overlayMetadata('running') });
    world.bbb.join(meeting, { externalUserId: 'gl-1', role: 'MODERATOR' });
    await world.advance(10_000);
    await world.editTenants((text) => text.replace('tier: multi-account', 'tier: level-2'));
    await world.advance(60_000);
    expect(await doctorOfMeetings()).toMatchObject({ state: 'ok' });
    await world.stored();
    await world.stopService();
    await world.startService();
    await world.advance(60_000);
    expect(await doctorOfMeetings()).toMatchObject({ state: 'ok' });
    expect(await refusals()).toEqual([]);
    world.bbb.endMeeting(meeting);
    await world.advance(10_000);
  });

  test('a claim from before that change, used for a new meeting → refused and found', async () => {
    const meeting = world.bbb.create({ meetingID: 'new', ...overlayMetadata('new') });
    await world.advance(10_000);
    expect(await doctorOfMeetings()).toMatchObject({
      state: 'failed',
      detail: 'acme: claim rejected: tier-not-allowed (meetings: 1)',
    });
    expect(await refusals()).not.toEqual([]);
    world.bbb.endMeeting(meeting);
    await world.editTenants((text) => text.replace('tier: level-2', 'tier: multi-account'));
    await world.advance(10_000);
  });
});

describe('the policy file', () => {
  test.each([
    ['of the config in force', (): string | undefined => world.config().version, 'ok', /^version /],
    [
      'of another config',
      (): string | undefined => 'older',
      'failed',
      /^expected version \S+ in \S+, got older$/,
    ],
    ['that is none', (): string | undefined => undefined, 'failed', /./],
  ] as const)('%s', async (_case, version, state, detail) => {
    const dir = mkdtempSync(join(tmpdir(), 'bbb-tiers-doctor-'));
    try {
      const file = join(dir, 'policy.json');
      writeFileSync(file, JSON.stringify({ config_version: version() }));
      const found = (await doctor({ POLICY_FILE: file }))['policy file'];
      expect(found).toMatchObject({ state, detail: expect.stringMatching(detail) });
      expect((await doctor({ POLICY_FILE: `${file}.away` }))['policy file']).toMatchObject({
        state: 'failed',
      });
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
