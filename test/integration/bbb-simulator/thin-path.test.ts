/** The whole way of a meeting through the simulator: over HTTP in, over Redis out, by command stopped. */
import { Redis } from 'ioredis';
import { type RedisServer, startRedisServer } from '../../support/redis-server';
import { type Play, startPlay } from './a-simulator';

let redis: RedisServer;
let play: Play;

beforeAll(async () => {
  redis = await startRedisServer();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  play = await startPlay(redis.url);
});
afterEach(() => play.stop());

test('a meeting is created, joined, recorded, chatted to, left and ended', async () => {
  const { simulator, clock, call, command } = play;
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

  const stop = { recording: false, setBy: ada.internalUserId };
  await command('SetRecordingStatusCmdMsg', internalMeetingId, ada.internalUserId, stop);
  expect(simulator.meeting('math-101').recording.active).toBe(false);
  expect(await call('sendChatMessage', 'meetingID=math-101&message=hello')).toContain('SUCCESS');
  const eject = { userId: bob.internalUserId, ejectedBy: 'SYSTEM' };
  await command('EjectUserFromMeetingSysMsg', internalMeetingId, bob.internalUserId, eject);
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

  expect(play.names()).toEqual([
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

test('what akka-apps does not take is kept with the reason, and changes nothing', async () => {
  const { simulator, command } = play;
  const { internalMeetingId } = simulator.create({ meetingID: 'math-101' });
  await command('EndMeetingSysCmdMsg', internalMeetingId, 'not-used', {
    meetingId: internalMeetingId,
    extra: 1,
  });
  await simulator.publishRaw('to-akka-apps-redis-channel', '{');
  await simulator.settled();
  expect(simulator.dropped.map(({ name, reason }) => [name, reason])).toEqual([
    ['EndMeetingSysCmdMsg', 'core.body: unknown field extra'],
    ['', 'not a JSON object'],
  ]);
  expect(simulator.commands).toEqual([]);
  expect(simulator.meeting('math-101').running).toBe(true);
  expect(simulator.destroyMeetingWasSent).toBe(false);
});

test('DestroyMeetingSysCmdMsg leaves its mark, however it was written', async () => {
  const { simulator, command } = play;
  await command('DestroyMeetingSysCmdMsg', 'x', 'y', { meetingId: 'x' });
  expect(simulator.destroyMeetingWasSent).toBe(true);
});

test('commands that were taken tell what came of them', async () => {
  const { simulator, command } = play;
  const { internalMeetingId } = simulator.create({ meetingID: 'math-101' });
  await command('EjectUserFromMeetingSysMsg', internalMeetingId, 'w_1', {
    userId: 'w_1',
    ejectedBy: 'SYSTEM',
  });
  simulator.endMeeting('math-101');
  expect(simulator.commands.map(({ name, from, ignored }) => [name, from, ignored])).toEqual([
    ['EjectUserFromMeetingSysMsg', 'bus', 'no such user'],
    ['EndMeetingSysCmdMsg', 'bbb-web', undefined],
  ]);
});

test('a breakout is a meeting of its own, and people are in both', async () => {
  const { simulator, clock } = play;
  simulator.create({ meetingID: 'parent', meta_tier: 'free', duration: 60 });
  const ada = simulator.join('parent', { externalUserId: 'gl-1', role: 'MODERATOR' });
  const [room = ''] = simulator.openBreakouts('parent', { count: 2, durationMinutes: 10 });
  const inRoom = simulator.joinBreakout(room, ada, { name: 'Ada' });
  expect(inRoom).toMatchObject({ state: 'joined', externalUserId: `${ada.internalUserId}-1` });
  expect(simulator.meeting(room).props.metadataProp.metadata).toEqual({ tier: 'free' });
  // The link to a room carries the moderators' password, a viewer's too.
  const ben = simulator.join('parent', { externalUserId: 'gl-2' });
  simulator.joinBreakout(room, ben);
  expect(simulator.meeting(room).people.map(({ role }) => role)).toEqual(['MODERATOR', 'MODERATOR']);
  expect(simulator.meeting('parent').people.map(({ role }) => role)).toEqual(['MODERATOR', 'VIEWER']);
  expect(simulator.meeting('parent').breakouts).toHaveLength(2);
  expect(simulator.meeting('parent').people).toHaveLength(2);
  await clock.advance(11 * 60_000);
  expect(simulator.meeting(room).ended?.reason).toBe('BREAKOUT_ENDED_EXCEEDING_DURATION');
  expect(simulator.meeting('parent')).toMatchObject({ running: true, breakouts: [] });
});

test('until resolves on what happens, not on time', async () => {
  const { simulator, clock } = play;
  simulator.create({ meetingID: 'short', duration: 1 });
  const ended = simulator.until(() => simulator.meeting('short').ended);
  await clock.advance(70_000);
  await ended;
  await expect(simulator.until(() => simulator.meeting('never'))).rejects.toThrow(
    "no meeting has the internal or external id 'never'; there were: short",
  );
});

test('the keep-alive of bbb-web passes by every 10 s', async () => {
  const alive = await startPlay(redis.url, { keepAlive: true });
  alive.heard.length = 0;
  await alive.clock.advance(25_000);
  expect(alive.names()).toEqual(Array(3).fill('CheckAlivePongSysMsg'));
  await alive.stop();
});

test('it comes to rest only after a whole chain of events and answers', async () => {
  const { simulator } = play;
  simulator.create({ meetingID: 'math-101' });
  simulator.join('math-101');
  const client = new Redis(redis.url, { protocol: 2 });
  let answers = 0;
  client.on('message', (_, text: string) => {
    if (!text.includes('GroupChatMessageBroadcastEvtMsg') || answers === 5) return;
    answers += 1;
    void play.call('sendChatMessage', `meetingID=math-101&message=answer-${answers}`);
  });
  await client.subscribe('from-akka-apps-redis-channel');
  simulator.chatFromApi('math-101', 'question');
  await simulator.settled();
  expect(simulator.meeting('math-101').chat.map((line) => line.message)).toEqual([
    'question',
    'answer-1',
    'answer-2',
    'answer-3',
    'answer-4',
    'answer-5',
  ]);
  client.disconnect();
});
