/** What `/readyz` answers while a dependency refuses or fails: which one, what to do, what it means; ok again after the first good answer. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../../support/until';
import { startWorld, type World, type WorldOptions } from '../../support/world';

const SECOND = 1_000;
/** RESYNC_SECONDS as it comes. */
const INTERVAL = 30 * SECOND;
const NAMES = ['bus', 'bbb-api', 'bbb-analytics', 'database', 'config', 'policy-file', 'clock'] as const;
type Name = (typeof NAMES)[number];
let world: World;

afterEach(() => world.stop());

interface Readiness {
  readonly status: number;
  readonly checks: Readonly<Record<Name, { readonly ok: boolean; readonly detail: string }>>;
}

async function readyz(): Promise<Readiness> {
  const response = await fetch(`${world.app.url}/readyz`);
  const { checks } = (await response.json()) as Pick<Readiness, 'checks'>;
  return { status: response.status, checks };
}

async function failing(): Promise<readonly Name[]> {
  const { status, checks } = await readyz();
  const names = NAMES.filter((name) => !checks[name].ok);
  expect(status).toBe(names.length === 0 ? 200 : 503);
  return names;
}

async function given(options: WorldOptions = {}): Promise<void> {
  world = await startWorld(options);
  world.bbb.create({ meetingID: 'assembly' });
  world.bbb.join('assembly', { externalUserId: 'host', role: 'MODERATOR' });
  await world.advance(INTERVAL);
}

/** Just before two intervals are over. The retries of a call take real time of their own. */
async function withinTwoIntervals(expected: readonly Name[]): Promise<void> {
  await world.advance(2 * INTERVAL - SECOND);
  await until(`${expected.join()} alone to fail`, async () => `${await failing()}` === `${expected}`, 5_000);
}

async function withTheNextAnswer(): Promise<void> {
  await world.advance(INTERVAL);
  await until('every check to be ok', async () => (await failing()).length === 0, 5_000);
}

test('everything there → every check by name, ready', async () => {
  await given();
  expect(await failing()).toEqual([]);
  expect(Object.keys((await readyz()).checks)).toEqual([...NAMES]);
});

test('akka-apps does not answer while somebody would have to go → bus not ok, and nobody goes; all well with its next answer', async () => {
  await given();
  const mend = world.bbb.faults.loseCommands({ match: 'CheckAlivePingSysMsg' });
  for (let who = 0; who < 10; who += 1)
    world.bbb.join('assembly', { externalUserId: `guest-${who}`, name: `Guest ${who}` });
  await world.advance(10 * SECOND);
  expect(await failing()).toEqual(['bus']);
  expect((await readyz()).checks.bus.detail).toMatch(/bbb-apps-akka.*nobody is removed/);
  expect(world.bbb.meeting('assembly').people).toHaveLength(11);
  mend();
  await world.advance(2 * SECOND);
  expect(await failing()).toEqual([]);
  expect(world.bbb.meeting('assembly').people).toHaveLength(10);
});

test('wrong BBB_SECRET while /analytics answers → bbb-api not ok, with what to do and what it means', async () => {
  await given({ env: { BBB_SECRET: 'that of another server' } });
  expect(await failing()).toEqual(['bbb-api']);
  const { detail } = (await readyz()).checks['bbb-api'];
  expect(detail).toMatch(/checksumError/);
  expect(detail).toMatch(/BBB_URL, BBB_SECRET and BBB_CHECKSUM/);
  expect(detail).toContain("the participant limit is held by the bus and akka-apps' lists alone");
  expect(detail).not.toContain('that of another server');
  await world.stopService();
  await world.startService({ BBB_SECRET: world.bbb.secret });
  expect(await failing()).toEqual([]);
});

test('BBB_CHECKSUM that BBB does not accept → bbb-api not ok', async () => {
  await given({
    env: { BBB_CHECKSUM: 'sha1' },
    simulator: { supportedChecksumAlgorithms: ['sha256'] },
  });
  expect(await failing()).toEqual(['bbb-api']);
  expect((await readyz()).checks['bbb-api'].detail).toMatch(/checksumError.*BBB_CHECKSUM/);
});

