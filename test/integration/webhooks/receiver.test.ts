/** Deliveries over real HTTP: genuine, forged, replayed, broken, huge. */
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { createLog } from '../../../sidecar/log';
import { CREATED, callback, deliveryBody, deliveryChecksum, JOINED } from '../../fixtures/callbacks';
import { until } from '../../support/until';
import { type AReceiver, startAReceiver } from './a-receiver';

const SECRET = 's3cr3t-for-docs-only';
const PUBLIC_URL = 'https://sidecar.example/bbb';
const FORM = { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' };
const ENDED = callback('meeting-ended', {});

let receiver: AReceiver;

beforeEach(async () => {
  receiver = await startAReceiver(SECRET, { callbackUrl: PUBLIC_URL });
});

afterEach(() => receiver.stop());

interface Delivery {
  readonly checksum?: string | undefined;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

/** As bbb-webhooks sends it, but for what is given. */
async function deliver({ checksum, headers, body = deliveryBody(JOINED) }: Delivery): Promise<Response> {
  const query = checksum === undefined ? '' : `?checksum=${checksum}`;
  return fetch(`${receiver.url}${query}`, {
    method: 'POST',
    body: new Uint8Array(Buffer.from(body)),
    headers: { ...FORM, ...headers },
  });
}

function genuine(body: string, algorithm = 'sha1'): Delivery {
  return { body, checksum: deliveryChecksum(PUBLIC_URL, body, SECRET, algorithm) };
}

/** Refused with a status and nothing else, and nothing handed on. */
async function expectForged(delivery: Delivery): Promise<void> {
  const response = await deliver(delivery);
  expect(response.status).toBe(403);
  expect(await response.text()).toBe('');
  expect(receiver.counts).toEqual({ forged: 1, event: 0, irrelevant: 0, malformed: 0 });
  expect(receiver.events).toEqual([]);
}

it('takes the delivery of the reference', async () => {
  const body =
    'domain=bbb.example&event=%5B%7B%22data%22%3A%7B%22type%22%3A%22event%22%2C%22id%22%3A%22meeting-ended%22%2C%22attributes%22%3A%7B%22meeting%22%3A%7B%22internal-meeting-id%22%3A%22ab12-1%22%2C%22external-meeting-id%22%3A%22math-101%22%7D%7D%2C%22event%22%3A%7B%22ts%22%3A1760000000000%7D%7D%7D%5D&timestamp=1760000000123';
  const response = await deliver({ body, checksum: '05169a236c21eededa2daf076d47f11597956ecd' });
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('');
  await until('the event', () => receiver.events.length === 1);
  expect(receiver.events).toEqual([
    {
      type: 'meeting-ended',
      via: 'webhook',
      internalMeetingId: 'ab12-1',
      at: 1_760_000_000_000,
      reason: 'unknown',
    },
  ]);
});

it.each(['sha1', 'sha256', 'sha384', 'sha512'])('genuine by %s', async (algorithm) => {
  expect((await deliver(genuine(deliveryBody(CREATED), algorithm))).status).toBe(200);
  await until('the event', () => receiver.counts.event === 1);
});

it('genuine by bearer token', async () => {
  expect((await deliver({ headers: { authorization: `Bearer ${SECRET}` } })).status).toBe(200);
  await until('the event', () => receiver.events.length === 1);
});

it('a registered URL with a query of its own', async () => {
  const withQuery = `${PUBLIC_URL}?node=1`;
  const other = await startAReceiver(SECRET, { callbackUrl: withQuery });
  const body = deliveryBody(ENDED);
  const url = `${other.url}?node=1&checksum=${deliveryChecksum(withQuery, body, SECRET)}`;
  expect((await fetch(url, { method: 'POST', body, headers: FORM })).status).toBe(200);
  await until('the event', () => other.events.length === 1);
  await other.stop();
});

describe('forged', () => {
  const body = deliveryBody(JOINED);
  const good = deliveryChecksum(PUBLIC_URL, body, SECRET);

  it.each([
    ['no checksum', {}],
    ['an empty checksum', { checksum: '' }],
    ['another checksum', { checksum: good.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) }],
    ['the checksum of another secret', { checksum: deliveryChecksum(PUBLIC_URL, body, 'other') }],
    [
      'the checksum over the URL it arrived at',
      { checksum: deliveryChecksum('http://127.0.0.1/webhooks/bbb', body, SECRET) },
    ],
    ['two checksums', { checksum: `${good}&checksum=${good}` }],
    ['another body', { checksum: good, body: `${body}&x=1` }],
    ['the same form written otherwise', { checksum: good, body: body.replaceAll('%22', '"') }],
    ['no body', { checksum: good, body: '' }],
    ['another token', { headers: { authorization: 'Bearer other' } }],
    ['no token', { headers: { authorization: 'Bearer' } }],
    [
      'the secret as password',
      { headers: { authorization: `Basic ${Buffer.from(`a:${SECRET}`).toString('base64')}` } },
    ],
    ['compressed', { checksum: good, body: gzipSync(body), headers: { 'content-encoding': 'gzip' } }],
    ['three megabytes', { checksum: good, body: 'x'.repeat(3 * 1024 * 1024) }],
    [
      'three megabytes with the token',
      { body: 'x'.repeat(3 * 1024 * 1024), headers: { authorization: `Bearer ${SECRET}` } },
    ],
  ] as readonly (readonly [string, Delivery])[])('%s: 403 and nothing else', async (_what, delivery) => {
    await expectForged(delivery);
  });

  it('not listed: an algorithm that is not ours', async () => {
    const strict = await startAReceiver(SECRET, { callbackUrl: PUBLIC_URL, algorithms: ['sha256'] });
    const response = await fetch(`${strict.url}?checksum=${good}`, { method: 'POST', body, headers: FORM });
    expect(response.status).toBe(403);
    await strict.stop();
  });

  it('is refused before the body has come', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sent = request(
        receiver.url,
        { method: 'POST', headers: { ...FORM, 'content-length': '1000000' } },
        (response) => {
          resolve(response.statusCode);
          sent.destroy();
        },
      );
      sent.on('error', reject);
      sent.write('event=');
    });
    expect(status).toBe(403);
  });
});

