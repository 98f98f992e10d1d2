/** The very bytes on the bus of meetings, recordings and breakouts, written out: envelope, key order, channels, of 3.0 and of 2.7. */
import { busMessages } from '../../../bbb-simulator/bus/messages';
import { openBreakouts } from '../../../bbb-simulator/model/breakouts';
import { sendChatFromApi } from '../../../bbb-simulator/model/chat';
import { endMeeting } from '../../../bbb-simulator/model/end';
import type { Happening } from '../../../bbb-simulator/model/happenings';
import type { Bbb, Meeting } from '../../../bbb-simulator/model/state';
import { advance, aMeeting, aServer, aUser, command, START_MS } from '../a-server';
import { PROPS_27, PROPS_30 } from './props-literals';
import { base, client, FRONTEND, MAIN, type Told, toldBy, withMeeting } from './told';

let bbb: Bbb;
let meeting: Meeting;
let told: Told;

beforeEach(() => {
  bbb = aServer();
  meeting = aMeeting(bbb, { attendeePW: 'ap', moderatorPW: 'mp', voiceBridge: '71347' });
  told = toldBy(bbb, meeting);
});

test('MeetingCreatedEvtMsg, on two channels, passwords included', () => {
  const name = 'MeetingCreatedEvtMsg';
  const token = meeting.props.password.learningDashboardAccessToken;
  expect(token).toMatch(/^[0-9a-f]{12}$/);
  expect(told.bytes(name).replace(token, 'TOKEN')).toBe(base(name) + PROPS_30);
  expect(told.bytes(name, '2.7').replace(token, 'TOKEN')).toBe(base(name) + PROPS_27);
  expect(told.channels(name)).toEqual([MAIN, FRONTEND]);
  expect(meeting.intId).toMatch(/^[0-9a-f]{40}-1760000000000$/);
});

test('metadata keys are lower case, values as they were', () => {
  const other = aMeeting(bbb, { meetingID: 'meta', meta_Tier: 'Pro', 'meta_bbb-Origin': 'Portal' });
  expect(toldBy(bbb, other).bytes('MeetingCreatedEvtMsg')).toContain(
    '"metadataProp":{"metadata":{"tier":"Pro","bbb-origin":"Portal"}}',
  );
});

test('the end, step by step', () => {
  endMeeting(bbb, meeting, 'ENDED_FROM_API', 'system');
  const ending = 'MeetingEndingEvtMsg';
  expect(told.bytes(ending)).toBe(
    `${client(ending, 'system')}{"meetingId":"INT","reason":"ENDED_FROM_API"}}}`,
  );
  expect(told.channels(ending)).toEqual([MAIN, FRONTEND]);
  const ended = 'MeetingEndedEvtMsg';
  expect(told.bytes(ended)).toBe(`${base(ended)}{"meetingId":"INT"}}}`);
  expect(told.channels(ended)).toEqual([MAIN]);
  expect(told.channels('EjectAllFromVoiceConfMsg')).toEqual(['to-voice-conf-redis-channel']);
  advance(bbb, 2_500);
  const destroyed = 'MeetingDestroyedEvtMsg';
  expect(told.bytes(destroyed)).toBe(`${base(destroyed).replace('000000}', '002500}')}{"meetingId":"INT"}}}`);
  expect(told.channels(destroyed)).toEqual([MAIN, FRONTEND]);
  const disconnect = 'DisconnectAllClientsSysMsg';
  const addressed = withMeeting(disconnect)
    .replace('000000}', '002500}')
    .replace('{"sender":"bbb-apps-akka"}', '{"msgType":"SYSTEM","meetingId":"INT","userId":"not-used"}');
  expect(told.bytes(disconnect)).toBe(`${addressed}{"meetingId":"INT","reason":"meeting-destroyed"}}}`);
});

