/** The very bytes on the bus, written out: envelope, key order, channels, of 3.0 and of 2.7. */
import { busMessages } from '../../../bbb-simulator/bus/messages';
import { openBreakouts } from '../../../bbb-simulator/model/breakouts';
import { sendChatFromApi } from '../../../bbb-simulator/model/chat';
import { endMeeting } from '../../../bbb-simulator/model/end';
import type { Happening } from '../../../bbb-simulator/model/happenings';
import { leave } from '../../../bbb-simulator/model/join';
import { setRecordingStatus } from '../../../bbb-simulator/model/recording';
import { register } from '../../../bbb-simulator/model/register';
import type { Bbb, Meeting } from '../../../bbb-simulator/model/state';
import { dialIn, hangUp } from '../../../bbb-simulator/model/voice';
import { advance, aMeeting, aServer, aUser, command, START_MS } from '../a-server';

const INT = 'f3c5a7f3e9be2f9aa6b4f2d6e7ffba0eeb36b2f4-1760000000000';
const MAIN = 'from-akka-apps-redis-channel';
const FRONTEND = 'from-akka-apps-frontend-redis-channel';

let bbb: Bbb;
let meeting: Meeting;

beforeEach(() => {
  bbb = aServer();
  meeting = aMeeting(bbb, { attendeePW: 'ap', moderatorPW: 'mp', voiceBridge: '71347' });
});

function last(name: string): Happening {
  const happening = bbb.outbox.findLast((each) => each.name === name);
  if (happening === undefined) throw new Error(`${name} was not told`);
  return happening;
}

/** The message of that name, ids shortened so that literals can be read. */
function bytes(name: string, version: '3.0' | '2.7' = '3.0'): string {
  const text = busMessages(last(name), version, START_MS)[0]?.text ?? '';
  return text.replaceAll(meeting.intId, 'INT').replaceAll(/([wv])_[0-9a-f]+/g, '$1_1');
}

function channels(name: string): (string | undefined)[] {
  return busMessages(last(name), '3.0', START_MS).map((message) => message.channel);
}

const client = (name: string, userId: string, msgType = 'BROADCAST_TO_MEETING'): string =>
  `{"envelope":{"name":"${name}","routing":{"msgType":"${msgType}","meetingId":"INT","userId":"${userId}"},"timestamp":1760000000000},` +
  `"core":{"header":{"name":"${name}","meetingId":"INT","userId":"${userId}"},"body":`;
const base = (name: string, sender = 'bbb-apps-akka'): string =>
  `{"envelope":{"name":"${name}","routing":{"sender":"${sender}"},"timestamp":1760000000000},"core":{"header":{"name":"${name}"},"body":`;
const withMeeting = (name: string): string =>
  `{"envelope":{"name":"${name}","routing":{"sender":"bbb-apps-akka"},"timestamp":1760000000000},` +
  `"core":{"header":{"name":"${name}","meetingId":"INT"},"body":`;

