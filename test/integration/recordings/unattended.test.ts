/** Recordings made, published or removed while somebody was away: nothing comes out that must not, and nothing is lost by mistake. */

import { createBbbApi } from '../../../sidecar/bbb-api/client';
import { startWorld, type World, type WorldOptions } from '../../support/world';
import { ACME, deletions, recordedMeeting, report, rowsOf, stateOf, verdictOn, waitFor } from './recorded';

const MINUTE = 60_000;
let world: World;

async function given(options: WorldOptions = {}): Promise<void> {
  world = await startWorld(options);
}
afterEach(() => world.stop());

const FORBIDDEN = { allowStartStopRecording: false };
/** All that BBB tells of recordings after a meeting; meetings themselves are heard. */
const loseRecordingEvents = (): (() => void) =>
  world.bbb.faults.bus({ match: (message) => !message.name.endsWith('EvtMsg'), effect: 'lose' });
const confirmed = async (): Promise<boolean> => (await deletions(world))[0]?.outcome === 'confirmed';

async function publishByHand(recordId: string): Promise<void> {
  const api = createBbbApi({ url: world.bbb.url, secret: world.bbb.secret, algorithm: 'sha256' });
  await api.publishRecordings([recordId], true).finally(() => api.close());
}

describe('the service was away', () => {
  /** A run that the service knows, recorded from first to last while it was stopped. */
  async function recordedUnseen(params: Record<string, string> = {}): Promise<string> {
    const meeting = world.bbb.create({ meetingID: 'talk', record: true, ...params });
    const moderator = world.bbb.join(meeting, { externalUserId: 'gl-1', name: 'M', role: 'MODERATOR' });
    await world.advance(MINUTE);
    await world.stored();
    await world.stopService();
    world.bbb.startRecording(meeting, moderator);
    await world.advance(MINUTE);
    world.bbb.endMeeting(meeting);
    await world.startService();
    return meeting.internalMeetingId;
  }

  test('recorded in a tier that forbids it, and nobody saw it: kept, but nobody else sees it; who publishes it by hand is right', async () => {
    await given();
    const recordId = await recordedUnseen();
    expect(await verdictOn(world, recordId)).toMatchObject({
      verdict: 'unknown',
      reason: expect.stringContaining('nobody saw'),
    });
    await waitFor(world, () => stateOf(world, recordId) === 'unpublished');
    expect(world.logged.join('\n')).toContain('a recording is unpublished in doubt');
    // The pipeline has told its last step.
    await world.advance(10 * MINUTE);
    await publishByHand(recordId);
    await world.advance(10 * MINUTE);
    await world.app.recordings.settle();
    expect(stateOf(world, recordId)).toBe('published');
    expect(await deletions(world)).toEqual([]);
  });

  test('recorded in a tier that allows it: published', async () => {
    await given();
    const recordId = await recordedUnseen(ACME);
    expect(await verdictOn(world, recordId)).toMatchObject({ verdict: 'keep' });
    await waitFor(world, () => stateOf(world, recordId) === 'published');
    await world.advance(10 * MINUTE);
    expect(stateOf(world, recordId)).toBe('published');
  });

  test('marked, and published while the service was away: gone as soon as it is back', async () => {
    await given();
    const recordId = await recordedMeeting(world, FORBIDDEN);
    await world.stored();
    await world.stopService();
    await waitFor(world, () => stateOf(world, recordId) === 'published');
    // The pipeline has told its last step.
    await world.advance(10 * MINUTE);
    await world.startService();
    await waitFor(world, () => stateOf(world, recordId) === 'deleted');
    await waitFor(world, confirmed);
    expect(await deletions(world)).toHaveLength(1);
  });
});

