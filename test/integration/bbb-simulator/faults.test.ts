/** What is broken, and made well again, while the simulator runs: bus, commands, API, analytics, Redis itself. */
import type { BusRule } from '../../bbb-simulator/index';
import { type RedisServer, startRedisServer } from '../../support/redis-server';
import { MAIN_CHANNEL, type Play, startPlay } from './a-simulator';

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

/** Three chat lines, and which were heard. */
async function chatLines(): Promise<string[]> {
  const { simulator, heard, clock } = play;
  for (const message of ['one', 'two', 'three']) {
    simulator.chatFromApi('math-101', message);
  }
  await clock.advance(5_000);
  return heard
    .filter(({ channel, name }) => channel === MAIN_CHANNEL && name === 'GroupChatMessageBroadcastEvtMsg')
    .map(({ text }) => JSON.parse(text).core.body.msg.message);
}

describe('the bus', () => {
  beforeEach(() => {
    play.simulator.create({ meetingID: 'math-101' });
    play.simulator.join('math-101');
  });
  const isTwo = ({ text }: { text: string }): boolean => text.includes('"message":"two"');

  test.each<[string, BusRule | undefined, string[]]>([
    ['as sent', undefined, ['one', 'two', 'three']],
    ['lost', { effect: 'lose', match: isTwo }, ['one', 'three']],
    ['doubled', { effect: 'duplicate', match: isTwo }, ['one', 'two', 'two', 'three']],
    ['out of order', { effect: 'reorder', match: isTwo }, ['one', 'three', 'two']],
    [
      'the last held back at most 1 s',
      { effect: 'reorder', match: ({ text }) => text.includes('three') },
      ['one', 'two', 'three'],
    ],
    ['late', { effect: { delayMs: 2_000 }, match: isTwo }, ['one', 'three', 'two']],
  ])('%s', async (_, rule, expected) => {
    if (rule !== undefined) play.simulator.faults.bus(rule);
    expect(await chatLines()).toEqual(expected);
    expect(play.simulator.meeting('math-101').chat).toHaveLength(3);
  });

  test('a rule taken back does no more harm', async () => {
    play.simulator.faults.bus({ effect: 'lose' })();
    expect(await chatLines()).toHaveLength(3);
  });

  test('paused, then resumed: all of it comes, or none', async () => {
    const { faults } = play.simulator;
    faults.pauseBus();
    expect(await chatLines()).toEqual([]);
    faults.resumeBus();
    await play.simulator.settled();
    expect(play.names().filter((name) => name.startsWith('GroupChat'))).toHaveLength(3);
    faults.pauseBus();
    await chatLines();
    faults.resumeBus({ lose: true });
    await play.simulator.settled();
    expect(play.names()).toEqual([]);
  });

  test('chance is drawn from the seed: two servers lose the same messages', async () => {
    const lines: string[][] = [];
    for (let run = 0; run < 2; run += 1) {
      const other = await startPlay(redis.url, { seed: 'same' });
      other.simulator.faults.bus({ effect: 'lose', probability: 0.5 });
      other.heard.length = 0;
      for (let meeting = 0; meeting < 10; meeting += 1) other.simulator.create({ meetingID: `m-${meeting}` });
      await other.simulator.settled();
      lines.push(other.heard.map(({ channel, name }) => `${channel} ${name}`));
      await other.stop();
    }
    expect(lines[0]).toEqual(lines[1]);
    expect(lines[0]?.length).toBeGreaterThan(2);
    expect(lines[0]?.length).toBeLessThan(18);
  });
});

test('commands get lost, those of the API too', async () => {
  const { simulator, command, call } = play;
  const { internalMeetingId } = simulator.create({ meetingID: 'math-101' });
  simulator.faults.loseCommands({ match: 'EndMeetingSysCmdMsg', times: 2 });
  await command('EndMeetingSysCmdMsg', internalMeetingId, 'not-used', { meetingId: internalMeetingId });
  expect(await call('end', 'meetingID=math-101')).toContain('sentEndMeetingRequest');
  expect(simulator.meeting('math-101').running).toBe(true);
  await command('EndMeetingSysCmdMsg', internalMeetingId, 'not-used', { meetingId: internalMeetingId });
  expect(simulator.meeting('math-101').running).toBe(false);
});

