import { request as httpRequest } from 'node:http';
import { sign } from 'jsonwebtoken';
import { ADMIN_SECRET, type Answer, type ApiWorld, startApiWorld } from './api-world';
import { rowCounts } from './row-counts';

const SQL = "'; drop table bbb_tiers.decisions; --";
let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld();
});
afterAll(() => world.stop());

function expectProblem(answer: Answer, status: number, detail: string | RegExp = ''): void {
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    status,
    'application/problem+json; charset=utf-8',
  ]);
  expect(answer.body).toMatchObject({
    type: 'about:blank',
    status,
    title: expect.any(String),
    detail: expect.stringMatching(detail),
    request_id: answer.headers.get('x-request-id'),
  });
  expect(answer.headers.get('cache-control')).toBe('no-store');
}

/** Sends a path as it is, which `fetch` would put in order first. */
function raw(path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(world.app.url);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, path, headers }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.on('error', reject);
    request.end();
  });
}

describe('who calls', () => {
  const seconds = (): number => Math.floor(world.clock.now() / 1_000);
  const claims = (change: object = {}): object => ({
    iss: 'bbb-tiers',
    aud: 'bbb-tiers',
    sub: 'a-1',
    role: 'operator',
    iat: seconds(),
    exp: seconds() + 60,
    ...change,
  });
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

  test.each<[string, () => string | undefined, RegExp]>([
    ['nobody', () => '', /'Authorization: Bearer <token>'|malformed/],
    ['basic', () => 'Basic dXNlcjpwYXNz', /malformed/],
    ['garbage', () => 'Bearer x', /malformed/],
    ['another key', () => `Bearer ${sign(claims(), `${ADMIN_SECRET}!`)}`, /not signed with the key/],
    ['expired', () => `Bearer ${sign(claims({ exp: seconds() - 1 }), ADMIN_SECRET)}`, /has expired/],
    ['alg none', () => `Bearer ${part({ alg: 'none' })}.${part(claims())}.`, /malformed|HS256/],
    ['another audience', () => `Bearer ${sign(claims({ aud: 'greenlight' }), ADMIN_SECRET)}`, /audience/],
    [
      'a life of 31 days',
      () => `Bearer ${sign(claims({ exp: seconds() + 31 * 86_400 }), ADMIN_SECRET)}`,
      /30d/,
    ],
    ['SQL', () => `Bearer ${SQL}`, /malformed/],
  ])('%s: 401 with a challenge', async (_case, authorization, detail) => {
    const answer = await world.call('/meetings', { headers: { authorization: authorization() ?? '' } });
    expectProblem(answer, 401, detail);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="bbb-tiers"/);
  });

  test('no header at all: 401 without an error in the challenge', async () => {
    const response = await fetch(`${world.app.url}/api/v1/meetings`);
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer realm="bbb-tiers"',
    ]);
  });

  test('a viewer may not act: 403, and nothing happens', async () => {
    world.crowd(world.create({ meetingID: 'stays' }), 2);
    await world.advance(1_000);
    for (const path of ['/meetings/stays/end', '/reload'])
      expectProblem(await world.call(path, { method: 'POST' }), 403, /'operator'/);
    expect(world.bbb.meeting('stays').running).toBe(true);
  });

  test('by the session cookie one may read; acting needs the header that no form can send', async () => {
    const cookie = (token: string): Record<string, string> => ({
      cookie: `a=b; bbb_tiers_session=${token}; c=d`,
    });
    const send = (path: string, init: RequestInit): Promise<Response> =>
      fetch(`${world.app.url}/api/v1${path}`, init);
    const operator = world.token('operator');
    expect((await send('/meetings', { headers: cookie(world.token()) })).status).toBe(200);
    expect((await send('/meetings', { headers: cookie('x.y.z') })).status).toBe(401);
    expect((await send('/reload', { method: 'POST', headers: cookie(operator) })).status).toBe(403);
    const acting = { ...cookie(operator), 'x-requested-with': 'bbb-tiers' };
    expect((await send('/reload', { method: 'POST', headers: acting })).status).toBe(200);
    const both = { ...acting, authorization: 'Bearer x' };
    expect((await send('/reload', { method: 'POST', headers: both })).status).toBe(401);
  });

  test('too many failures: 429, and whoever has a valid token goes on', async () => {
    const fail = (): Promise<Answer> => world.call('/meetings', { headers: { authorization: 'Bearer x' } });
    let answer = await fail();
    for (let tries = 0; tries < 60 && answer.status === 401; tries += 1) answer = await fail();
    expectProblem(answer, 429, /wait/);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await world.call('/meetings')).status).toBe(200);
  });

  test('each answer tells how much may be asked', async () => {
    const { headers } = await world.call('/tiers');
    expect(headers.get('ratelimit-policy')).toBe('"calls"; q=600; w=60; pk=:MTJjYTE3YjQ5YWYy:');
    expect(headers.get('ratelimit')).toMatch(/^"calls"; r=\d+; t=\d+$/);
  });
});

