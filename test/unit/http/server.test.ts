/** What every route gets from the server around it: no stack and no secret for whoever asks, whatever a route does. */
import { createServer } from 'node:http';
import { Router } from 'express';
import request from 'supertest';
import { healthRoutes, type Readiness } from '../../../sidecar/http/routes/health';
import { buildServer } from '../../../sidecar/http/server';
import { createLog } from '../../../sidecar/log';
import { createMetrics } from '../../../sidecar/metrics';

const SECRET_URL = 'postgres://user:hunter2@db.example/x';

function serverWith(...routers: Router[]) {
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => void lines.push(line) });
  return { app: buildServer({ log, routers }), lines };
}

function failing(): Router {
  const router = Router();
  router.get('/throws', () => {
    throw new Error(`no connection to ${SECRET_URL}`);
  });
  router.get('/rejects', async () => {
    throw new Error(`no connection to ${SECRET_URL}`);
  });
  router.get('/midway', (_request, response) => {
    response.write('half a');
    throw new Error('too late');
  });
  router.get('/meetings/:id', (_request, response) => void response.end());
  return router;
}

test.each(['/throws', '/rejects'])(
  '%s: 500 without a word of why; the log has it without the password',
  async (path) => {
    const { app, lines } = serverWith(failing());
    const { status, text } = await request(app).get(path);
    expect([status, text]).toEqual([500, 'internal error\n']);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /"method":"GET","error":"no connection to postgres:.*db\.example.*"msg":"request failed"/,
    );
    expect(lines[0]).not.toContain('hunter2');
  },
);

test('an answer that had begun is ended', async () => {
  const { app } = serverWith(failing());
  expect((await request(app).get('/midway')).text).toBe('half a');
});

test.each(['/nowhere', '/throws/x'])('%s: 404', async (path) => {
  const { status, text } = await request(serverWith(failing()).app).get(path);
  expect([status, text]).toEqual([404, 'not found\n']);
});

test('a bad percent escape is the fault of who asks', async () => {
  const { app, lines } = serverWith(failing());
  const { status, text } = await request(app).get('/meetings/%E0%A4%A');
  expect([status, text, lines]).toEqual([400, 'bad request\n', []]);
});

test('nothing tells what runs here, and browsers are told to guess nothing', async () => {
  const { headers } = await request(serverWith().app).get('/');
  expect(headers['x-powered-by']).toBeUndefined();
  expect(headers['x-content-type-options']).toBe('nosniff');
});

describe('whose address counts', () => {
  /** What the service takes for the address of somebody whose connection comes from `peer`. */
  async function addressOf(peer: string, forwardedFor: string): Promise<unknown> {
    const router = Router();
    router.get('/who', (incoming, response) => void response.json(incoming.ip));
    const server = createServer(serverWith(router).app);
    server.on('connection', (socket) => Object.defineProperty(socket, 'remoteAddress', { value: peer }));
    return (await request(server).get('/who').set('x-forwarded-for', forwardedFor)).body;
  }

  test.each(['127.0.0.1', '::1', '::ffff:127.0.0.1'])(
    'the proxy beside us (%s) is believed',
    async (peer) => {
      expect(await addressOf(peer, '198.51.100.7')).toBe('198.51.100.7');
    },
  );

  test.each(['198.51.100.7', '10.0.0.7', 'fd00::7'])(
    'behind a proxy that appends, what %s itself sent is not believed',
    async (client) => {
      expect(await addressOf('127.0.0.1', `203.0.113.1, ${client}`)).toBe(client);
    },
  );

  // A published port of a container shows visitors from anywhere under the address of its bridge.
  test.each([
    '198.51.100.7',
    '2001:db8::7',
    '172.17.0.1',
    '::ffff:172.17.0.1',
    '192.168.1.7',
    'fd00::7',
    'fe80::7',
  ])('nobody else is: %s', async (peer) => {
    expect(await addressOf(peer, '203.0.113.1')).toBe(peer);
  });
});

describe('health', () => {
  const NAMES = ['bus', 'bbb-api', 'bbb-analytics', 'database', 'config', 'policy-file', 'clock'] as const;

  function healthOf(down: string | undefined) {
    const metrics = createMetrics();
    const readiness = (): Record<string, Readiness> =>
      Object.fromEntries(NAMES.map((name) => [name, { ok: name !== down, detail: `${name} as it is` }]));
    const beforeMetrics = (): void => metrics.meetings.set(3);
    return serverWith(healthRoutes({ readiness, metrics, beforeMetrics })).app;
  }

  test('with everything there it is ready', async () => {
    const { status, body } = await request(healthOf(undefined)).get('/readyz');
    expect([status, body.status, Object.keys(body.checks)]).toEqual([200, 'ready', [...NAMES]]);
  });

  test.each(NAMES)(
    'without %s it is not ready, and says so by name; the process is well all the same',
    async (name) => {
      const app = healthOf(name);
      const { status, body } = await request(app).get('/readyz');
      expect([status, body.status]).toEqual([503, 'not ready']);
      expect(NAMES.filter((each) => !body.checks[each].ok)).toEqual([name]);
      expect((await request(app).get('/healthz')).status).toBe(200);
    },
  );

  test('metrics are brought up to date, then read, in the form of Prometheus', async () => {
    const { headers, text } = await request(healthOf(undefined)).get('/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain/);
    expect(text).toMatch(/^bbb_tiers_meetings 3$/m);
    for (const name of [
      'bus_messages_total',
      'decisions_total',
      'lanes',
      'resync_age_seconds',
      'enforcement_latency_seconds',
    ])
      expect(text).toContain(`# HELP bbb_tiers_${name} `);
  });
});
