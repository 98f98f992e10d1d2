/** The very bytes on the bus of people and what they do, written out, of 3.0 and of 2.7. */
import { leave } from '../../../bbb-simulator/model/join';
import { setRecordingStatus } from '../../../bbb-simulator/model/recording';
import { register } from '../../../bbb-simulator/model/register';
import type { Bbb, Meeting } from '../../../bbb-simulator/model/state';
import { dialIn, hangUp } from '../../../bbb-simulator/model/voice';
import { advance, aMeeting, aServer, aUser, command } from '../a-server';
import { client, FRONTEND, MAIN, type Told, toldBy, withMeeting } from './told';

let bbb: Bbb;
let meeting: Meeting;
let told: Told;

beforeEach(() => {
  bbb = aServer();
  meeting = aMeeting(bbb, { attendeePW: 'ap', moderatorPW: 'mp', voiceBridge: '71347' });
  told = toldBy(bbb, meeting);
});

describe('somebody comes', () => {
  beforeEach(() => {
    aUser(bbb, meeting, {
      externalUserId: 'gl-7',
      name: 'Ada',
      userMetadata: { bbb_record_permission: 'false' },
    });
  });

  test('UserRegisteredRespMsg tells neither the external id nor a bot', () => {
    const name = 'UserRegisteredRespMsg';
    expect(told.bytes(name)).toBe(
      `${withMeeting(name)}{"meetingId":"INT","userId":"w_1","name":"Ada","role":"VIEWER","excludeFromDashboard":false,"registeredOn":1760000000000}}}`,
    );
    expect(told.channels(name)).toEqual([MAIN]);
  });

  test('GuestApprovedEvtMsg, to one client', () => {
    const name = 'GuestApprovedEvtMsg';
    expect(told.bytes(name)).toBe(
      `${client(name, 'w_1', 'DIRECT')}{"status":"ALLOW","approvedBy":"SYSTEM"}}}`,
    );
  });

  test('UserJoinedMeetingEvtMsg', () => {
    const name = 'UserJoinedMeetingEvtMsg';
    const color = meeting.registered.values().next().value?.color;
    expect(told.bytes(name)).toBe(
      `${client(name, 'w_1')}{"intId":"w_1","extId":"gl-7","name":"Ada","role":"VIEWER","bot":false,"guest":false,"authed":true,"guestStatus":"ALLOW",` +
        `"reactionEmoji":"none","raiseHand":false,"away":false,"pin":false,"presenter":false,"locked":true,"avatar":"","webcamBackground":"",` +
        `"color":"${color}","clientType":"HTML5","userMetadata":{"bbb_record_permission":"false"}}}}`,
    );
    expect(told.bytes(name, '2.7')).toBe(
      `${client(name, 'w_1')}{"intId":"w_1","extId":"gl-7","name":"Ada","role":"VIEWER","guest":false,"authed":true,"guestStatus":"ALLOW","emoji":"none",` +
        `"reactionEmoji":"none","raiseHand":false,"away":false,"pin":false,"presenter":false,"locked":true,"avatar":"",` +
        `"color":"${color}","clientType":"HTML5"}}}`,
    );
    expect(told.channels(name)).toEqual([MAIN]);
  });

  test('and goes', () => {
    const [id = ''] = meeting.users.keys();
    leave(bbb, meeting, id, false);
    const flag = 'UserLeftFlagUpdatedEvtMsg';
    expect(told.bytes(flag)).toBe(`${client(flag, 'w_1')}{"intId":"w_1","userLeftFlag":true}}}`);
    advance(bbb, 15_000);
    const left = 'UserLeftMeetingEvtMsg';
    expect(told.bytes(left).replace('1760000015000', '1760000000000')).toBe(
      `${client(left, 'w_1')}{"intId":"w_1","eject":false,"ejectedBy":"","reason":"","reasonCode":""}}}`,
    );
    expect(told.channels(left)).toEqual([MAIN, FRONTEND]);
  });

  test('or is ejected', () => {
    const [id = ''] = meeting.users.keys();
    command(bbb, meeting, 'EjectUserFromMeetingSysMsg', 'x', { userId: id, ejectedBy: 'SYSTEM' });
    const name = 'UserLeftMeetingEvtMsg';
    expect(told.bytes(name)).toBe(
      `${client(name, 'w_1')}{"intId":"w_1","eject":true,"ejectedBy":"SYSTEM","reason":"user ejected by a component on system","reasonCode":"system_requested_eject_reason"}}}`,
    );
  });
});

