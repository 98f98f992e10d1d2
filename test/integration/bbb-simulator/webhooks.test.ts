/** Deliveries of bbb-webhooks to a real receiver: what is sent, how it is signed, and how often it is tried again. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hashHex } from '../../bbb-simulator/http/checksum';
import type { SimulatorOptions } from '../../bbb-simulator/index';
import { type RedisServer, startRedisServer } from '../../support/redis-server';
import { type Play, START_MS, startPlay } from './a-simulator';

interface Delivery {
  readonly url: string;
  readonly headers: Record<string, unknown>;
  readonly body: string;
  readonly at: number;
}

let redis: RedisServer;
let play: Play;
let receiver: Server;
let callbackURL: string;
let received: Delivery[];
let status: number;

beforeAll(async () => {
  redis = await startRedisServer();
});
afterAll(() => redis.stop());

beforeEach(async () => {
  received = [];
  status = 200;
  receiver = createServer(async (request, response) => {
    const chunks = await request.toArray();
    const { url = '', headers } = request;
    received.push({ url, headers, body: Buffer.concat(chunks).toString(), at: play.clock.now() });
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  callbackURL = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks/bbb`;
});
afterEach(async () => {
  await play.stop();
  receiver.closeAllConnections();
  receiver.close();
});

async function start(webhooks: SimulatorOptions['webhooks'] = {}, hook = ''): Promise<void> {
  play = await startPlay(redis.url, { webhooks });
  if (hook !== '') await play.call('hooks/create', `callbackURL=${encodeURIComponent(callbackURL)}${hook}`);
}

function events(): { id: string; ts: number }[] {
  return received.map(({ body }) => {
    const [event] = JSON.parse(new URLSearchParams(body).get('event') ?? '[]');
    return event.data === undefined
      ? { id: event.envelope.name, ts: 0 }
      : { id: event.data.id, ts: event.data.event.ts };
  });
}

test('form body in order, checksum over URL and raw body', async () => {
  await start({}, '&getRaw=false');
  play.simulator.create({ meetingID: 'math-101' });
  await play.simulator.settled();
  const [delivery] = received;
  if (delivery === undefined) throw new Error('nothing was delivered');
  const { url, headers, body } = delivery;
  expect([...new URLSearchParams(body).keys()]).toEqual(['domain', 'event', 'timestamp']);
  expect(headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
  const checksum = new URL(url, callbackURL).searchParams.get('checksum');
  expect(checksum).toBe(hashHex('sha1', callbackURL + body + play.simulator.secret));
  expect(events()).toEqual([{ id: 'meeting-created', ts: START_MS }]);
});

test('with a bearer token there is no checksum', async () => {
  await start({ bearer: true }, '&getRaw=false');
  play.simulator.create({ meetingID: 'math-101' });
  await play.simulator.settled();
  expect(received[0]?.url).toBe('/webhooks/bbb');
  expect(received[0]?.headers.authorization).toBe(`Bearer ${play.simulator.secret}`);
});

test.each([
  ['&eventID=meeting-ended,user-joined', ['user-joined', 'meeting-ended']],
  ['&meetingID=math-101', ['meeting-created', 'user-joined', 'user-left', 'meeting-ended']],
  ['&meetingID=other', []],
  [
    '&getRaw=true',
    ['MeetingCreatedEvtMsg', 'UserJoinedMeetingEvtMsg', 'MeetingDestroyedEvtMsg', 'MeetingDestroyedEvtMsg'],
  ],
  ['&getRaw=true&eventID=meeting-ended', []],
])('a hook with %s hears %j', async (hook, expected) => {
  await start({}, hook);
  play.simulator.create({ meetingID: 'math-101' });
  await play.simulator.settled();
  play.simulator.join('math-101');
  await play.simulator.settled();
  play.simulator.endMeeting('math-101');
  await play.clock.advance(2_500);
  const sorted = events().map(({ id }) => id);
  expect(sorted.sort()).toEqual([...expected].sort());
});

test.each([200, 204, 401])('%d is success: one attempt', async (answer) => {
  status = answer;
  await start({}, '&getRaw=false');
  play.simulator.create({ meetingID: 'math-101' });
  await play.clock.advance(400_000);
  expect(events().filter(({ id }) => id === 'meeting-created')).toHaveLength(1);
});

test('tried again after 100, 500, 1000 … ms with the same timestamp, then the hook is gone', async () => {
  status = 503;
  await start({}, '&eventID=meeting-created');
  play.simulator.create({ meetingID: 'math-101' });
  await play.clock.advance(400_000);
  const waits = received.map(({ at }, index) => at - (received[index - 1]?.at ?? START_MS));
  expect(waits).toEqual([
    0, 100, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 30_000, 60_000, 60_000, 60_000, 60_000,
  ]);
  expect(new Set(received.map(({ body }) => body)).size).toBe(1);
  expect(play.simulator.webhookAttempts.map((attempt) => attempt.status)).toEqual(Array(13).fill(503));
  expect(play.simulator.hooks).toEqual([]);
});

test('a receiver that comes back in time gets it', async () => {
  status = 500;
  await start({}, '&eventID=meeting-created');
  play.simulator.create({ meetingID: 'math-101' });
  await play.clock.advance(700);
  status = 200;
  await play.clock.advance(400_000);
  expect(received).toHaveLength(4);
  expect(play.simulator.hooks).toHaveLength(1);
});

test('a permanent hook is tried every minute for ever, and nobody listening is a failure too', async () => {
  await start({ permanent: [{ url: callbackURL }] });
  receiver.close();
  await once(receiver, 'close');
  play.simulator.create({ meetingID: 'math-101', meetingExpireIfNoUserJoinedInMinutes: 99 });
  await play.clock.advance(300_000);
  const before = play.simulator.webhookAttempts.length;
  await play.clock.advance(600_000);
  expect(play.simulator.webhookAttempts.length - before).toBe(10);
  expect(play.simulator.webhookAttempts.every((attempt) => attempt.status === undefined)).toBe(true);
  expect(play.simulator.hooks).toMatchObject([{ permanent: true }]);
});

test('switched off nothing is sent, and what was due is lost', async () => {
  await start({}, '&getRaw=false');
  play.simulator.faults.webhooks('off');
  play.simulator.create({ meetingID: 'math-101' });
  await play.clock.advance(1_000);
  play.simulator.faults.webhooks('on');
  await play.clock.advance(60_000);
  expect(events()).toEqual([]);
  play.simulator.join('math-101');
  await play.simulator.settled();
  expect(events().map(({ id }) => id)).toEqual(['user-joined']);
});