const PROPS_30 =
  '{"props":{"pluginProp":{},' +
  '"meetingProp":{"name":"Math 101","extId":"math-101","intId":"INT","meetingCameraCap":0,"maxPinnedCameras":3,' +
  '"cameraBridge":"bbb-webrtc-sfu","screenShareBridge":"bbb-webrtc-sfu","audioBridge":"bbb-webrtc-sfu","isBreakout":false,' +
  '"disabledFeatures":[],"notifyRecordingIsOn":false,"presentationUploadExternalDescription":"","presentationUploadExternalUrl":""},' +
  '"breakoutProps":{"parentId":"bbb-none","sequence":0,"freeJoin":false,"breakoutRooms":[],"record":false,"privateChatEnabled":true,' +
  '"captureNotes":false,"captureSlides":false,"captureNotesFilename":"%%CONFNAME%%","captureSlidesFilename":"%%CONFNAME%%"},' +
  '"durationProps":{"duration":0,"createdTime":1760000000000,"createdDate":"Thu Oct 09 08:53:20 UTC 2025",' +
  '"meetingExpireIfNoUserJoinedInMinutes":5,"meetingExpireWhenLastUserLeftInMinutes":1,"userInactivityInspectTimerInMinutes":0,' +
  '"userInactivityThresholdInMinutes":30,"userActivitySignResponseDelayInMinutes":5,"endWhenNoModerator":false,"endWhenNoModeratorDelayInMinutes":1},' +
  '"password":{"moderatorPass":"mp","viewerPass":"ap","learningDashboardAccessToken":"TOKEN"},' +
  '"recordProp":{"record":false,"autoStartRecording":false,"allowStartStopRecording":true,"recordFullDurationMedia":false,"keepEvents":false},' +
  '"welcomeProp":{"welcomeMsg":"","welcomeMsgForModerators":""},' +
  '"voiceProp":{"telVoice":"71347","voiceConf":"71347","dialNumber":"613-555-1234","muteOnStart":true},' +
  '"usersProp":{"maxUsers":0,"maxUserConcurrentAccesses":3,"webcamsOnlyForModerator":false,"userCameraCap":3,"guestPolicy":"ALWAYS_ACCEPT",' +
  '"meetingLayout":"CUSTOM_LAYOUT","allowModsToUnmuteUsers":false,"allowModsToEjectCameras":false,"authenticatedGuest":true,' +
  '"allowPromoteGuestToModerator":false,"waitingGuestUsersTimeout":30000},' +
  '"metadataProp":{"metadata":{}},' +
  '"lockSettingsProps":{"disableCam":false,"disableMic":false,"disablePrivateChat":false,"disablePublicChat":false,"disableNotes":false,' +
  '"hideUserList":false,"lockOnJoin":true,"lockOnJoinConfigurable":false,"hideViewersCursor":false,"hideViewersAnnotation":false},' +
  '"systemProps":{"loginUrl":"","logoutUrl":"","customLogoURL":"","customDarkLogoURL":"","bannerText":"","bannerColor":"","html5PluginSdkVersion":"0.0.x"},' +
  '"groups":[],"overrideClientSettings":""}}}}';

const PROPS_27 =
  '{"props":{"meetingProp":{"name":"Math 101","extId":"math-101","intId":"INT","meetingCameraCap":0,"maxPinnedCameras":3,"isBreakout":false,' +
  '"disabledFeatures":[],"notifyRecordingIsOn":false,"presentationUploadExternalDescription":"","presentationUploadExternalUrl":""},' +
  '"breakoutProps":{"parentId":"bbb-none","sequence":0,"freeJoin":false,"breakoutRooms":[],"record":false,"privateChatEnabled":true,' +
  '"captureNotes":false,"captureSlides":false,"captureNotesFilename":"%%CONFNAME%%","captureSlidesFilename":"%%CONFNAME%%"},' +
  '"durationProps":{"duration":0,"createdTime":1760000000000,"createdDate":"Thu Oct 09 08:53:20 UTC 2025",' +
  '"meetingExpireIfNoUserJoinedInMinutes":5,"meetingExpireWhenLastUserLeftInMinutes":1,"userInactivityInspectTimerInMinutes":0,' +
  '"userInactivityThresholdInMinutes":30,"userActivitySignResponseDelayInMinutes":5,"endWhenNoModerator":false,"endWhenNoModeratorDelayInMinutes":1},' +
  '"password":{"moderatorPass":"mp","viewerPass":"ap","learningDashboardAccessToken":"TOKEN"},' +
  '"recordProp":{"record":false,"autoStartRecording":false,"allowStartStopRecording":true,"recordFullDurationMedia":false,"keepEvents":false},' +
  '"welcomeProp":{"welcomeMsgTemplate":"","welcomeMsg":"","modOnlyMessage":""},' +
  '"voiceProp":{"telVoice":"71347","voiceConf":"71347","dialNumber":"613-555-1234","muteOnStart":true},' +
  '"usersProp":{"maxUsers":0,"maxUserConcurrentAccesses":3,"webcamsOnlyForModerator":false,"userCameraCap":3,"guestPolicy":"ALWAYS_ACCEPT",' +
  '"meetingLayout":"CUSTOM_LAYOUT","allowModsToUnmuteUsers":false,"allowModsToEjectCameras":false,"authenticatedGuest":true},' +
  '"metadataProp":{"metadata":{}},' +
  '"lockSettingsProps":{"disableCam":false,"disableMic":false,"disablePrivateChat":false,"disablePublicChat":false,"disableNotes":false,' +
  '"hideUserList":false,"lockOnJoin":true,"lockOnJoinConfigurable":false,"hideViewersCursor":false,"hideViewersAnnotation":false},' +
  '"systemProps":{"html5InstanceId":1},"groups":[]}}}}';