test('moderators: presenter, role, recording and its state', () => {
  const moderator = aUser(bbb, meeting, { name: 'Ada', role: 'MODERATOR' });
  const presenter = 'PresenterAssignedEvtMsg';
  expect(told.bytes(presenter)).toBe(
    `${client(presenter, 'w_1')}{"presenterId":"w_1","presenterName":"Ada","assignedBy":"w_1"}}}`,
  );
  setRecordingStatus(bbb, meeting, true, moderator.intId);
  const recording = 'RecordingStatusChangedEvtMsg';
  expect(told.bytes(recording)).toBe(`${client(recording, 'w_1')}{"recording":true,"setBy":"w_1"}}}`);
  command(bbb, meeting, 'GetRecordingStatusReqMsg', 'me', { requestedBy: 'me' });
  const status = 'GetRecordingStatusRespMsg';
  expect(told.bytes(status)).toBe(
    `${client(status, 'me', 'DIRECT')}{"recorded":false,"recording":true,"recordFullDurationMedia":false,"requestedBy":"me",` +
      '"recordUserAudio":true,"recordUserCameras":true,"recordUserScreenShare":true}}}',
  );
  expect(told.bytes(status, '2.7')).toBe(
    `${client(status, 'me', 'DIRECT')}{"recorded":false,"recording":true,"recordFullDurationMedia":false,"requestedBy":"me"}}}`,
  );
  const body = { userId: moderator.intId, role: 'VIEWER', changedBy: moderator.intId };
  command(bbb, meeting, 'ChangeUserRoleCmdMsg', moderator.intId, body);
  const role = 'UserRoleChangedEvtMsg';
  expect(told.bytes(role)).toBe(`${client(role, 'w_1')}{"userId":"w_1","role":"VIEWER","changedBy":"w_1"}}}`);
});

test('the phone: in, and out on two channels with the internal id for a voice id', () => {
  const caller = dialIn(bbb, meeting, { callerName: '+49 30 1', callerNumber: '0301' });
  const joined = 'UserJoinedVoiceConfToClientEvtMsg';
  const voiceUserId = caller.slice(2);
  expect(told.bytes(joined)).toBe(
    `${client(joined, 'v_1')}{"voiceConf":"71347","intId":"v_1","voiceUserId":"${voiceUserId}","callerName":"+49 30 1","callerNum":"0301",` +
      '"color":"#4a148c","muted":true,"talking":false,"callingWith":"none","listenOnly":false}}}',
  );
  expect(told.channels(joined)).toEqual([MAIN]);
  hangUp(bbb, meeting, caller);
  const left = 'UserLeftVoiceConfToClientEvtMsg';
  expect(told.bytes(left)).toBe(
    `${client(left, 'v_1')}{"voiceConf":"71347","intId":"v_1","voiceUserId":"v_1"}}}`,
  );
  expect(told.channels(left)).toEqual([MAIN, FRONTEND]);
});

test('guests in the lobby', () => {
  const lobby = aMeeting(bbb, { meetingID: 'lobby', guestPolicy: 'ASK_MODERATOR' });
  told = toldBy(bbb, lobby);
  const guest = register(bbb, lobby, { name: 'G', role: 'VIEWER', guest: true });
  const name = 'GuestsWaitingForApprovalEvtMsg';
  expect(told.bytes(name)).toBe(
    `${client(name, 'nodeJSapp', 'DIRECT')}{"guests":[{"intId":"w_1","name":"G","role":"VIEWER","guest":true,"avatar":"","webcamBackground":"",` +
      `"color":"${guest.color}","authenticated":true,"registeredOn":1760000000000}]}}}`,
  );
});