describe('BBB was away, or its messages were lost', () => {
  test('a marked recording of which nothing was heard, and a deletion of which nothing was heard', async () => {
    await given();
    loseRecordingEvents();
    const recordId = await recordedMeeting(world, FORBIDDEN);
    await waitFor(world, () => stateOf(world, recordId) === 'published');
    await world.app.recordings.settle();
    expect(stateOf(world, recordId)).toBe('deleted');
    await world.stored();
    expect(await deletions(world)).toEqual([
      expect.objectContaining({ detail: 'forbidden', tier: 'free', outcome: null }),
    ]);
    await world.app.recordings.settle();
    await world.stored();
    expect(await deletions(world)).toEqual([
      expect.objectContaining({ outcome: 'confirmed', sent: 'api:deleteRecordings' }),
    ]);
  });

  test('its API refuses at the moment that matters: removed the next time', async () => {
    await given();
    const recordId = await recordedMeeting(world, FORBIDDEN);
    await world.stored();
    await world.bbb.faults.api({ kind: 'error-500' });
    await waitFor(world, () => stateOf(world, recordId) === 'published');
    await waitFor(world, async () => (await deletions(world)).length === 1);
    await expect(world.app.recordings.settle()).rejects.toThrow();
    expect(stateOf(world, recordId)).toBe('published');
    await world.bbb.faults.api(undefined);
    await world.advance(2 * MINUTE);
    await waitFor(world, async () => {
      await world.app.recordings.settle().catch(() => undefined);
      return stateOf(world, recordId) === 'deleted';
    });
    expect(await deletions(world)).toHaveLength(1);
  });

  test('another recording whose id begins like that of a marked one is left alone', async () => {
    await given();
    loseRecordingEvents();
    const other = await recordedMeeting(world, ACME);
    await waitFor(world, () => stateOf(world, other) === 'published');
    // What BBB lists for an id is everything that begins with it.
    await rowsOf(
      world,
      `insert into bbb_tiers.meetings (internal_meeting_id, create_time, seen_at, recorded_at, recording_marked_at)
       values ('${other.slice(0, -1)}', '2026-11-02', '2026-11-02', '2026-11-02', '2026-11-02')`,
    );
    await world.app.recordings.settle();
    expect(stateOf(world, other)).toBe('published');
  });
});

describe('the host removed it by itself', () => {
  test('by our verdict: that is a decision, confirmed by the report, once', async () => {
    await given();
    loseRecordingEvents();
    const recordId = await recordedMeeting(world, FORBIDDEN);
    await world.stored();
    expect(await verdictOn(world, recordId)).toMatchObject({ verdict: 'remove' });
    const told = { act: 'removed', format: 'presentation', bytes: 700 };
    expect(await report(world, recordId, told)).toBe(204);
    expect(await report(world, recordId, { ...told, format: null, bytes: 3 })).toBe(204);
    await world.stored();
    expect(await deletions(world)).toEqual([
      expect.objectContaining({
        detail: 'forbidden',
        tier: 'free',
        external_meeting_id: 'talk',
        dry_run: false,
        outcome: 'confirmed',
        sent: 'host:bbb-tiers-recordings',
      }),
    ]);
    expect(await rowsOf(world, 'select files_bytes from bbb_tiers.recordings')).toEqual([
      { files_bytes: '700' },
    ]);
  });

  test('without our verdict: no decision of ours, and it is told', async () => {
    await given();
    const recordId = await recordedMeeting(world, ACME);
    await world.stored();
    expect(await report(world, recordId, { act: 'removed', format: null, bytes: 700 })).toBe(204);
    expect(await deletions(world)).toEqual([]);
    expect(world.logged.join('\n')).toContain('without a decision of this service');
  });
});

test('the tier was raised after something forbidden had been recorded: nobody sees it, and nothing is lost', async () => {
  await given();
  const meeting = world.bbb.create({
    meetingID: 'talk',
    record: true,
    autoStartRecording: true,
    'meta_bbb-origin-server-name': 'demo.meet.example',
  });
  world.bbb.join(meeting, { externalUserId: 'gl-1', name: 'M', role: 'MODERATOR' });
  await world.advance(MINUTE);
  await world.editTiers((text) => text.replace(/( {2}free:[\s\S]*?)recording: false/, '$1recording: true'));
  await world.advance(MINUTE);
  await world.stored();
  world.bbb.endMeeting(meeting);
  const recordId = meeting.internalMeetingId;
  expect(await verdictOn(world, recordId)).toMatchObject({
    verdict: 'unknown',
    reason: expect.stringContaining('raised'),
  });
  await waitFor(world, () => stateOf(world, recordId) === 'unpublished');
  await world.app.recordings.settle();
  expect(stateOf(world, recordId)).toBe('unpublished');
});

describe('dry run', () => {
  test('nothing is held back on the host either, and what would be done is told once', async () => {
    await given();
    const recordId = await recordedMeeting(world, FORBIDDEN);
    await world.stored();
    await world.stopService();
    await world.startService({ DRY_RUN: 'true' });
    expect(await verdictOn(world, recordId)).toMatchObject({
      verdict: 'keep',
      reason: expect.stringMatching(/^dry run; else remove: /),
    });
    expect(await verdictOn(world, `${'0'.repeat(40)}-1`)).toMatchObject({ verdict: 'keep' });
    await waitFor(world, () => stateOf(world, recordId) === 'published');
    await waitFor(world, async () => (await deletions(world)).length > 0);
    await world.app.recordings.review(recordId, 'talk', 'pipeline');
    await world.app.recordings.settle();
    expect(await deletions(world)).toEqual([
      expect.objectContaining({ dry_run: true, outcome: 'dry-run', detail: 'forbidden' }),
    ]);
    expect(await (await fetch(`${world.app.url}/hooks/recordings`)).json()).toEqual({ ids: [] });
    expect(stateOf(world, recordId)).toBe('published');
  });
});