test('MeetingCreatedEvtMsg, on two channels, passwords included', () => {
  const name = 'MeetingCreatedEvtMsg';
  const token = meeting.props.password.learningDashboardAccessToken;
  expect(token).toMatch(/^[0-9a-f]{12}$/);
  expect(bytes(name).replace(token, 'TOKEN')).toBe(base(name) + PROPS_30);
  expect(bytes(name, '2.7').replace(token, 'TOKEN')).toBe(base(name) + PROPS_27);
  expect(channels(name)).toEqual([MAIN, FRONTEND]);
  expect(meeting.intId).toMatch(/^[0-9a-f]{40}-1760000000000$/);
  expect(INT).toHaveLength(meeting.intId.length);
});

test('metadata keys are lower case, values as they were', () => {
  aMeeting(bbb, { meetingID: 'meta', meta_Tier: 'Pro', 'meta_bbb-Origin': 'Portal' });
  expect(bytes('MeetingCreatedEvtMsg')).toContain(
    '"metadataProp":{"metadata":{"tier":"Pro","bbb-origin":"Portal"}}',
  );
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
    expect(bytes(name)).toBe(
      `${withMeeting(name)}{"meetingId":"INT","userId":"w_1","name":"Ada","role":"VIEWER","excludeFromDashboard":false,"registeredOn":1760000000000}}}`,
    );
    expect(channels(name)).toEqual([MAIN]);
  });

  test('GuestApprovedEvtMsg, to one client', () => {
    const name = 'GuestApprovedEvtMsg';
    expect(bytes(name)).toBe(`${client(name, 'w_1', 'DIRECT')}{"status":"ALLOW","approvedBy":"SYSTEM"}}}`);
  });

  test('UserJoinedMeetingEvtMsg', () => {
    const name = 'UserJoinedMeetingEvtMsg';
    const color = meeting.registered.values().next().value?.color;
    expect(bytes(name)).toBe(
      `${client(name, 'w_1')}{"intId":"w_1","extId":"gl-7","name":"Ada","role":"VIEWER","bot":false,"guest":false,"authed":true,"guestStatus":"ALLOW",` +
        `"reactionEmoji":"none","raiseHand":false,"away":false,"pin":false,"presenter":false,"locked":true,"avatar":"","webcamBackground":"",` +
        `"color":"${color}","clientType":"HTML5","userMetadata":{"bbb_record_permission":"false"}}}}`,
    );
    expect(bytes(name, '2.7')).toBe(
      `${client(name, 'w_1')}{"intId":"w_1","extId":"gl-7","name":"Ada","role":"VIEWER","guest":false,"authed":true,"guestStatus":"ALLOW","emoji":"none",` +
        `"reactionEmoji":"none","raiseHand":false,"away":false,"pin":false,"presenter":false,"locked":true,"avatar":"",` +
        `"color":"${color}","clientType":"HTML5"}}}`,
    );
    expect(channels(name)).toEqual([MAIN]);
  });

  test('and goes', () => {
    const [id = ''] = meeting.users.keys();
    leave(bbb, meeting, id, false);
    const flag = 'UserLeftFlagUpdatedEvtMsg';
    expect(bytes(flag)).toBe(`${client(flag, 'w_1')}{"intId":"w_1","userLeftFlag":true}}}`);
    advance(bbb, 15_000);
    const left = 'UserLeftMeetingEvtMsg';
    expect(bytes(left).replace('1760000015000', '1760000000000')).toBe(
      `${client(left, 'w_1')}{"intId":"w_1","eject":false,"ejectedBy":"","reason":"","reasonCode":""}}}`,
    );
    expect(channels(left)).toEqual([MAIN, FRONTEND]);
  });

  test('or is ejected', () => {
    const [id = ''] = meeting.users.keys();
    command(bbb, meeting, 'EjectUserFromMeetingSysMsg', 'x', { userId: id, ejectedBy: 'SYSTEM' });
    const name = 'UserLeftMeetingEvtMsg';
    expect(bytes(name)).toBe(
      `${client(name, 'w_1')}{"intId":"w_1","eject":true,"ejectedBy":"SYSTEM","reason":"user ejected by a component on system","reasonCode":"system_requested_eject_reason"}}}`,
    );
  });
});

