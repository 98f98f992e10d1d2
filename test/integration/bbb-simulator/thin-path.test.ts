/** The whole way of a meeting through the simulator: over HTTP in, over Redis out, by command stopped. */
import { Redis } from 'ioredis';
import { apiChecksum } from '../../bbb-simulator/http/checksum';
import { type Simulator, startSimulator } from '../../bbb-simulator/index';
import { type ManualClock, manualClock } from '../../support/clock';
import { type RedisServer, startRedisServer } from '../../support/redis-server';

const START_MS = 1_760_000_000_000;

let redis: RedisServer;
let bus: Redis;
let clock: ManualClock;
let simulator: Simulator;
let heard: { channel: string; text: string }[];

beforeAll(async () => {
  redis = await startRedisServer();
});
afterAll(() => redis.stop());

beforeEach(async () => {
  clock = manualClock(START_MS);
  simulator = await startSimulator({ clock, redisUrl: redis.url, keepAlive: false });
  clock.settleWith(simulator.settled);
  heard = [];
  bus = new Redis(redis.url, { protocol: 2 });
  bus.on('message', (channel: string, text: string) => heard.push({ channel, text }));
  await bus.subscribe('from-akka-apps-redis-channel', 'from-akka-apps-frontend-redis-channel');
});
afterEach(async () => {
  bus.disconnect();
  await simulator.stop();
});

function names(): string[] {
  return heard
    .filter(({ channel }) => channel === 'from-akka-apps-redis-channel')
    .map(({ text }) => text.slice(21, text.indexOf('"', 21)));
}

async function call(name: string, query: string): Promise<string> {
  const checksum = apiChecksum('sha256', name, query, simulator.secret);
  const response = await fetch(
    `${simulator.url}/api/${name}?${query}${query ? '&' : ''}checksum=${checksum}`,
  );
  return await response.text();
}

async function command(name: string, meetingId: string, userId: string, body: object): Promise<void> {
  const message = {
    envelope: { name, routing: { sender: 'test' }, timestamp: clock.now() },
    core: { header: { name, meetingId, userId }, body },
  };
  await simulator.publishRaw('to-akka-apps-redis-channel', JSON.stringify(message));
  await simulator.settled();
}

test('a meeting is created, joined, recorded, chatted to, left and ended', async () => {
  expect(await call('create', 'name=Math&meetingID=math-101&record=true&meta_Tier=free')).toContain(
    'SUCCESS',
  );
  const { internalMeetingId } = simulator.meeting('math-101');
  const ada = simulator.join('math-101', { externalUserId: 'gl-1', name: 'Ada', role: 'MODERATOR' });
  const bob = simulator.join('math-101', { externalUserId: 'gl-2', name: 'Bob' });
  expect(simulator.startRecording('math-101', ada)).toBe(true);
  expect(await call('getMeetingInfo', 'meetingID=math-101')).toContain(
    '<participantCount>2</participantCount>',
  );

  await command('SetRecordingStatusCmdMsg', internalMeetingId, ada.internalUserId, {
    recording: false,
    setBy: ada.internalUserId,
  });
  expect(simulator.meeting('math-101').recording.active).toBe(false);
  expect(await call('sendChatMessage', 'meetingID=math-101&message=hello')).toContain('SUCCESS');
  await command('EjectUserFromMeetingSysMsg', internalMeetingId, bob.internalUserId, {
    userId: bob.internalUserId,
    ejectedBy: 'SYSTEM',
  });
  const { people, ejected, chat } = simulator.meeting('math-101');
  expect(people.map((person) => person.name)).toEqual(['Ada']);
  expect(ejected.map((each) => each.internalUserId)).toEqual([bob.internalUserId]);
  expect(chat[0]?.order).toBeLessThan(ejected[0]?.order ?? 0);

  await clock.advance(12_000);
  const analytics = await (await fetch(simulator.analyticsUrl)).json();
  expect(analytics[0].users).toEqual([{ id: ada.internalUserId, name: 'Ada', role: 'MODERATOR' }]);
  simulator.disconnect('math-101', ada);
  await clock.advance(20_000);
  expect(simulator.meeting('math-101').people).toEqual([]);
  expect(await call('end', 'meetingID=math-101')).toContain('sentEndMeetingRequest');
  expect(simulator.meeting('math-101').ended?.reason).toBe('ENDED_FROM_API');
  await clock.advance(2_500);

  expect(names().filter((name) => !name.startsWith('MeetingInfoAnalytics'))).toEqual([
    'MeetingCreatedEvtMsg',
    'UserRegisteredRespMsg',
    'GuestApprovedEvtMsg',
    'UserJoinedMeetingEvtMsg',
    'PresenterAssignedEvtMsg',
    'PresenterAssignedEvtMsg',
    'UserRegisteredRespMsg',
    'GuestApprovedEvtMsg',
    'UserJoinedMeetingEvtMsg',
    'RecordingStatusChangedEvtMsg',
    'RecordingStatusChangedEvtMsg',
    'GroupChatMessageBroadcastEvtMsg',
    'UserLeftMeetingEvtMsg',
    'UserLeftFlagUpdatedEvtMsg',
    'UserLeftMeetingEvtMsg',
    'MeetingEndingEvtMsg',
    'MeetingEndedEvtMsg',
    'DisconnectAllClientsSysMsg',
    'MeetingDestroyedEvtMsg',
  ]);
});
