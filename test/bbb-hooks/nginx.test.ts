/** The nginx snippet in a real nginx: the service under its prefix, and nothing of what is for this host alone. */

import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { findFreePort } from '../support/free-port';
import { until } from '../support/until';
import { type Host, makeHost } from './support/host';
import { describeWith } from './support/programs';

/** Sent as it is: clients such as fetch would tidy the path up. */
function get(
  port: number,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string; location: string | undefined }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body, location: response.headers.location }),
      );
    });
    outgoing.on('error', reject).end();
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

describeWith(['nginx', 'ruby'], 'nginx snippet', () => {
  let host: Host;
  let nginx: ChildProcess;
  let upstream: Server;
  let port: number;
  let seen: Array<{ url: string; headers: IncomingHttpHeaders }>;
  let complaints = '';

  beforeAll(async () => {
    host = makeHost();
    upstream = createServer((incoming, response) => {
      seen.push({ url: incoming.url ?? '', headers: incoming.headers });
      response.end('the service');
    });
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    host.write(
      '/etc/bbb-tiers/bbb-tiers.env',
      `PORT=${(upstream.address() as AddressInfo).port}\nPUBLIC_URL=https://bbb.example.org/bbb-tiers\n`,
    );
    expect(await host.install('--public-url', 'https://bbb.example.org/bbb-tiers')).toMatchObject({
      code: 0,
    });
    port = await findFreePort();
    const of = (path: string) => JSON.stringify(host.at(path));
    host.write(
      '/nginx.conf',
      `daemon off; worker_processes 1; pid ${of('/nginx.pid')}; error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path ${of('/tmp-body')}; proxy_temp_path ${of('/tmp-proxy')}; fastcgi_temp_path ${of('/tmp-f')};
  uwsgi_temp_path ${of('/tmp-u')}; scgi_temp_path ${of('/tmp-s')};
  server {
    listen 127.0.0.1:${port};
    server_name bbb.example.org;
    location / { return 200 "BigBlueButton"; }
    location ~* hooks { return 200 "BigBlueButton"; }
    include ${of('/etc/bigbluebutton/nginx')}/*.nginx;
  }
}`.replaceAll(
        `${of('/etc/bigbluebutton/nginx')}/*.nginx`,
        JSON.stringify(`${host.at('/etc/bigbluebutton/nginx')}/*.nginx`),
      ),
    );
    nginx = spawn('nginx', ['-c', host.at('/nginx.conf'), '-p', host.root], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    nginx.stderr?.on('data', (chunk: Buffer) => {
      complaints += chunk.toString();
    });
    await until('nginx listens', async () => {
      if (nginx.exitCode !== null) throw new Error(complaints);
      return answers(port);
    });
  });
  beforeEach(() => {
    seen = [];
  });
  afterAll(async () => {
    const gone = new Promise((resolve) => nginx.once('exit', resolve));
    nginx.kill();
    await gone;
    await new Promise((resolve) => upstream.close(resolve));
    host.dispose();
  });

  test.each([
    ['/bbb-tiers/', '/'],
    ['/bbb-tiers/webhooks/bbb?checksum=a%2Bb', '/webhooks/bbb?checksum=a%2Bb'],
    ['/bbb-tiers/api/v1/meetings', '/api/v1/meetings'],
    ['/bbb-tiers/hooksandmore', '/hooksandmore'],
  ])('%s reaches the service as %s', async (outside, inside) => {
    expect(await get(port, outside)).toMatchObject({ status: 200, body: 'the service' });
    expect(seen.map(({ url }) => url)).toEqual([inside]);
  });

  test.each([
    '/bbb-tiers/hooks/recordings/x',
    '/bbb-tiers/hooks',
    '/bbb-tiers/HOOKS/recordings/x',
    '/bbb-tiers/%68ooks/recordings/x',
    '/bbb-tiers//hooks/recordings/x',
    '/bbb-tiers/x/../hooks/recordings/x',
    '/bbb-tiers/./hooks/x',
    '/bbb-tiers/hooks%2Frecordings',
    '/bbb-tiers/metrics',
    '/bbb-tiers/Metrics',
    '/bbb-tiers/metrics/',
    '/bbb-tiers/metrics?x=1',
  ])('%s does not', async (path) => {
    expect(await get(port, path)).toMatchObject({ status: 404 });
    expect(seen).toEqual([]);
  });

  test('what a client claims about itself is replaced', async () => {
    await get(port, '/bbb-tiers/api', {
      'x-forwarded-for': '203.0.113.9',
      'x-real-ip': '203.0.113.9',
      'x-forwarded-proto': 'gopher',
      'x-forwarded-prefix': '/evil',
      'x-forwarded-host': 'evil',
    });
    expect(seen[0]?.headers).toMatchObject({
      'x-forwarded-for': '127.0.0.1',
      'x-real-ip': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-prefix': '/bbb-tiers',
      'x-forwarded-host': '127.0.0.1',
    });
  });

  test('without the slash one is led to it, and BigBlueButton’s own paths stay BigBlueButton’s', async () => {
    expect(await get(port, '/bbb-tiers')).toMatchObject({
      status: 308,
      location: expect.stringMatching(/\/bbb-tiers\/$/),
    });
    expect(await get(port, '/bbb-tiersque')).toMatchObject({ body: 'BigBlueButton' });
    expect(await get(port, '/bigbluebutton/api/hooks/list')).toMatchObject({ body: 'BigBlueButton' });
  });
});