test('moderators: presenter, role, recording and its state', () => {
  const moderator = aUser(bbb, meeting, { name: 'Ada', role: 'MODERATOR' });
  const presenter = 'PresenterAssignedEvtMsg';
  expect(bytes(presenter)).toBe(
    `${client(presenter, 'w_1')}{"presenterId":"w_1","presenterName":"Ada","assignedBy":"w_1"}}}`,
  );
  setRecordingStatus(bbb, meeting, true, moderator.intId);
  const recording = 'RecordingStatusChangedEvtMsg';
  expect(bytes(recording)).toBe(`${client(recording, 'w_1')}{"recording":true,"setBy":"w_1"}}}`);
  command(bbb, meeting, 'GetRecordingStatusReqMsg', 'me', { requestedBy: 'me' });
  const status = 'GetRecordingStatusRespMsg';
  expect(bytes(status)).toBe(
    `${client(status, 'me', 'DIRECT')}{"recorded":false,"recording":true,"recordFullDurationMedia":false,"requestedBy":"me",` +
      '"recordUserAudio":true,"recordUserCameras":true,"recordUserScreenShare":true}}}',
  );
  expect(bytes(status, '2.7')).toBe(
    `${client(status, 'me', 'DIRECT')}{"recorded":false,"recording":true,"recordFullDurationMedia":false,"requestedBy":"me"}}}`,
  );
  const body = { userId: moderator.intId, role: 'VIEWER', changedBy: moderator.intId };
  command(bbb, meeting, 'ChangeUserRoleCmdMsg', moderator.intId, body);
  const role = 'UserRoleChangedEvtMsg';
  expect(bytes(role)).toBe(`${client(role, 'w_1')}{"userId":"w_1","role":"VIEWER","changedBy":"w_1"}}}`);
});

test('the phone: in, and out on two channels with the internal id for a voice id', () => {
  const caller = dialIn(bbb, meeting, { callerName: '+49 30 1', callerNumber: '0301' });
  const joined = 'UserJoinedVoiceConfToClientEvtMsg';
  const voiceUserId = caller.slice(2);
  expect(bytes(joined)).toBe(
    `${client(joined, 'v_1')}{"voiceConf":"71347","intId":"v_1","voiceUserId":"${voiceUserId}","callerName":"+49 30 1","callerNum":"0301",` +
      '"color":"#4a148c","muted":true,"talking":false,"callingWith":"none","listenOnly":false}}}',
  );
  expect(channels(joined)).toEqual([MAIN]);
  hangUp(bbb, meeting, caller);
  const left = 'UserLeftVoiceConfToClientEvtMsg';
  expect(bytes(left)).toBe(`${client(left, 'v_1')}{"voiceConf":"71347","intId":"v_1","voiceUserId":"v_1"}}}`);
  expect(channels(left)).toEqual([MAIN, FRONTEND]);
});

test('guests in the lobby', () => {
  const lobby = aMeeting(bbb, { meetingID: 'lobby', guestPolicy: 'ASK_MODERATOR' });
  meeting = lobby;
  const guest = register(bbb, lobby, { name: 'G', role: 'VIEWER', guest: true });
  const name = 'GuestsWaitingForApprovalEvtMsg';
  expect(bytes(name)).toBe(
    `${client(name, 'nodeJSapp', 'DIRECT')}{"guests":[{"intId":"w_1","name":"G","role":"VIEWER","guest":true,"avatar":"","webcamBackground":"",` +
      `"color":"${guest.color}","authenticated":true,"registeredOn":1760000000000}]}}}`,
  );
});

