/** From the end of a recorded meeting to its recording: the steps, what comes of which marks, and deletion on the way. */
import { endMeeting } from '../../../bbb-simulator/model/end';
import { eraseRecording, setRecordingState } from '../../../bbb-simulator/model/rap';
import { setRecordingStatus } from '../../../bbb-simulator/model/recording';
import type { Bbb, Meeting } from '../../../bbb-simulator/model/state';
import { advance, aMeeting, aServer, aUser, told } from '../a-server';

const STEP_MS = 5_000;

function afterRecordedMeeting(record: string, marks: readonly boolean[]): { bbb: Bbb; meeting: Meeting } {
  const bbb = aServer();
  const meeting = aMeeting(bbb, { record, meta_tier: 'free' });
  const user = aUser(bbb, meeting, { role: 'MODERATOR' });
  for (const mark of marks) setRecordingStatus(bbb, meeting, mark, user.intId);
  endMeeting(bbb, meeting, 'ENDED_FROM_API', 'system');
  advance(bbb, 2_500);
  told(bbb);
  return { bbb, meeting };
}

test('a recorded meeting with a mark is published, with its metadata', () => {
  const { bbb, meeting } = afterRecordedMeeting('true', [true, false]);
  advance(bbb, 6 * STEP_MS);
  const happenings = [...bbb.outbox];
  expect(told(bbb)).toEqual(
    ['archive', 'sanity', 'process', 'post_process', 'publish', 'post_publish'].flatMap((step) => [
      `${step}_started`,
      `${step}_ended`,
    ]),
  );
  expect(happenings.find((each) => each.name === 'publish_ended')).toMatchObject({
    payload: {
      success: true,
      metadata: { tier: 'free', meetingId: 'math-101', meetingName: 'Math 101', isBreakout: 'false' },
      external_meeting_id: 'math-101',
      record_id: meeting.intId,
      meeting_id: meeting.intId,
    },
  });
  expect(bbb.recordings.get(meeting.intId)).toMatchObject({ state: 'published', participants: 1 });
});

test.each([
  { record: 'true', marks: [], told: ['archive_started', 'archive_norecord'], state: 'norecord' },
  { record: 'false', marks: [true, false], told: [], state: undefined },
])('record=$record with $marks.length marks: $state', ({ record, marks, told: names, state }) => {
  const { bbb, meeting } = afterRecordedMeeting(record, marks);
  advance(bbb, 10 * STEP_MS);
  expect(told(bbb)).toEqual(names);
  expect(bbb.recordings.get(meeting.intId)?.state).toBe(state);
});

test('erased on the host while under way, it fails and is never listed', () => {
  const { bbb, meeting } = afterRecordedMeeting('true', [true]);
  advance(bbb, 2 * STEP_MS);
  told(bbb);
  eraseRecording(bbb, meeting.intId);
  advance(bbb, 10 * STEP_MS);
  expect(told(bbb)).toEqual(['process_started', 'process_ended']);
  expect(setRecordingState(bbb, meeting.intId, 'published')).toBe(false);
});

test.each([
  ['unpublished', 'UnpublishedRecordingSysMsg'],
  ['published', 'PublishedRecordingSysMsg'],
  ['deleted', 'DeletedRecordingSysMsg'],
] as const)('made %s by the API it says so', (state, name) => {
  const { bbb, meeting } = afterRecordedMeeting('true', [true]);
  advance(bbb, 6 * STEP_MS);
  told(bbb);
  expect(setRecordingState(bbb, meeting.intId, state)).toBe(true);
  expect(bbb.outbox).toMatchObject([{ name, body: { recordId: meeting.intId } }]);
});

test('a restart of akka-apps does not stop the recording scripts', () => {
  const { bbb, meeting } = afterRecordedMeeting('true', [true]);
  bbb.meetings.clear();
  advance(bbb, 10 * STEP_MS);
  expect(bbb.recordings.get(meeting.intId)?.state).toBe('published');
});
