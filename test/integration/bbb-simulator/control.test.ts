/** The control API, as one drives it by curl. */
import { CONTROL_ACTIONS } from '../../bbb-simulator/control-actions';
import { type RedisServer, startRedisServer } from '../../support/redis-server';
import { type Play, startPlay } from './a-simulator';

let redis: RedisServer;
let play: Play;

beforeAll(async () => {
  redis = await startRedisServer();
});
afterAll(() => redis.stop());
beforeEach(async () => {
  play = await startPlay(redis.url, { controlPort: 0 });
});
afterEach(() => play.stop());

async function post(action: string, body: unknown): Promise<{ status: number; answer: unknown }> {
  const response = await fetch(`${play.simulator.controlUrl}/${action}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, answer: await response.json() };
}

async function get(path: string): Promise<unknown> {
  return await (await fetch(`${play.simulator.controlUrl}${path}`)).json();
}

test('a meeting is made, joined, recorded, called into and ended', async () => {
  await post('create', { meetingID: 'math-101', record: true, meta_tier: 'free' });
  const { answer } = await post('join', { meeting: 'math-101', name: 'Ada', role: 'MODERATOR' });
  const { internalUserId: by } = answer as { internalUserId: string };
  expect(await post('start-recording', { meeting: 'math-101', by })).toEqual({ status: 200, answer: true });
  await post('dial-in', { meeting: 'math-101', callerName: '+49' });
  expect(await get('/meetings/math-101')).toMatchObject({
    recording: { active: true },
    people: [{ name: 'Ada' }, { dialIn: true }],
  });
  await post('end', { meeting: 'math-101' });
  expect(await get('/meetings')).toMatchObject([{ running: false, ended: { reason: 'ENDED_FROM_API' } }]);
  expect(await get('/commands')).toMatchObject([{ name: 'EndMeetingSysCmdMsg' }]);
});

test('faults are set and cleared, the control API spared', async () => {
  await post('faults', { api: { kind: 'down' }, bus: { effect: 'lose', match: ['MeetingEndedEvtMsg'] } });
  await expect(fetch(play.signed('getMeetings', ''))).rejects.toThrow();
  expect(await post('faults', { clear: true })).toEqual({ status: 200, answer: 'set' });
  expect(await play.call('getMeetings')).toContain('noMeetings');
});

test('what does not fit is refused with what was expected', async () => {
  expect(await post('join', { meeting: 'math-101', nme: 'Ada' })).toMatchObject({
    status: 400,
    answer: { error: expect.stringContaining('nme') },
  });
  expect(await post('join', { meeting: 'math-101' })).toMatchObject({
    status: 400,
    answer: { error: expect.stringContaining("'math-101'") },
  });
  expect(await post('explode', {})).toMatchObject({
    status: 404,
    answer: { error: 'no such action or view' },
  });
  expect(await get('/nothing')).toMatchObject({ error: 'no such action or view' });
});

test('the help names every action with an example that is taken', async () => {
  const { act } = (await get('')) as { act: Record<string, unknown> };
  expect(Object.keys(act)).toEqual(Object.keys(CONTROL_ACTIONS).map((name) => `POST /simulator/${name}`));
  for (const { body, example } of Object.values(CONTROL_ACTIONS))
    expect(body.safeParse(example).success).toBe(true);
});