test('the end, step by step', () => {
  endMeeting(bbb, meeting, 'ENDED_FROM_API', 'system');
  const ending = 'MeetingEndingEvtMsg';
  expect(bytes(ending)).toBe(`${client(ending, 'system')}{"meetingId":"INT","reason":"ENDED_FROM_API"}}}`);
  expect(channels(ending)).toEqual([MAIN, FRONTEND]);
  const ended = 'MeetingEndedEvtMsg';
  expect(bytes(ended)).toBe(`${base(ended)}{"meetingId":"INT"}}}`);
  expect(channels(ended)).toEqual([MAIN]);
  expect(channels('EjectAllFromVoiceConfMsg')).toEqual(['to-voice-conf-redis-channel']);
  advance(bbb, 2_500);
  const destroyed = 'MeetingDestroyedEvtMsg';
  expect(bytes(destroyed)).toBe(`${base(destroyed).replace('000000}', '002500}')}{"meetingId":"INT"}}}`);
  expect(channels(destroyed)).toEqual([MAIN, FRONTEND]);
  const disconnect = 'DisconnectAllClientsSysMsg';
  expect(bytes(disconnect)).toBe(
    `${withMeeting(disconnect).replace('000000}', '002500}')}{"meetingId":"INT","reason":"meeting-destroyed"}}}`,
  );
});

test('chat from outside; 2.7 knows no replies', () => {
  sendChatFromApi(bbb, meeting, 'Plan limits', 'five "minutes"');
  const name = 'GroupChatMessageBroadcastEvtMsg';
  const line = (tail: string): RegExp =>
    new RegExp(
      `^${escapeBrackets(client(name, 'Plan limits'))}\\{"chatId":"MAIN-PUBLIC-GROUP-CHAT","msg":\\{"id":"1760000000000-[0-9a-f]{8}","timestamp":1760000000000,` +
        `"correlationId":"SYSTEM","sender":\\{"id":"SYSTEM","name":"Plan limits","role":"VIEWER"\\},"chatEmphasizedText":true,"message":"five \\\\"minutes\\\\""${tail}\\}\\}\\}\\}$`,
    );
  expect(bytes(name)).toMatch(line(',"replyToMessageId":""'));
  expect(bytes(name, '2.7')).toMatch(line(''));
});

function escapeBrackets(text: string): string {
  return text.replaceAll(/[{}[\]]/g, '\\$&');
}

test('analytics, 10 s after creation and every 30 s', () => {
  aUser(bbb, meeting, { name: 'Ada' });
  advance(bbb, 10_000);
  const name = 'MeetingInfoAnalyticsServiceMsg';
  expect(bytes(name)).toBe(
    `${base(name).replace('000000}', '010000}')}{"meetingInfo":{"name":"Math 101","externalId":"math-101","internalId":"INT","hasUserJoined":true,"isMeetingRecorded":false,` +
      '"webcams":{"total":0,"streams":{"broadcasts":[],"viewers":[]}},' +
      '"audio":{"total":0,"listenOnly":{"total":0,"users":[]},"twoWay":{"total":0,"users":[]},"phone":{"total":0,"users":[]}},' +
      '"screenshare":{"stream":{"user":{"id":"","name":""},"viewers":[]}},' +
      '"users":[{"id":"w_1","name":"Ada","role":"VIEWER"}],' +
      '"presentation":{"id":"INT-default","name":"default.pdf"},"breakoutRoom":{"id":"bbb-none","names":[]}}}}}',
  );
  expect(bbb.outbox.filter((each) => each.name === 'MeetingInfoAnalyticsMsg')).toHaveLength(1);
  bbb.outbox.splice(0);
  advance(bbb, 29_999);
  expect(bbb.outbox).toEqual([]);
  advance(bbb, 60_001);
  expect(bbb.outbox.map((each) => each.name)).toEqual([name, name, name]);
});