describe('genuine but broken', () => {
  it.each([
    'event=',
    'domain=x',
    'event=%5B',
    'event=null',
    'event=%5B1%2C%7B%7D%5D',
    '\u0000\u00ff',
    'event=%E0%A4%A',
  ])('%j: 200, for the same would come again, and counted', async (body) => {
    expect((await deliver(genuine(body))).status).toBe(200);
    await until('the count', () => receiver.counts.malformed > 0);
    expect(receiver.events).toEqual([]);
    expect(receiver.counts.forged).toBe(0);
  });

  it('`__proto__` keys change no prototype', async () => {
    const event = JSON.stringify(JOINED).replace(
      '"data":{',
      '"__proto__":{"polluted":1},"data":{"__proto__":{"polluted":1},',
    );
    const body = new URLSearchParams({ domain: 'x', event: `[${event}]`, timestamp: '1' }).toString();
    await deliver(genuine(body));
    await until('the event', () => receiver.events.length === 1);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

it('what nobody needs is taken and counted', async () => {
  await deliver(genuine(deliveryBody(callback('user-audio-muted', {}))));
  await until('the count', () => receiver.counts.irrelevant === 1);
});

it('replayed a hundred times it is handed on as often, the same each time', async () => {
  const delivery = genuine(deliveryBody(JOINED));
  const answers = await Promise.all(Array.from({ length: 100 }, () => deliver(delivery)));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  await until('all events', () => receiver.events.length === 100);
  for (const event of receiver.events) expect(event).toEqual(receiver.events[0]);
});

it('is answered before it is worked on, and whoever throws there costs no delivery', async () => {
  const order: string[] = [];
  const busy = await startAReceiver(SECRET, {
    callbackUrl: PUBLIC_URL,
    log: createLog('silent'),
    onEvent: () => {
      order.push('worked on');
      throw new Error('not today');
    },
  });
  const body = deliveryBody(JOINED);
  const url = `${busy.url}?checksum=${deliveryChecksum(PUBLIC_URL, body, SECRET)}`;
  expect((await fetch(url, { method: 'POST', body, headers: FORM })).status).toBe(200);
  expect((await fetch(url, { method: 'POST', body, headers: FORM })).status).toBe(200);
  await until('both', () => order.length === 2);
  await busy.stop();
});

it('is no page to look at', async () => {
  for (const method of ['GET', 'PUT', 'DELETE'])
    expect((await fetch(receiver.url, { method })).status).toBe(404);
});
