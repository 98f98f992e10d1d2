import { createHmac } from 'node:crypto';
import { createBbbApi } from '../../../sidecar/bbb-api/client';
import { createLog } from '../../../sidecar/log';
import { createMetrics } from '../../../sidecar/metrics';
import { createRemover } from '../../../sidecar/recordings/remove';
import { sweepRecordings } from '../../../sidecar/recordings/sweep';
import { createPool } from '../../../sidecar/store/pool';
import { startWorld, type World, type WorldOptions } from '../../support/world';
import { ACME, deletions, recordedMeeting, report, stateOf, waitFor } from './recorded';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
let world: World;

async function given(options: WorldOptions = {}): Promise<void> {
  world = await startWorld(options);
}
afterEach(() => world.stop());

test('recorded though the tier forbids it, and BBB let nobody stop it: it is gone when the pipeline is done', async () => {
  await given();
  const recordId = await recordedMeeting(world, { allowStartStopRecording: false });
  await waitFor(world, () => stateOf(world, recordId) === 'deleted');
  await waitFor(world, async () => (await deletions(world))[0]?.outcome === 'confirmed');
  expect(await deletions(world)).toEqual([
    expect.objectContaining({ detail: 'forbidden', dry_run: false, tier: 'free' }),
  ]);
  expect(await world.metrics.registry.metrics()).toContain(
    'bbb_tiers_decisions_total{limit="recording",action="delete-recording",outcome="confirmed"} 1',
  );
});

test('recorded in a tier that allows it, it stays', async () => {
  await given();
  const recordId = await recordedMeeting(world, { 'meta_bbb-origin-server-name': 'meet.acme.example' });
  await waitFor(world, () => stateOf(world, recordId) === 'published');
  await world.advance(10 * MINUTE);
  expect(stateOf(world, recordId)).toBe('published');
});

describe('the host asks', () => {
  const ask = async (
    id: string,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`${world.app.url}/hooks/recordings/${id}`, { headers });
    return {
      status: response.status,
      body: response.headers.get('content-type')?.includes('json') ? await response.json() : undefined,
    };
  };

  test('remove, keep and unknown, each with its reason', async () => {
    await given();
    const forbidden = await recordedMeeting(world, { allowStartStopRecording: false });
    const allowed = await recordedMeeting(world, {
      meetingID: 'other',
      'meta_bbb-origin-server-name': 'meet.acme.example',
    });
    await world.app.journal.flush(5_000);
    expect((await ask(forbidden)).body).toMatchObject({
      verdict: 'remove',
      code: expect.stringMatching(/^...-...$/),
    });
    expect((await ask(allowed)).body).toMatchObject({ verdict: 'keep', code: null });
    expect((await ask(`${'0'.repeat(40)}-1`)).body).toMatchObject({ verdict: 'unknown' });
    expect((await ask('..%2f..%2fetc')).status).toBe(400);
    expect((await ask(`${forbidden.slice(0, 30)}`)).status).toBe(400);
  });

  test('the database is away: nothing is known', async () => {
    await given();
    const forbidden = await recordedMeeting(world, { allowStartStopRecording: false });
    await world.app.journal.flush(5_000);
    await world.breakDatabase();
    expect((await ask(forbidden)).body).toMatchObject({ verdict: 'unknown' });
    await world.mendDatabase();
  });

  test('with a token nobody else is answered, and who comes through a proxy is not loopback', async () => {
    await given();
    expect((await ask(`${'0'.repeat(40)}-1`, { 'x-forwarded-for': '203.0.113.7' })).status).toBe(403);
    await world.stopService();
    const token = 't'.repeat(32);
    await world.startService({ HOOK_TOKEN: token });
    expect((await ask(`${'0'.repeat(40)}-1`)).status).toBe(403);
    expect((await ask(`${'0'.repeat(40)}-1`, { authorization: `Bearer ${token}` })).status).toBe(200);
  });
});

describe("BBB's recording-ready callback", () => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  function signed(header: object, payload: object, key: string, hash = 'sha256'): string {
    const text = `${part(header)}.${part(payload)}`;
    return `${text}.${createHmac(hash, key).update(text).digest('base64url')}`;
  }
  const post = async (token: string): Promise<number> => {
    const response = await fetch(`${world.app.url}/recording_ready`, {
      method: 'POST',
      body: new URLSearchParams({ signed_parameters: token }),
    });
    return response.status;
  };

  test('signed with the secret of BBB it is looked at, twice like once; all else is refused', async () => {
    await given();
    const told = { meeting_id: 'talk', record_id: `${'a'.repeat(40)}-1` };
    const good = signed({ alg: 'HS256' }, told, world.bbb.secret);
    expect([await post(good), await post(good)]).toEqual([200, 200]);
    expect(await post(`${signed({ alg: 'none' }, told, '').split('.').slice(0, 2).join('.')}.`)).toBe(403);
    expect(await post(signed({ alg: 'HS256' }, told, 'another key'))).toBe(403);
    expect(await post(signed({ alg: 'HS512' }, told, world.bbb.secret, 'sha512'))).toBe(403);
    expect(await post(signed({ alg: 'HS256' }, { record_id: 7 }, world.bbb.secret))).toBe(403);
    expect(await post('')).toBe(403);
  });

  test('it is enough to have a forbidden recording removed when nothing came over the bus', async () => {
    await given();
    world.bbb.faults.bus({ match: (message) => !message.name.endsWith('EvtMsg'), effect: 'lose' });
    const recordId = await recordedMeeting(world, { allowStartStopRecording: false });
    await waitFor(world, () => stateOf(world, recordId) === 'published');
    expect(
      await post(signed({ alg: 'HS256' }, { meeting_id: 'talk', record_id: recordId }, world.bbb.secret)),
    ).toBe(200);
    await waitFor(world, () => stateOf(world, recordId) === 'deleted');
    // Replayed, it is looked at again, and nothing is decided again.
    const again = signed({ alg: 'HS256' }, { meeting_id: 'talk', record_id: recordId }, world.bbb.secret);
    expect([await post(again), await post(again)]).toEqual([200, 200]);
    await world.advance(MINUTE);
    expect(await deletions(world)).toHaveLength(1);
  });
});