test.each([
  ['refuses every checksum', { kind: 'wrong-checksum' }, /checksumError.*BBB_SECRET/],
  [
    'answers with a redirect',
    { kind: 'redirect', to: 'https://bbb.example.org/bigbluebutton/api' },
    /redirect \(301 to https:\/\/bbb\.example\.org\)\. Check BBB_URL/,
  ],
  ['answers 500', { kind: 'error-500' }, /status 500\. Check BBB_URL/],
  ['answers HTML', { kind: 'html' }, /expected a <response> of BBB.*BBB_URL/],
  ['is down', { kind: 'down' }, /bbb-web runs/],
] as const)(
  "BBB's API %s while /analytics answers → bbb-api not ok within two intervals, and ok again",
  async (_case, fault, text) => {
    await given();
    await world.bbb.faults.api(fault);
    await withinTwoIntervals(['bbb-api']);
    expect((await readyz()).checks['bbb-api'].detail).toMatch(text);
    await world.bbb.faults.api(undefined);
    await withTheNextAnswer();
    expect((await readyz()).checks['bbb-api'].detail).toBe('answers');
  },
);

test.each([
  ['answers 500', 'error-500', /status 500\. Check BBB_ANALYTICS_URL/],
  ['answers garbage', 'garbage', /no JSON.*BBB_ANALYTICS_URL/],
  ['is down', 'down', /BBB_ANALYTICS_URL/],
] as const)(
  "/analytics %s while BBB's API answers → bbb-analytics not ok within two intervals, and ok again",
  async (_case, fault, text) => {
    await given();
    await world.bbb.faults.analytics(fault);
    await withinTwoIntervals(['bbb-analytics']);
    const { detail } = (await readyz()).checks['bbb-analytics'];
    expect(detail).toMatch(text);
    expect(detail).toContain('ends that the bus did not report are noticed late');
    await world.bbb.faults.analytics(undefined);
    await withTheNextAnswer();
  },
);

test('both fail → both by name', async () => {
  await given();
  await world.bbb.faults.api({ kind: 'html' });
  await world.bbb.faults.analytics('garbage');
  await withinTwoIntervals(['bbb-api', 'bbb-analytics']);
});

test('the checks are metrics, too', async () => {
  await given();
  await world.bbb.faults.analytics('garbage');
  await withinTwoIntervals(['bbb-analytics']);
  const metrics = await (await fetch(`${world.app.url}/metrics`)).text();
  expect(metrics).toMatch(/^bbb_tiers_check_ok\{check="bbb-analytics"\} 0$/m);
  expect(metrics).toMatch(/^bbb_tiers_check_ok\{check="bbb-api"\} 1$/m);
});

describe('policy-file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bbb-tiers-policy-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('none configured → ok, and says so', async () => {
    await given();
    expect((await readyz()).checks['policy-file']).toEqual({
      ok: true,
      detail: 'none is configured (POLICY_FILE); Greenlight gets no limits from here',
    });
  });

  test('written → ok with its version', async () => {
    await given({ env: { POLICY_FILE: join(folder, 'policy.json') } });
    expect((await readyz()).checks['policy-file']).toEqual({
      ok: true,
      detail: `version ${world.config().version}`,
    });
  });

  test('its folder is missing → not ok with what to do; written and ok once it is there', async () => {
    const file = join(folder, 'missing', 'policy.json');
    world = await startWorld({ env: { POLICY_FILE: file } });
    expect(await failing()).toEqual(['policy-file']);
    const { detail } = (await readyz()).checks['policy-file'];
    expect(detail).toContain('cannot be written (ENOENT): the folder of POLICY_FILE has to exist');
    expect(detail).not.toContain(folder);
    await world.advance(5 * INTERVAL);
    expect(
      world.logged.filter((line) => line.includes('could not be written') && line.includes('"error"')),
    ).not.toEqual([]);
    mkdirSync(join(folder, 'missing'));
    await world.advance(INTERVAL);
    expect(await failing()).toEqual([]);
    expect(existsSync(file)).toBe(true);
  });
});
