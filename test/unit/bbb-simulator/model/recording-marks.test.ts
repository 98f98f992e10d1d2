/** Who may start and stop recording, and what starts and stops it by itself. */
import { applyCommand } from '../../../bbb-simulator/model/commands';
import type { Bbb, Meeting, RegisteredUser } from '../../../bbb-simulator/model/state';
import { advance, aMeeting, aServer, aUser, command, told } from '../a-server';

let bbb: Bbb;
let meeting: Meeting;
let moderator: RegisteredUser;

beforeEach(() => {
  bbb = aServer();
  meeting = aMeeting(bbb);
  moderator = aUser(bbb, meeting, { externalUserId: 'mod', role: 'MODERATOR' });
  told(bbb);
});

describe('recording', () => {
  const CASES = [
    { who: 'a moderator', params: {}, request: { role: 'MODERATOR' }, may: true },
    { who: 'a viewer', params: {}, request: {}, may: false },
    { who: 'a viewer with permission', params: {}, request: metadata('true'), may: true },
    {
      who: 'a moderator without permission',
      params: {},
      request: { role: 'MODERATOR', ...metadata('false') },
      may: false,
    },
    {
      who: 'a moderator, not recordable',
      params: { record: 'false' },
      request: { role: 'MODERATOR' },
      may: true,
    },
    {
      who: 'a moderator, no start and stop',
      params: { allowStartStopRecording: 'false' },
      request: { role: 'MODERATOR' },
      may: false,
    },
  ] as const;

  function metadata(permission: string) {
    return { userMetadata: { bbb_record_permission: permission } };
  }

  test.each(CASES)('$who: $may', ({ params, request, may }) => {
    const recorded = aMeeting(bbb, { meetingID: 'rec', record: 'true', ...params });
    const user = aUser(bbb, recorded, request);
    told(bbb);
    const body = { recording: true, setBy: user.intId };
    const ignored = command(bbb, recorded, 'SetRecordingStatusCmdMsg', user.intId, body);
    expect(ignored === undefined).toBe(may);
    expect(recorded.recording).toBe(may);
    expect(told(bbb)).toEqual(may ? ['RecordingStatusChangedEvtMsg'] : []);
  });

  test('the state must differ', () => {
    const body = { recording: false, setBy: moderator.intId };
    expect(command(bbb, meeting, 'SetRecordingStatusCmdMsg', moderator.intId, body)).toMatch(/already/);
    expect(told(bbb)).toEqual([]);
  });

  test('it starts by itself with the first who is no bot, and stops when none is left', () => {
    const recorded = aMeeting(bbb, { meetingID: 'auto', record: 'true', autoStartRecording: 'true' });
    aUser(bbb, recorded, { bot: true });
    expect(recorded.recording).toBe(false);
    const user = aUser(bbb, recorded);
    expect(recorded.recordingMarks).toMatchObject([{ recording: true, setBy: 'system' }]);
    applyCommand(bbb, {
      name: 'EjectUserFromMeetingSysMsg',
      meetingId: recorded.intId,
      userId: '',
      body: { userId: user.intId, ejectedBy: 'SYSTEM' },
    });
    expect(recorded.recording).toBe(true);
    advance(bbb, 5_000);
    expect(recorded.recordingMarks.map((mark) => mark.recording)).toEqual([true, false]);
  });

  test('the state is told to whoever asks', () => {
    const body = { requestedBy: 'limit-sidecar' };
    command(bbb, meeting, 'GetRecordingStatusReqMsg', 'limit-sidecar', body);
    expect(bbb.outbox[0]).toMatchObject({
      name: 'GetRecordingStatusRespMsg',
      userId: 'limit-sidecar',
      body: { recorded: false, recording: false, requestedBy: 'limit-sidecar' },
    });
  });
});
