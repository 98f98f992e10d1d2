/** The calls BBB makes for single meetings: at their end, and when a recording is ready. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import jwt from 'jsonwebtoken';
import { type RedisServer, startRedisServer } from '../../support/redis-server';
import { type Play, START_MS, startPlay } from './a-simulator';

let redis: RedisServer;
let play: Play;
let receiver: Server;
let url: string;
let received: { readonly line: string; readonly body: string }[];
let status: number;

beforeAll(async () => {
  redis = await startRedisServer();
});
afterAll(() => redis.stop());

beforeEach(async () => {
  received = [];
  status = 200;
  receiver = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    received.push({ line: `${request.method} ${request.url}`, body });
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  play = await startPlay(redis.url);
});
afterEach(async () => {
  await play.stop();
  receiver.closeAllConnections();
  receiver.close();
});

test.each([
  ['/ended', true, 'GET /ended?recordingmarks=true&meetingID=math%20101'],
  ['/ended?a=1', false, 'GET /ended?a=1&recordingmarks=false&meetingID=math%20101'],
])('the end, to %s, recorded: %s', async (path, recorded, line) => {
  const { simulator } = play;
  simulator.create({ meetingID: 'math 101', meta_endCallbackUrl: url + path });
  const ada = simulator.join('math 101', { role: 'MODERATOR' });
  if (recorded) simulator.startRecording('math 101', ada);
  simulator.endMeeting('math 101');
  await simulator.settled();
  expect(received).toEqual([{ line, body: '' }]);
});

test('the end is told again after 30 s, 1, 2 and 5 minutes, then given up', async () => {
  status = 500;
  play.simulator.create({ meetingID: 'math-101', meta_endCallbackUrl: `${url}/ended` });
  play.simulator.endMeeting('math-101');
  await play.clock.advance(3_600_000);
  expect(play.simulator.callbackAttempts.map(({ at }) => at - START_MS)).toEqual([
    0, 30_000, 90_000, 210_000, 510_000,
  ]);
});

test('a breakout does not tell its end', async () => {
  const { simulator } = play;
  simulator.create({ meetingID: 'parent', meta_endCallbackUrl: `${url}/ended` });
  const ada = simulator.join('parent', { role: 'MODERATOR' });
  simulator.openBreakouts('parent', { count: 1, durationMinutes: 5 });
  simulator.endBreakouts('parent', ada);
  await simulator.settled();
  expect(received).toEqual([]);
});

test('a published recording is told once, signed with the secret', async () => {
  status = 404;
  const { simulator } = play;
  simulator.create({ meetingID: 'math-101', record: true, 'meta_bbb-recording-ready-url': `${url}/ready` });
  simulator.startRecording('math-101', simulator.join('math-101', { role: 'MODERATOR' }));
  simulator.endMeeting('math-101');
  await play.clock.advance(600_000);
  expect(received).toHaveLength(1);
  const [{ line, body } = { line: '', body: '' }] = received;
  const token = new URLSearchParams(body).get('signed_parameters') ?? '';
  expect(line).toBe('POST /ready');
  expect(jwt.verify(token, simulator.secret, { algorithms: ['HS256'] })).toEqual({
    meeting_id: 'math-101',
    record_id: simulator.meeting('math-101').internalMeetingId,
  });
});
