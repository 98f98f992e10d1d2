/** The HTTP API as a client meets it: signatures, methods, the calls' answers and refusals. */
import { XMLParser } from 'fast-xml-parser';
import { type RedisServer, startRedisServer } from '../../support/redis-server';
import { type Play, startPlay } from './a-simulator';

const LISTS = ['response.meetings.meeting', 'response.recordings.recording', 'response.hooks.hook'];
const PARSER = new XMLParser({ parseTagValue: false, isArray: (_, path) => LISTS.includes(String(path)) });

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

async function ask(name: string, query = ''): Promise<Record<string, unknown>> {
  return PARSER.parse(await play.call(name, query)).response;
}

describe('signatures and methods', () => {
  test.each(['sha1', 'sha256', 'sha384', 'sha512'] as const)('%s is taken', async (algorithm) => {
    expect(await play.call('getMeetings', '', algorithm)).toContain('noMeetings');
  });

  test('a wrong one is not', async () => {
    const response = await fetch(`${play.simulator.url}/api/getMeetings?checksum=${'0'.repeat(64)}`);
    expect([response.status, await response.text()]).toEqual([
      200,
      '<response><returncode>FAILED</returncode><messageKey>checksumError</messageKey><message>Checksums do not match</message></response>',
    ]);
  });

  test.each([
    ['getMeetings', 'POST', 'application/x-www-form-urlencoded', 'noMeetings'],
    ['getMeetings', 'POST', 'application/xml', 'unsupportedContentType'],
    ['getMeetings', 'POST', undefined, 'unsupportedContentType'],
    ['create', 'POST', 'application/xml', 'SUCCESS'],
    ['join', 'POST', 'application/x-www-form-urlencoded', 'unsupportedRequestType'],
    ['getNothing', 'GET', undefined, 'unsupportedRequest'],
    ['toString', 'GET', undefined, 'unsupportedRequest'],
  ])('%s by %s of %s: %s', async (name, method, type, expected) => {
    const query = name === 'create' ? 'name=Math&meetingID=math-101' : '';
    const headers = type === undefined ? {} : { 'Content-Type': type };
    const body = method === 'POST' ? Buffer.from(type === 'application/xml' ? '<modules/>' : '') : null;
    const response = await fetch(play.signed(name, query), { method, headers, body });
    expect(await response.text()).toContain(expected);
  });

  test('the version needs no signature', async () => {
    const text = await (await fetch(`${play.simulator.url}/api/`)).text();
    expect(text).toContain('<bbbVersion>3.0');
  });

  test.each([
    ['2.6', '2.6.14'],
    ['2.7', '2.7.12'],
    ['4.0', undefined],
  ] as const)('of %s it is %s', async (version, revealed) => {
    const other = await startPlay(redis.url, { version });
    const text = await (await fetch(`${other.simulator.url}/api/`)).text();
    await other.stop();
    expect(/<bbbVersion>(.*)<\/bbbVersion>/.exec(text)?.[1]).toBe(revealed);
    expect(text).toContain('<returncode>SUCCESS</returncode>');
  });
});

describe('create', () => {
  test('answers in order, then warns of the duplicate and keeps everything', async () => {
    const first = await play.call(
      'create',
      'name=Math&meetingID=math-101&duration=40&attendeePW=ap&moderatorPW=mp',
    );
    expect([...first.matchAll(/<(\w+)>/g)].map((match) => match[1]).join(' ')).toBe(
      'response returncode meetingID internalMeetingID parentMeetingID attendeePW moderatorPW createTime voiceBridge ' +
        'dialNumber createDate hasUserJoined duration hasBeenForciblyEnded messageKey message',
    );
    expect(await ask('create', 'name=Math&meetingID=math-101&duration=5')).toMatchObject({
      returncode: 'SUCCESS',
      messageKey: 'duplicateWarning',
      duration: '40',
    });
    expect(await ask('create', 'name=Math&meetingID=math-101&moderatorPW=other')).toMatchObject({
      returncode: 'FAILED',
      messageKey: 'idNotUnique',
    });
  });

  test('refuses what it cannot read', async () => {
    expect(await ask('create', 'name=Math')).toMatchObject({ messageKey: 'missingParamMeetingID' });
    expect(await ask('create', 'name=Math&meetingID=a%2Cb')).toMatchObject({ messageKey: 'validationError' });
  });
});

