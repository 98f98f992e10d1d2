/** The row of a recorded meeting was written by another version, with a limit more or a limit less: what may be published is. */
import { startWorld, type World } from '../../support/world';
import { ACME, deletions, recordedMeeting, rowsOf, stateOf, verdictOn, waitFor } from './recorded';

const MINUTE = 60_000;
let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

/** The service of that version wrote the rows and was stopped; ours begins. */
async function rewritten(limits: string): Promise<void> {
  await world.stored();
  const changed = await rowsOf(
    world,
    `update bbb_tiers.meetings set limits = ${limits} where limits is not null returning internal_meeting_id`,
  );
  expect(changed).toHaveLength(1);
  await world.stopService();
  await world.startService();
}

const ONE_MORE = `limits || '{"webcams": {"max": 3, "enforce": "hard"}}'`;
const VERSIONS = [
  ['one limit more', ONE_MORE],
  ['without the limit of participants', "limits - 'participants'"],
  ['without the limit of recording', "limits - 'recording'"],
  ['an enforcement that is unknown here', `jsonb_set(limits, '{meeting_duration,enforce}', '"ask"')`],
] as const;

test.each(VERSIONS)(
  '%s, read while the meeting runs, its tenant on a lower tier by now → published',
  async (_case, limits) => {
    const meeting = world.bbb.create({ meetingID: 'talk', record: true, autoStartRecording: true, ...ACME });
    const moderator = world.bbb.join(meeting, { externalUserId: 'gl-1', name: 'M', role: 'MODERATOR' });
    await world.advance(MINUTE);
    await world.editTenants((text) => text.replace('tier: multi-account', 'tier: free'));
    await rewritten(limits);
    await world.advance(2 * MINUTE);
    expect(world.bbb.meeting('talk').recording.active).toBe(true);
    world.bbb.leave(meeting, moderator);
    await world.advance(MINUTE);
    world.bbb.endMeeting(meeting);
    await waitFor(world, () => stateOf(world, meeting.internalMeetingId) === 'published');
    await world.advance(10 * MINUTE);
    expect(stateOf(world, meeting.internalMeetingId)).toBe('published');
    expect(await verdictOn(world, meeting.internalMeetingId)).toMatchObject({ verdict: 'keep' });
    expect(await deletions(world)).toEqual([]);
  },
);

test.each(VERSIONS)('%s, read after the end → published', async (_case, limits) => {
  const recordId = await recordedMeeting(world, ACME);
  await rewritten(limits);
  await waitFor(world, () => stateOf(world, recordId) === 'published');
  await world.advance(10 * MINUTE);
  expect(stateOf(world, recordId)).toBe('published');
  expect(await verdictOn(world, recordId)).toMatchObject({ verdict: 'keep' });
});

test('one limit more in a tier without recording → still not published', async () => {
  const recordId = await recordedMeeting(world, { allowStartStopRecording: false });
  await rewritten(ONE_MORE);
  await waitFor(world, () => stateOf(world, recordId) === 'deleted');
  expect(await deletions(world)).toEqual([expect.objectContaining({ detail: 'forbidden' })]);
});