describe('what is asked', () => {
  test.each([
    ['an unknown filter', '/decisions?tennant=acme', "tennant: unknown parameter, did you mean 'tenant'?"],
    ['a parameter where none is taken', '/meetings?x=1', 'x: unknown parameter (none is taken here)'],
    ['a name that is no parameter', '/decisions?__proto__=1', '__proto__: unknown parameter'],
    ['another', '/decisions?constructor=1', 'constructor: unknown parameter'],
    ['a filter twice', '/decisions?tenant=a&tenant=b', 'tenant: expected once'],
    ['a list', '/decisions?tenant[]=a', 'tenant[]: unknown parameter'],
    ['a bad cursor', '/decisions?cursor=abc', "cursor: expected the 'next_cursor'"],
    [
      'a cursor of something else',
      `/decisions?cursor=${Buffer.from('1 x').toString('base64url')}`,
      'cursor:',
    ],
    [
      'a cursor beyond all days',
      `/decisions?cursor=${Buffer.from('8640000000000000 1').toString('base64url')}`,
      'cursor:',
    ],
    [
      'a cursor before all days',
      `/decisions?cursor=${Buffer.from('-8640000000000000 1').toString('base64url')}`,
      'cursor:',
    ],
    ['a huge cursor', `/decisions?cursor=${'a'.repeat(5_000)}`, 'cursor:'],
    ['a huge page', '/decisions?size=501', 'size: expected a whole number from 1 to 500'],
    ['a larger one', '/decisions?size=999999999999999999999', 'size:'],
    ['no page', '/decisions?size=0', 'size:'],
    ['a negative page', '/decisions?size=-1', 'size:'],
    ['a limit that is none', '/decisions?limit=20', 'limit: '],
    ['an action that is none', `/decisions?action=${encodeURIComponent(SQL)}`, 'action: '],
    [
      'a moment that is none',
      '/decisions?since=yesterday',
      "since: expected a moment such as '2026-11-02T10:00:00Z'",
    ],
    ['a day that is none', '/decisions?since=2026-13-01T00:00:00Z', 'since:'],
    ['a moment before the first year', '/decisions?since=0000-01-01T00:00:00Z', 'since:'],
    ['one that is there only in its own zone', '/decisions?until=0001-01-01T00:00:00%2B14:00', 'until:'],
    ['a month that is none', '/usage?month=2026-13', "month: expected a month such as '2026-11'"],
    ['the year 0', '/usage?month=0000-01', 'month:'],
    ['too many hours', '/series?hours=169', 'hours: expected a whole number from 1 to 168'],
    ['a code that is none', '/decisions/ABC', "code: expected a code such as 'K7Q-2MX'"],
    ['a malformed escape in the query', '/decisions?tenant=%zz', 'malformed percent-escape'],
    ['a query to the stream', '/stream?padding=1', 'padding: unknown parameter'],
  ])('%s: 400 that names it', async (_case, path, detail) => {
    const answer = await world.call(path);
    expectProblem(answer, 400);
    expect(answer.body.detail).toContain(detail);
  });

  test('all that is wrong is named at once', async () => {
    const { body } = await world.call('/decisions?size=0&limit=x&since=y');
    expect(body.errors.map((error: { path: string }) => error.path).sort()).toEqual([
      'limit',
      'since',
      'size',
    ]);
  });

  test('a malformed escape in the path: 400', async () => {
    const headers = { authorization: `Bearer ${world.token()}` };
    const { status, body } = await raw('/api/v1/meetings/%zz', headers);
    expect([status, JSON.parse(body).status]).toEqual([400, 400]);
    expect((await raw('/api/v1/meetings/%ff%fe', headers)).status).toBe(400);
  });

  test('a Host header that is no host breaks nothing', async () => {
    const headers = { authorization: `Bearer ${world.token()}`, host: 'a b[' };
    expect((await raw('/api/v1/stream', headers)).status).toBe(400);
    expect((await raw('/api/v1/meetings', headers)).status).toBe(200);
  });

  test.each([
    ['/nothing', 404],
    ['', 404],
    ['/meetings/none', 404],
    ['/decisions/222-222', 404],
  ])('GET %s: %d', async (path, status) => {
    expectProblem(await world.call(path), status);
  });

  test.each([
    ['DELETE', '/meetings', 'GET, HEAD'],
    ['POST', '/decisions', 'GET, HEAD'],
    ['GET', '/reload', 'POST'],
    ['PUT', '/meetings/x/end', 'POST'],
    ['POST', '/stream', 'GET'],
    ['POST', '/openapi.json', 'GET, HEAD'],
  ])('%s %s: 405 that names %s', async (method, path, allowed) => {
    const answer = await world.call(path, { method });
    expectProblem(answer, 405, allowed);
    expect(answer.headers.get('allow')).toBe(allowed);
  });
});