describe('the API', () => {
  test.each([
    ['error-500', 500, /Internal Server Error/],
    ['html', 200, /<html>/],
    ['empty', 200, /^$/],
    ['truncated', 200, /^<response><returncode>SUCCESS(?!.*<\/response>)/],
  ] as const)('%s', async (kind, status, body) => {
    await play.simulator.faults.api({ kind });
    const response = await fetch(play.signed('getMeetings', ''));
    expect(response.status).toBe(status);
    expect(await response.text()).toMatch(body);
    await play.simulator.faults.api(undefined);
    expect(await play.call('getMeetings')).toContain('noMeetings');
  });

  test('down: the connection is refused, and comes back on the same port', async () => {
    await play.simulator.faults.api({ kind: 'down' });
    await expect(fetch(play.signed('getMeetings', ''))).rejects.toMatchObject({
      cause: { code: 'ECONNREFUSED' },
    });
    await play.simulator.faults.clear();
    expect(await play.call('getMeetings')).toContain('noMeetings');
  });

  test('slow: by the clock that is moved by hand', async () => {
    await play.simulator.faults.api({ kind: 'slow', delayMs: 4_000 });
    let answered = false;
    const answer = play.call('getMeetings').then(() => {
      answered = true;
    });
    while (play.clock.pending() === 0) await new Promise((resolve) => setImmediate(resolve));
    await play.clock.advance(3_999);
    expect(answered).toBe(false);
    await play.clock.advance(1);
    await answer;
  });

  test('hang: no answer until the client gives up, and none owed when it stops', async () => {
    await play.simulator.faults.api({ kind: 'hang' });
    const signal = AbortSignal.timeout(100);
    await expect(fetch(play.signed('getMeetings', ''), { signal })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
  });
});

describe('analytics', () => {
  test('stale: keeps telling what it told', async () => {
    const { simulator, clock } = play;
    const look = async (): Promise<unknown> => await (await fetch(simulator.analyticsUrl)).json();
    simulator.create({ meetingID: 'math-101' });
    await clock.advance(10_000);
    await simulator.faults.analytics('stale');
    simulator.join('math-101');
    await clock.advance(60_000);
    expect(await look()).toMatchObject([{ users: [] }]);
    await simulator.faults.analytics(undefined);
    expect(await look()).toMatchObject([{ users: [{ role: 'VIEWER' }] }]);
  });

  test('down, failing, rubbish', async () => {
    const { simulator } = play;
    await simulator.faults.analytics('down');
    await expect(fetch(simulator.analyticsUrl)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    await simulator.faults.analytics('error-500');
    expect((await fetch(simulator.analyticsUrl)).status).toBe(500);
    await simulator.faults.analytics('garbage');
    expect(await (await fetch(simulator.analyticsUrl)).text()).toContain('<html>');
  });
});

test('restarts: akka-apps forgets the meeting while bbb-web lists it; bbb-web forgets what goes on', async () => {
  const { simulator, clock, call } = play;
  simulator.create({ meetingID: 'math-101' });
  simulator.join('math-101');
  await clock.advance(10_000);
  play.names();
  simulator.restartAkkaApps();
  await clock.advance(600_000);
  expect(play.names()).toEqual([]);
  expect(simulator.meeting('math-101')).toMatchObject({ running: false, ended: undefined });
  expect(await call('getMeetings')).toContain('<meetingID>math-101</meetingID>');
  simulator.restartBbbWeb();
  expect(await call('getMeetings')).toContain('noMeetings');
  simulator.create({ meetingID: 'second' });
  simulator.restartBbbWeb();
  expect(await call('getMeetings')).toContain('noMeetings');
  expect(simulator.meeting('second').running).toBe(true);
});

describe('a Redis of its own', () => {
  let own: RedisServer;
  let other: Play;
  beforeEach(async () => {
    own = await startRedisServer();
    other = await startPlay(own.url);
  });
  afterEach(async () => {
    await other.stop();
    await own.stop();
  });

  test('killed and started again: the bus comes back by itself', async () => {
    const { simulator, clock, heard, command } = other;
    await own.kill();
    simulator.create({ meetingID: 'meanwhile' });
    await own.restart();
    while (!heard.some(({ name }) => name === 'MeetingDestroyedEvtMsg')) {
      const { internalMeetingId } = simulator.create({ meetingID: 'again' });
      await command('EndMeetingSysCmdMsg', internalMeetingId, 'not-used', { meetingId: internalMeetingId });
      await clock.advance(2_500);
    }
    expect(simulator.meeting('again').ended?.reason).toBe('ENDED_FROM_API');
    expect(simulator.meeting('meanwhile').running).toBe(true);
  });
});