describe('looking at meetings', () => {
  test('leading zeros, markup and umlauts come back as they were', async () => {
    await play.call('create', `name=${encodeURIComponent('<Ä & "Ö">')}&meetingID=0042&voiceBridge=07012`);
    play.simulator.join('0042', { externalUserId: '007', name: "O'Brien <b>" });
    const { meetings } = (await ask('getMeetings')) as { meetings: { meeting: Record<string, unknown>[] } };
    expect(meetings.meeting).toMatchObject([
      {
        meetingName: '<Ä & "Ö">',
        meetingID: '0042',
        voiceBridge: '07012',
        attendees: { attendee: { userID: '007', fullName: "O'Brien <b>" } },
      },
    ]);
  });

  test('only external ids are known', async () => {
    const { internalMeetingId } = play.simulator.create({ meetingID: 'math-101' });
    expect(await ask('getMeetingInfo', `meetingID=${internalMeetingId}`)).toMatchObject({
      messageKey: 'notFound',
    });
    expect(await ask('end', 'meetingID=unknown')).toMatchObject({ messageKey: 'notFound' });
    expect(await ask('isMeetingRunning', 'meetingID=unknown')).toEqual({
      returncode: 'SUCCESS',
      running: 'false',
    });
    expect(await ask('getMeetingInfo')).toMatchObject({ messageKey: 'missingParamMeetingID' });
  });

  test('after its end a meeting is not listed any more', async () => {
    play.simulator.create({ meetingID: 'math-101' });
    await play.call('end', 'meetingID=math-101');
    expect(await ask('getMeetings')).toMatchObject({ returncode: 'SUCCESS', messageKey: 'noMeetings' });
  });
});