describe('what is sent', () => {
  const json = { 'content-type': 'application/json' };
  test.each<[string, RequestInit, number]>([
    ['10 MB', { body: 'a'.repeat(10_000_000), headers: json }, 413],
    [
      '10 MB in pieces',
      { body: new Blob(['a'.repeat(10_000_000)]).stream(), headers: json, duplex: 'half' } as RequestInit,
      413,
    ],
    ['just too much', { body: JSON.stringify('a'.repeat(64 * 1_024)), headers: json }, 413],
    ['a form', { body: new URLSearchParams({ a: 'b' }) }, 415],
    ['text', { body: 'a', headers: { 'content-type': 'text/plain' } }, 415],
    ['nothing that says what it is', { body: Buffer.from('{}'), headers: { 'content-type': '' } }, 415],
    [
      'another character set',
      { body: '{}', headers: { 'content-type': 'application/json; charset=koi8-r' } },
      415,
    ],
    ['packed by something unknown', { body: '{}', headers: { ...json, 'content-encoding': 'zstd-x' } }, 415],
    ['malformed JSON', { body: '{"a":', headers: json }, 400],
    ['a list', { body: '[]', headers: json }, 400],
    ['members', { body: '{"reason":"x"}', headers: json }, 400],
    ['__proto__', { body: '{"__proto__":{"polluted":1}}', headers: json }, 400],
    ['an empty object', { body: '{}', headers: json }, 200],
    ['nothing', {}, 200],
  ])('%s: answered as it should be', async (_case, init, status) => {
    const answer = await world.post('/reload', init);
    if (status === 200) expect(answer.status).toBe(200);
    else expectProblem(answer, status);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

test("the caller's request id comes back and is logged when it is a plain one, else another is made", async () => {
  const withId = async (id: string): Promise<string | null> =>
    (await world.call('/tiers', { headers: { 'x-request-id': id } })).headers.get('x-request-id');
  expect(await withId('trace-1.2:3')).toBe('trace-1.2:3');
  expect(world.logged.some((line) => line.includes('"requestId":"trace-1.2:3"'))).toBe(true);
  for (const id of ['a b', 'x'.repeat(65), '<script>', SQL])
    expect(await withId(id)).toMatch(/^[0-9a-f-]{36}$/);
});

test('SQL, NUL and more in every place: the right status, and nothing stored', async () => {
  await world.stored();
  const before = await rowCounts(world.database.databaseUrl);
  for (const value of [SQL, '\0', '\ud800', '%', '_', 'ä'.repeat(256), '🙂', '../..', '{"$ne":1}', 'null']) {
    const text = encodeURIComponent(Buffer.from(value).toString());
    for (const name of ['tenant', 'tier', 'meeting'])
      expect([value, name, (await world.call(`/decisions?${name}=${text}`)).body.items]).toEqual([
        value,
        name,
        [],
      ]);
    expect((await world.call(`/usage?tenant=${text}`)).body.items).toEqual([]);
    expect((await world.call(`/meetings/${text}`)).status).toBe(404);
    expect((await world.post(`/meetings/${text}/end`)).status).toBe(404);
    expect((await world.call(`/decisions/${text}`)).status).toBe(400);
  }
  await world.app.journal.flush(5_000);
  expect(await rowCounts(world.database.databaseUrl)).toEqual(before);
});

test('no token is in the log', () => {
  expect(world.logged.join('\n')).not.toMatch(/eyJ|Bearer [^[]/);
});
