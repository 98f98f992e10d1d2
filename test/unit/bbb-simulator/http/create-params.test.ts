/** What `create` makes of its parameters: limits, metadata, refusals. */
import { isBadParam, readCreateParams } from '../../../bbb-simulator/http/create-params';
import { javaDate } from '../../../bbb-simulator/http/params';
import { SERVER_DEFAULTS, START_MS } from '../a-server';

function read(params: Record<string, string>, defaults = {}) {
  return readCreateParams(
    { name: 'Math', meetingID: 'math-101', ...params },
    {
      createTime: START_MS,
      defaults: { ...SERVER_DEFAULTS, ...defaults },
      token: (length) => 'x'.repeat(length),
      internalIdOf: (id) => (id === 'parent' ? 'parent-int' : undefined),
    },
  );
}

test('limits as given, else as the server has them', () => {
  const given = { duration: '40', maxParticipants: '25', record: 'true', autoStartRecording: 'TRUE' };
  expect(read(given)).toMatchObject({
    durationProps: { duration: 40 },
    usersProp: { maxUsers: 25 },
    recordProp: { record: true, autoStartRecording: true, allowStartStopRecording: true },
  });
  const defaults = { defaultMeetingDuration: 90, defaultMaxUsers: 5, allowStartStopRecording: false };
  expect(read({}, defaults)).toMatchObject({
    durationProps: { duration: 90 },
    usersProp: { maxUsers: 5 },
    recordProp: { record: false, allowStartStopRecording: false },
  });
});

test('maxParticipants=-1 is taken as it is, as bbb-web does', () => {
  expect(read({ maxParticipants: '-1' }, { defaultMaxUsers: 7 })).toMatchObject({
    usersProp: { maxUsers: -1 },
  });
});

test.each(['many', '1.5', ''])('maxParticipants=%s falls back to the default', (maxParticipants) => {
  expect(read({ maxParticipants }, { defaultMaxUsers: 7 })).toMatchObject({ usersProp: { maxUsers: 7 } });
});

test('a server that records nothing by default cannot be talked into it', () => {
  expect(read({ record: 'true' }, { disableRecordingDefault: true })).toMatchObject({
    recordProp: { record: false },
  });
});

test('metadata loses its prefix and its capitals; odd names are left out', () => {
  const metadata = {
    meta_Tier: 'Pro',
    'meta_bbb-origin': 'Portal',
    meta_1x: 'no',
    meta_a_b: 'no',
    metatier: 'no',
  };
  expect(read(metadata)).toMatchObject({
    metadataProp: { metadata: { tier: 'Pro', 'bbb-origin': 'Portal' } },
  });
});

test('an API-made breakout names its parent', () => {
  const params = { isBreakout: 'true', parentMeetingID: 'parent', sequence: '3' };
  expect(read(params)).toMatchObject({
    meetingProp: { isBreakout: true },
    breakoutProps: { parentId: 'parent-int', sequence: 3 },
  });
});

test('disabled features, less those excluded again', () => {
  const params = { disabledFeatures: 'chat, polls,breakoutRooms', disabledFeaturesExclude: 'polls' };
  expect(read(params)).toMatchObject({ meetingProp: { disabledFeatures: ['chat', 'breakoutRooms'] } });
});

test.each([
  [{ meetingID: '' }, 'missingParamMeetingID'],
  [{ meetingID: 'x' }, 'validationError'],
  [{ meetingID: 'a,b' }, 'validationError'],
  [{ meetingID: 'x'.repeat(257) }, 'validationError'],
  [{ name: '' }, 'validationError'],
  [{ name: 'x'.repeat(65) }, 'validationError'],
  [{ duration: '1.5' }, 'validationError'],
  [{ duration: 'Infinity' }, 'validationError'],
  [{ record: 'yes' }, 'validationError'],
])('%j is refused: %s', (params, messageKey) => {
  const result = read(params);
  expect(isBadParam(result) && result.messageKey).toBe(messageKey);
});

test('dates as Java prints them', () => {
  expect(javaDate(START_MS)).toBe('Thu Oct 09 08:53:20 UTC 2025');
});