describe('join', () => {
  beforeEach(
    () => void play.simulator.create({ meetingID: 'math-101', maxParticipants: 1, moderatorPW: 'mp' }),
  );

  test('registers at once, and the client is there when it has loaded', async () => {
    const query =
      'meetingID=math-101&fullName=Ada&password=mp&userID=gl-1&userdata-bbb_record_permission=false';
    expect(await ask('join', `${query}&redirect=false`)).toMatchObject({
      returncode: 'SUCCESS',
      messageKey: 'successfullyJoined',
      user_id: expect.stringMatching(/^w_/),
    });
    expect(play.simulator.meeting('math-101').people).toEqual([]);
    await play.clock.advance(1_500);
    expect(play.simulator.meeting('math-101').people).toMatchObject([
      { externalUserId: 'gl-1', role: 'MODERATOR', connected: true },
    ]);
    const joined = play.heard.find(({ name }) => name === 'UserJoinedMeetingEvtMsg');
    expect(joined?.text).toContain('"userMetadata":{"bbb_record_permission":"false"}');
  });

  test('without redirect=false it leads to the client', async () => {
    const url = play.signed('join', 'meetingID=math-101&fullName=Ada&role=VIEWER');
    const response = await fetch(url, { redirect: 'manual' });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toMatch(/html5client\/\?sessionToken=/);
  });

  test('a full meeting refuses, as XML or in the address', async () => {
    play.simulator.join('math-101', { externalUserId: 'gl-1' });
    const query = 'meetingID=math-101&fullName=Bob&role=VIEWER&userID=gl-2';
    expect(await ask('join', `${query}&redirect=false`)).toMatchObject({
      messageKey: 'maxParticipantsReached',
    });
    const response = await fetch(play.signed('join', `${query}&logoutURL=https%3A%2F%2Fportal.example%2F`), {
      redirect: 'manual',
    });
    expect(decodeURIComponent(response.headers.get('location') ?? '')).toMatch(
      /^https:\/\/portal\.example\/\?errors=\[\{"key":"maxParticipantsReached"/,
    );
    expect(await ask('join', `${query}&redirect=false&bot=true`)).toMatchObject({ returncode: 'SUCCESS' });
  });

  test.each([
    ['meetingID=unknown&fullName=A&role=VIEWER', 'invalidMeetingIdentifier'],
    ['meetingID=math-101&fullName=A', 'invalidPassword'],
    ['meetingID=math-101&role=VIEWER', 'missingParamFullName'],
    ['meetingID=math-101&fullName=A&role=VIEWER&createTime=1', 'mismatchCreateTimeParam'],
  ])('%s: %s', async (query, messageKey) => {
    expect(await ask('join', query)).toMatchObject({ returncode: 'FAILED', messageKey });
  });

  test('guests who are denied, and guests who wait', async () => {
    play.simulator.create({ meetingID: 'closed', guestPolicy: 'ALWAYS_DENY' });
    play.simulator.create({ meetingID: 'lobby', guestPolicy: 'ASK_MODERATOR' });
    const query = 'fullName=G&role=VIEWER&guest=true&redirect=false';
    expect(await ask('join', `meetingID=closed&${query}`)).toMatchObject({ messageKey: 'guestDeniedAccess' });
    expect(await ask('join', `meetingID=lobby&${query}`)).toMatchObject({ guestStatus: 'WAIT' });
    await play.clock.advance(5_000);
    expect(play.simulator.meeting('lobby')).toMatchObject({
      people: [],
      waiting: [expect.stringMatching(/^w_/)],
    });
  });
});

describe('sendChatMessage', () => {
  beforeEach(() => void play.simulator.create({ meetingID: 'math-101' }));

  test('nobody joined yet: meetingNotFound', async () => {
    expect(await ask('sendChatMessage', 'meetingID=math-101&message=hi')).toMatchObject({
      messageKey: 'meetingNotFound',
    });
  });

  test.each([
    ['message', 0, 'validationError'],
    ['message', 500, undefined],
    ['message', 501, 'validationError'],
    ['userName', 255, undefined],
    ['userName', 256, 'validationError'],
  ])('%s of %d characters: %s', async (name, length, messageKey) => {
    play.simulator.join('math-101');
    const params = new URLSearchParams({ meetingID: 'math-101', message: 'hi', [name]: 'x'.repeat(length) });
    const answer = await ask('sendChatMessage', params.toString());
    expect(answer.returncode).toBe(messageKey === undefined ? 'SUCCESS' : 'FAILED');
    expect(play.simulator.meeting('math-101').chat).toHaveLength(messageKey === undefined ? 1 : 0);
  });

  test('is unknown to 2.7', async () => {
    const old = await startPlay(redis.url, { version: '2.7' });
    expect(await old.call('sendChatMessage', 'meetingID=x&message=hi')).toContain('unsupportedRequest');
    await old.stop();
  });
});

test('analytics: renewed 10 s after creation and every 30 s, an object when there is nothing', async () => {
  const { simulator, clock } = play;
  const look = async (query = ''): Promise<unknown> =>
    await (await fetch(simulator.analyticsUrl + query)).json();
  expect(await look()).toEqual({ message: 'No active meetings' });
  const { internalMeetingId } = simulator.create({ meetingID: 'math-101' });
  await clock.advance(9_999);
  expect(await look()).toEqual({ message: 'No active meetings' });
  await clock.advance(1);
  expect(await look()).toMatchObject([{ internalId: internalMeetingId, users: [] }]);
  simulator.join('math-101', { name: 'Ada' });
  await clock.advance(29_999);
  expect(await look(`?meetingId=${internalMeetingId}`)).toMatchObject({ users: [] });
  await clock.advance(1);
  expect(await look()).toMatchObject([{ users: [{ name: 'Ada' }] }]);
  expect(await look('?meetingId=other')).toEqual({ message: 'No active meeting with ID other' });
  simulator.endMeeting('math-101');
  expect(await look()).toEqual({ message: 'No active meetings' });
});

test('/healthz: three parts with their times; 503 after 30 s without a ping, and at once after a ping of the year 1970', async () => {
  const { simulator, clock } = play;
  const look = async (): Promise<unknown> => {
    const answer = await fetch(simulator.analyticsUrl.replace('analytics', 'healthz'));
    return [answer.status, await answer.json()];
  };
  const ping = (akkaAppsTimestamp: number): Promise<void> =>
    simulator.publishRaw(
      'to-akka-apps-redis-channel',
      JSON.stringify({
        envelope: { name: 'CheckAlivePingSysMsg', routing: { sender: 'test' }, timestamp: clock.now() },
        core: {
          header: { name: 'CheckAlivePingSysMsg' },
          body: { system: 'test', bbbWebTimestamp: clock.now(), akkaAppsTimestamp },
        },
      }),
    );
  const parts = (status: boolean, timestamp: string): Record<string, unknown> => ({
    isHealthy: status,
    pubsubReceiveStatus: { status: true, timestamp: expect.any(String) },
    pubsubSendStatus: { status, timestamp },
    recordingDbStatus: { status: true, timestamp: '2025-10-09T08:53:20.000' },
  });
  await clock.advance(31_000);
  expect(await look()).toEqual([503, parts(false, '2025-10-09T08:53:20.000')]);
  await ping(clock.now());
  await clock.advance(0);
  expect(await look()).toEqual([200, parts(true, '2025-10-09T08:53:51.000')]);
  await ping(0);
  await clock.advance(0);
  expect(await look()).toEqual([503, parts(false, '1970-01-01T00:00')]);
});