test('a pong, and what bbb-web says of recordings', () => {
  const body = { system: 'me', bbbWebTimestamp: 5, akkaAppsTimestamp: 0 };
  command(bbb, meeting, 'CheckAlivePingSysMsg', '', body);
  const pong = 'CheckAlivePongSysMsg';
  expect(bytes(pong)).toBe(
    `${base(pong)}{"system":"me","bbbWebTimestamp":5,"akkaAppsTimestamp":1760000000000}}}`,
  );
  const published: Happening = {
    kind: 'message',
    name: 'PublishedRecordingSysMsg',
    at: START_MS,
    meetingId: '',
    userId: '',
    body: { recordId: 'rec-1' },
  };
  expect(busMessages(published, '3.0', START_MS)).toMatchObject([
    {
      channel: 'from-bbb-web-redis-channel',
      text: `${base('PublishedRecordingSysMsg', 'bbb-web')}{"recordId":"rec-1"}}}`,
    },
  ]);
});

test('the recording scripts: no envelope, a monotonic reading in ms, wall time in seconds', () => {
  const happening: Happening = {
    kind: 'rap',
    name: 'archive_started',
    at: START_MS + 7_500,
    payload: { record_id: 'r', meeting_id: 'r' },
  };
  expect(busMessages(happening, '3.0', START_MS)).toMatchObject([
    {
      channel: 'bigbluebutton:from-rap',
      text: '{"header":{"timestamp":7500,"name":"archive_started","current_time":1760000007,"version":"0.0.1"},"payload":{"record_id":"r","meeting_id":"r"}}',
    },
  ]);
});

test('breakouts: the order to bbb-web, their own creation, the list, all on the right channels', () => {
  const [room] = openBreakouts(bbb, meeting, { count: 1, durationMinutes: 15, record: true }) ?? [];
  expect(channels('CreateBreakoutRoomSysCmdMsg')).toEqual([MAIN]);
  expect(bytes('CreateBreakoutRoomSysCmdMsg').startsWith(base('CreateBreakoutRoomSysCmdMsg'))).toBe(true);
  const { room: order } = JSON.parse(bytes('CreateBreakoutRoomSysCmdMsg')).core.body;
  expect(Object.keys(order).join(' ')).toBe(
    'breakoutMeetingId name parentId sequence shortName isDefaultName freeJoin dialNumber voiceConfId durationInMinutes ' +
      'moderatorPassword viewerPassword sourcePresentationId sourcePresentationSlide record privateChatEnabled captureNotes ' +
      'captureSlides captureNotesFilename captureSlidesFilename pluginProp disabledFeatures audioBridge cameraBridge screenShareBridge',
  );
  expect(order).toMatchObject({ parentId: 'INT', sequence: 1, durationInMinutes: 15, record: true });
  expect(JSON.parse(bytes('MeetingCreatedEvtMsg')).core.body.props).toMatchObject({
    meetingProp: { isBreakout: true, intId: room?.intId },
    breakoutProps: { parentId: 'INT', sequence: 1 },
    recordProp: { record: true },
  });
  for (const name of ['BreakoutRoomStartedEvtMsg', 'BreakoutRoomsListEvtMsg']) {
    expect(channels(name)).toEqual(['from-akka-apps-pres-redis-channel']);
  }
  expect(Object.keys(JSON.parse(bytes('BreakoutRoomStartedEvtMsg')).core.body.breakout).join(' ')).toBe(
    'name externalId breakoutId sequence shortName isDefaultName freeJoin html5JoinUrls captureNotes captureSlides',
  );
});

test('every message of akka-apps and bbb-web begins with the same 21 bytes and its name', () => {
  aUser(bbb, meeting, { role: 'MODERATOR' });
  endMeeting(bbb, meeting, 'ENDED_FROM_API', 'system');
  advance(bbb, 10_000);
  for (const happening of bbb.outbox) {
    const [message] = busMessages(happening, '3.0', START_MS);
    expect(message?.text.slice(0, 21)).toBe('{"envelope":{"name":"');
    expect(message?.text.slice(21, message.text.indexOf('"', 21))).toBe(happening.name);
  }
});
