/** Runs a real nginx with rendered server blocks, kept inside one directory, in front of a server that writes down what reaches it. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { Config } from '../../../sidecar/core/config';
import { render } from '../../../sidecar/greenlight/render';
import { allotSlots } from '../../../sidecar/greenlight/slots';
import { findFreePort } from '../../support/free-port';
import { tenantsNamed } from '../../unit/greenlight/loaded';

const USUAL_SERVICE = 'http://127.0.0.1:3020';

/** The blocks of a config with a certificate for each host, and a frame that keeps nginx inside our directory. */
export function installBlocks(
  root: string,
  config: Config,
  edit: (block: string) => string = (block) => block,
): string {
  for (const place of ['certificates', 'blocks', 'temp']) mkdirSync(join(root, place));
  for (const [path, block] of render(config).extras)
    if (path.startsWith('nginx/'))
      writeFileSync(
        join(root, 'blocks', path.slice('nginx/'.length)),
        edit(block.replaceAll('/etc/letsencrypt/live', join(root, 'certificates'))),
      );
  const [key, certificate] = [join(root, 'key.pem'), join(root, 'certificate.pem')];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '1',
      '-subj',
      '/CN=test',
      '-keyout',
      key,
      '-out',
      certificate,
    ],
    { stdio: 'ignore' },
  );
  for (const { host } of config.tenants.values()) {
    mkdirSync(join(root, 'certificates', host));
    execFileSync('cp', [key, join(root, 'certificates', host, 'privkey.pem')]);
    execFileSync('cp', [certificate, join(root, 'certificates', host, 'fullchain.pem')]);
  }
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${root}/temp/${kind};`,
  );
  const frame = join(root, 'nginx.conf');
  writeFileSync(
    frame,
    `daemon off; master_process off; pid ${root}/pid; error_log ${root}/error.log;
events {}
http { access_log off; server_names_hash_bucket_size 256; ${temporary.join(' ')} include ${root}/blocks/*.conf; }
`,
  );
  return frame;
}

export interface RunningNginx {
  readonly port: number;
  readonly seen: { path: string; headers: IncomingMessage['headers']; bytes: number }[];
  stop(): Promise<void>;
}

export interface NginxOptions {
  readonly config?: Config;
  /** Where the service listens, instead of its usual port: `http://127.0.0.1:…`. */
  readonly service?: string;
}

/** nginx with the tenants' blocks on free ports, in front of a server that writes down what reaches it and is each one's Greenlight. */
export async function startNginx(
  root: string,
  { config = tenantsNamed(['acme']), service = USUAL_SERVICE }: NginxOptions = {},
): Promise<RunningNginx> {
  const seen: RunningNginx['seen'] = [];
  const greenlight = await listen(
    createServer((incoming, outgoing) => {
      let bytes = 0;
      incoming.on('data', (chunk: Buffer) => (bytes += chunk.length));
      incoming.on('end', () => {
        seen.push({ path: String(incoming.url), headers: incoming.headers, bytes });
        outgoing.end('greenlight');
      });
    }).on('upgrade', (incoming: IncomingMessage, socket) => {
      seen.push({ path: String(incoming.url), headers: incoming.headers, bytes: 0 });
      socket.end(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nover the socket',
      );
    }),
  );
  const [port, plain] = [await findFreePort(), await findFreePort()];
  const slots = [...allotSlots([...config.tenants.keys()]).values()];
  const frame = installBlocks(root, config, (block) =>
    slots
      .reduce(
        (text, slot) => text.replaceAll(`127.0.0.1:${slot.port};`, `127.0.0.1:${greenlight.port};`),
        block,
      )
      .replaceAll(/ *listen \[::\].*\n/g, '')
      .replaceAll('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
      .replaceAll('listen 80;', `listen 127.0.0.1:${plain};`)
      .replaceAll(USUAL_SERVICE, service),
  );
  const nginx = spawn('nginx', ['-p', root, '-c', frame, '-e', join(root, 'error.log')], { stdio: 'ignore' });
  await answers(port);
  return { port, seen, stop: () => end(nginx, greenlight.server) };
}

async function listen(server: Server): Promise<{ server: Server; port: number }> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { server, port: typeof address === 'object' ? (address?.port ?? 0) : 0 };
}

async function answers(port: number): Promise<void> {
  for (;;) {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    const up = await Promise.race([
      once(socket, 'secureConnect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.on('error', () => {}).destroy();
    if (up) return;
    await new Promise((resume) => setTimeout(resume, 10));
  }
}

async function end(nginx: ChildProcess, server: Server): Promise<void> {
  const gone = once(nginx, 'exit');
  nginx.kill('SIGTERM');
  await gone;
  server.closeAllConnections();
  server.close();
}
