/** The rendered server blocks in a real nginx: accepted, and Greenlight gets behind them what it needs. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { AWKWARD, loaded, tenantsNamed } from '../../unit/greenlight/loaded';
import { itWith } from '../../unit/greenlight/programs';
import { ask } from './ask-nginx';
import { installBlocks, startNginx } from './nginx-server';

const HOST = 'acme.meet.example';
const test = itWith('nginx', ['-v']);

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bbb-tiers-nginx-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

test.each([
  ['the shipped config', () => loaded('config')],
  ['the awkward config', () => loaded(AWKWARD)],
  ['many tenants', () => tenantsNamed(Array.from({ length: 10 }, (_, index) => `t-${index}`))],
])('nginx -t accepts %s', (_, config) => {
  const { stderr, status } = spawnSync(
    'nginx',
    ['-t', '-p', root, '-c', installBlocks(root, config()), '-e', join(root, 'error.log')],
    { encoding: 'utf8' },
  );
  expect(stderr.replaceAll(root, 'ROOT')).toBe(
    'nginx: the configuration file ROOT/nginx.conf syntax is ok\nnginx: configuration file ROOT/nginx.conf test is successful\n',
  );
  expect(status).toBe(0);
});

test('Greenlight is told its own name and https, whatever the visitor says', async () => {
  const { port, seen, stop } = await startNginx(root);
  try {
    const spoofed = { host: 'evil.example', 'x-forwarded-proto': 'http', 'x-forwarded-for': '203.0.113.9' };
    expect(await ask(port, HOST, '/rooms', { headers: spoofed })).toMatchObject({
      status: 200,
      body: 'greenlight',
    });
    expect(seen[0]?.headers).toMatchObject({
      host: HOST,
      'x-forwarded-proto': 'https',
      'x-real-ip': '127.0.0.1',
      'x-forwarded-for': '203.0.113.9, 127.0.0.1',
    });
    expect(seen[0]?.headers).not.toHaveProperty('upgrade');
  } finally {
    await stop();
  }
});

test('the websocket gets through, with the same name and protocol', async () => {
  const { port, seen, stop } = await startNginx(root);
  try {
    const socket = connect({
      port,
      host: '127.0.0.1',
      servername: HOST,
      rejectUnauthorized: false,
      ALPNProtocols: ['http/1.1'],
    });
    await once(socket, 'secureConnect');
    socket.write(
      `GET /cable HTTP/1.1\r\nHost: ${HOST}\r\nOrigin: https://${HOST}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n`,
    );
    let reply = '';
    for await (const chunk of socket) {
      reply += String(chunk);
      if (reply.includes('over the socket')) break;
    }
    expect(reply).toMatch(/^HTTP\/1\.1 101 /);
    expect(seen[0]).toMatchObject({
      path: '/cable',
      headers: {
        upgrade: 'websocket',
        connection: 'upgrade',
        host: HOST,
        'x-forwarded-proto': 'https',
        origin: `https://${HOST}`,
      },
    });
  } finally {
    await stop();
  }
});

/** nginx may close as soon as it has refused, in the middle of what we send. */
function refusedMidway(error: NodeJS.ErrnoException): { status: number } {
  if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') throw error;
  return { status: 413 };
}

const MEGABYTE = 1024 * 1024;
test.each([
  ['/api/v1/rooms/abc-def-ghi-jkl.json', 30, 200],
  ['/api/v1/rooms/abc-def-ghi.json', 30, 200],
  ['/api/v1/rooms/abc-def-ghi-jkl.json', 32, 413],
  ['/api/v1/users/0b2e7a4c-1111-4222-8333-444455556666.json', 3, 200],
  ['/api/v1/users/0b2e7a4c-1111-4222-8333-444455556666.json', 5, 413],
  ['/api/v1/admin/site_settings/BrandingImage.json', 3, 200],
  ['/api/v1/admin/site_settings/BrandingImage.json', 5, 413],
  ['/api/v1/sessions.json', 2, 413],
])('%s with %d MB is answered with %d', async (path, megabytes, expected) => {
  const { port, seen, stop } = await startNginx(root);
  try {
    const { status } = await ask(port, HOST, path, { method: 'PATCH', bytes: megabytes * MEGABYTE }).catch(
      refusedMidway,
    );
    expect(status).toBe(expected);
    expect(seen.map(({ bytes }) => bytes)).toEqual(expected === 200 ? [megabytes * MEGABYTE] : []);
  } finally {
    await stop();
  }
});