test('chat from outside; 2.7 knows no replies', () => {
  sendChatFromApi(bbb, meeting, 'Plan limits', 'five "minutes"');
  const name = 'GroupChatMessageBroadcastEvtMsg';
  const line = (tail: string): RegExp =>
    new RegExp(
      `^${escapeBrackets(client(name, 'Plan limits'))}\\{"chatId":"MAIN-PUBLIC-GROUP-CHAT","msg":\\{"id":"1760000000000-[0-9a-f]{8}","timestamp":1760000000000,` +
        `"correlationId":"SYSTEM","sender":\\{"id":"SYSTEM","name":"Plan limits","role":"VIEWER"\\},"chatEmphasizedText":true,"message":"five \\\\"minutes\\\\""${tail}\\}\\}\\}\\}$`,
    );
  expect(told.bytes(name)).toMatch(line(',"replyToMessageId":""'));
  expect(told.bytes(name, '2.7')).toMatch(line(''));
});

function escapeBrackets(text: string): string {
  return text.replaceAll(/[{}[\]]/g, '\\$&');
}

test('analytics, 10 s after creation and every 30 s', () => {
  aUser(bbb, meeting, { name: 'Ada' });
  advance(bbb, 10_000);
  const name = 'MeetingInfoAnalyticsServiceMsg';
  expect(told.bytes(name)).toBe(
    `${base(name).replace('000000}', '010000}')}{"meetingInfo":{"name":"Math 101","externalId":"math-101","internalId":"INT","hasUserJoined":true,"isMeetingRecorded":false,` +
      '"webcams":{"total":0,"streams":{"broadcasts":[],"viewers":[]}},' +
      '"audio":{"total":0,"listenOnly":{"total":0,"users":[]},"twoWay":{"total":0,"users":[]},"phone":{"total":0,"users":[]}},' +
      '"screenshare":{"stream":{"user":{"id":"","name":""},"viewers":[]}},' +
      '"users":[{"id":"w_1","name":"Ada","role":"VIEWER"}],' +
      '"presentation":{"id":"","name":""},"breakoutRoom":{"id":"bbb-none","names":[]}}}}}',
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
  expect(told.bytes(pong)).toBe(
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
  expect(told.channels('CreateBreakoutRoomSysCmdMsg')).toEqual([MAIN]);
  expect(told.bytes('CreateBreakoutRoomSysCmdMsg').startsWith(base('CreateBreakoutRoomSysCmdMsg'))).toBe(
    true,
  );
  const { room: order } = JSON.parse(told.bytes('CreateBreakoutRoomSysCmdMsg')).core.body;
  expect(Object.keys(order).join(' ')).toBe(
    'breakoutMeetingId name parentId sequence shortName isDefaultName freeJoin dialNumber voiceConfId durationInMinutes ' +
      'moderatorPassword viewerPassword sourcePresentationId sourcePresentationSlide record privateChatEnabled captureNotes ' +
      'captureSlides captureNotesFilename captureSlidesFilename pluginProp disabledFeatures audioBridge cameraBridge screenShareBridge',
  );
  expect(order).toMatchObject({ parentId: 'INT', sequence: 1, durationInMinutes: 15, record: true });
  expect(JSON.parse(told.bytes('MeetingCreatedEvtMsg')).core.body.props).toMatchObject({
    meetingProp: { isBreakout: true, intId: room?.intId },
    breakoutProps: { parentId: 'INT', sequence: 1 },
    recordProp: { record: true },
  });
  for (const name of ['BreakoutRoomStartedEvtMsg', 'BreakoutRoomsListEvtMsg']) {
    expect(told.channels(name)).toEqual(['from-akka-apps-pres-redis-channel']);
  }
  expect(Object.keys(JSON.parse(told.bytes('BreakoutRoomStartedEvtMsg')).core.body.breakout).join(' ')).toBe(
    'name externalId breakoutId sequence shortName isDefaultName freeJoin html5JoinUrls captureNotes captureSlides',
  );
});

test('every message of akka-apps and bbb-web begins with the same 21 bytes and its name', () => {
  aUser(bbb, meeting, { role: 'MODERATOR' });
  endMeeting(bbb, meeting, 'ENDED_FROM_API', 'system');
  advance(bbb, 10_000);
  for (const { name, text } of bbb.outbox.flatMap((each) => busMessages(each, '3.0', START_MS))) {
    expect(text.slice(0, 21)).toBe('{"envelope":{"name":"');
    expect(text.slice(21, text.indexOf('"', 21))).toBe(name);
  }
});