test('an end that somebody tells of makes the service look', async () => {
  await given();
  const before = world.bbb.apiCalls.filter((call) => call === 'getMeetings').length;
  expect((await fetch(`${world.app.url}/meeting_ended?meetingID=talk&recordingmarks=false`)).status).toBe(
    200,
  );
  await waitFor(world, () => world.bbb.apiCalls.filter((call) => call === 'getMeetings').length > before);
});

describe('retention', () => {
  /** How far the sweep's own clock is ahead of that of the meetings: nobody wants to live through three months of a server. */
  let aheadMs = 0;
  beforeEach(() => {
    aheadMs = 0;
  });
  const later = (ms: number): void => {
    aheadMs += ms;
  };

  /** What the service does by night, at the moment that the test wants. */
  async function sweep(): Promise<number> {
    await world.app.journal.flush(5_000);
    const log = createLog('silent');
    const now = (): number => world.clock.now() + aheadMs;
    const pool = createPool(world.database.databaseUrl, { applicationName: 'test', log, maxConnections: 1 });
    const api = createBbbApi({ url: world.bbb.url, secret: world.bbb.secret, algorithm: 'sha256' });
    const { journal } = world.app;
    const remover = createRemover({
      pool,
      api,
      journal,
      now,
      makeCode: () => 'K7Q-2MX',
      config: () => world.config(),
      dryRun: false,
      metrics: createMetrics(),
      log,
    });
    try {
      return await sweepRecordings(
        { api, pool, config: world.config(), now: now(), log, write: true },
        remover,
      );
    } finally {
      api.close();
      await pool.end();
    }
  }

  const withTier = (lines: string) => (text: string) =>
    text.replace(/( {2}multi-account:\n)/, `$1    ${lines}\n`);

  test('kept for as long as the tier says, then deleted', async () => {
    await given();
    await world.editTiers(withTier('recording_retention: 90d'));
    const recordId = await recordedMeeting(world, ACME);
    await waitFor(world, () => stateOf(world, recordId) === 'published');
    expect(await sweep()).toBe(0);
    later(91 * DAY);
    expect(await sweep()).toBe(1);
    await waitFor(world, () => stateOf(world, recordId) === 'deleted');
    expect(await (await fetch(`${world.app.url}/hooks/recordings`)).json()).toEqual({ ids: [recordId] });
    expect(await report(world, recordId, { act: 'removed', format: 'presentation', bytes: 7 })).toBe(204);
    expect(await (await fetch(`${world.app.url}/hooks/recordings`)).json()).toEqual({ ids: [] });
  });

  test('a lowered tier has its grace, and a tier raised again forgets it', async () => {
    await given();
    const recordId = await recordedMeeting(world, ACME);
    await waitFor(world, () => stateOf(world, recordId) === 'published');
    const forbid = (text: string): string => {
      const at = text.indexOf('  multi-account:');
      return (
        text.slice(0, at) +
        text.slice(at).replace('recording: true', 'recording: false\n    recording_grace: 30d')
      );
    };
    const allow = (text: string): string =>
      text.replace('recording: false\n    recording_grace: 30d', 'recording: true');
    await world.editTiers(forbid);
    expect(await sweep()).toBe(0);
    later(29 * DAY);
    await world.editTiers(allow);
    expect(await sweep()).toBe(0);
    await world.editTiers(forbid);
    expect(await sweep()).toBe(0);
    later(29 * DAY);
    expect(await sweep()).toBe(0);
    later(2 * DAY);
    expect(await sweep()).toBe(1);
  });

  test('BBB does not answer: nothing is concluded', async () => {
    await given();
    await world.editTiers(withTier('recording_retention: 1d'));
    const recordId = await recordedMeeting(world, ACME);
    await waitFor(world, () => stateOf(world, recordId) === 'published');
    later(2 * DAY);
    await world.bbb.faults.api({ kind: 'html' });
    await expect(sweep()).rejects.toThrow();
    expect(stateOf(world, recordId)).toBe('published');
  });
});
