/** A simulated bbb-webhooks delivers to the receiver, and the registration keeps its hook there. */
import { type BbbApi, createBbbApi } from '../../../sidecar/bbb-api/client';
import { signedUrl } from '../../../sidecar/bbb-api/sign';
import { createLog } from '../../../sidecar/log';
import { keepRegistered, type Registration } from '../../../sidecar/webhooks/register';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../bbb-simulator';
import { type ManualClock, manualClock } from '../../support/clock';
import { type RedisServer, startRedisServer } from '../../support/redis-server';
import { until } from '../../support/until';
import { type AReceiver, startAReceiver } from './a-receiver';

const START = 1_760_000_000_000;
const MINUTE_MS = 60_000;
type Webhooks = NonNullable<SimulatorOptions['webhooks']>;

const log = createLog('silent');

let redis: RedisServer;
let clock: ManualClock;
let bbb: Simulator;
let receiver: AReceiver;
let api: BbbApi;
let registration: Registration | undefined;

async function start(webhooks: Webhooks = {}): Promise<void> {
  bbb = await startSimulator({
    clock,
    redisUrl: redis.url,
    // Pings have no webhook.
    keepAlive: false,
    webhooks,
  });
  clock.settleWith(bbb.settled);
  receiver = await startAReceiver(bbb.secret);
  api = createBbbApi({
    url: bbb.url,
    secret: bbb.secret,
    algorithm: 'sha256',
    retries: 0,
    breakAfter: 1000,
    timeoutMs: 2_000,
  });
}

function register(): Registration {
  registration = keepRegistered({ hooks: api, callbackUrl: receiver.url, clock, log });
  return registration;
}

async function registered(): Promise<void> {
  await until('the hook to be registered', () => registration?.registered === true);
}

beforeEach(async () => {
  registration = undefined;
  redis = await startRedisServer();
  clock = manualClock(START);
});

afterEach(async () => {
  await registration?.stop();
  api.close();
  await receiver.stop();
  await bbb.stop();
  await redis.stop();
});

const MODES: readonly (readonly [string, Webhooks])[] = [
  ['sha1', {}],
  ['sha512', { checksumAlgorithm: 'sha512' }],
  ['the secret as bearer token', { bearer: true }],
];

it.each(MODES)('a meeting as webhooks tell it, by %s', async (_how, webhooks) => {
  await start(webhooks);
  register();
  await registered();
  const math = bbb.create({ meetingID: "it's 0042", record: true, duration: 60, meta_Tier: 'Pro' });
  const host = bbb.join(math, { externalUserId: 'host', role: 'MODERATOR', name: 'Ada & <b>' });
  bbb.startRecording(math, host);
  bbb.endMeeting(math);
  await clock.advance(5000);
  await until('the end', () => receiver.events.some(({ type }) => type === 'meeting-ended'));
  expect(receiver.counts.forged).toBe(0);
  expect(receiver.counts.malformed).toBe(0);
  const types = new Set(receiver.events.map(({ type }) => type));
  expect(types).toEqual(
    new Set(['meeting-created', 'user-joined', 'recording-status-changed', 'meeting-ended', 'user-left']),
  );
  expect(receiver.events.find(({ type }) => type === 'meeting-created')).toMatchObject({
    internalMeetingId: math.internalMeetingId,
    at: math.createTime,
    props: { externalMeetingId: "it's 0042", durationMinutes: 60, record: true, metadata: { tier: 'Pro' } },
  });
});

describe('the registration', () => {
  it('is there once, however often it starts', async () => {
    await start();
    register();
    await registered();
    await registration?.stop();
    register();
    await registered();
    expect((await api.listHooks()).map(({ callbackUrl }) => callbackUrl)).toEqual([receiver.url]);
  });

  it('is renewed when bbb-webhooks has dropped it', async () => {
    await start();
    register();
    await registered();
    const [hook] = await api.listHooks();
    await api.destroyHook(hook?.hookId ?? '');
    await clock.advance(5 * MINUTE_MS);
    await until('a new hook', async () => (await api.listHooks()).length === 1);
  });

  it('waits for a bbb-webhooks that is away, longer each time', async () => {
    await start();
    const states: boolean[] = [];
    const lines: string[] = [];
    await bbb.faults.api({ kind: 'error-500' });
    registration = keepRegistered({
      hooks: api,
      callbackUrl: receiver.url,
      clock,
      log: createLog('info', { write: (line) => void lines.push(JSON.parse(line).msg) }),
      onState: (state) => states.push(state),
    });
    await until('a first failure', () => states.length === 1);
    for (const [delayMs, attempts] of [
      [2000, 2],
      [4000, 3],
      [8000, 4],
    ] as const) {
      await clock.advance(delayMs - 1);
      expect(states).toHaveLength(attempts - 1);
      await clock.advance(1);
      await until('one more attempt', () => states.length === attempts);
    }
    await bbb.faults.api(undefined);
    await clock.advance(16_000);
    await registered();
    expect(states).toEqual([false, false, false, false, true]);
    expect(lines).toEqual([
      'cannot register our webhook with bbb-webhooks; retrying',
      'webhook is registered',
    ]);
  });

  it('takes no hook for its own that hears only a part', async () => {
    await start();
    expect(await createFiltered(receiver.url)).toBe(true);
    register();
    await registered();
    const hooks = await api.listHooks();
    expect(hooks.map(({ callbackUrl, filtered: isFiltered }) => [callbackUrl, isFiltered])).toEqual([
      [receiver.url, false],
    ]);
  });

  it('leaves others alone, and stays when we stop, unless told otherwise', async () => {
    await start();
    await api.createHook('http://127.0.0.1:1/others');
    register();
    await registered();
    await registration?.stop();
    expect(await api.listHooks()).toHaveLength(2);
    register();
    await registered();
    await registration?.stop({ remove: true });
    expect((await api.listHooks()).map(({ callbackUrl }) => callbackUrl)).toEqual([
      'http://127.0.0.1:1/others',
    ]);
  });
});

/** A hook for one meeting only, registered by hand. */
async function createFiltered(callbackUrl: string): Promise<boolean> {
  const signing = { url: bbb.url, secret: bbb.secret, algorithm: 'sha256' } as const;
  const response = await fetch(
    signedUrl(signing, 'hooks/create', { callbackURL: callbackUrl, meetingID: 'math' }),
  );
  return (await response.text()).includes('SUCCESS');
}
