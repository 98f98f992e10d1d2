/** An HTTP server on loopback that can be told to fail: refuse, stall, answer late or answer rubbish; what it serves is given to it. */
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock } from '../../../sidecar/core/clock';
import type { HttpFault } from '../faults';

export interface FaultyServer {
  readonly port: number;
  readonly url: string;
  /** Undefined: well again. `down` closes the port; it stays this server's for later. */
  setFault(fault: HttpFault | undefined): Promise<void>;
  faulty(): boolean;
  /** Connections still without a request, and requests being worked on; the stalled ones are left out. */
  busy(): number;
  /** Counts up with every connection made and every request begun. */
  contacts(): number;
  close(): Promise<void>;
}

const HTML =
  '<html>\n<head><title>502 Bad Gateway</title></head>\n<body><center><h1>502 Bad Gateway</h1></center></body>\n</html>\n';
const WRONG_CHECKSUM =
  '<response><returncode>FAILED</returncode><messageKey>checksumError</messageKey><message>Checksums do not match</message></response>';
const TRUNCATED = '<response><returncode>SUCCESS</returncode><meetings><meeting><meetingName>Cut o';

export interface ServerOptions {
  readonly port: number;
  readonly clock: Clock;
  readonly listener: RequestListener;
}

export async function startFaultyServer(options: ServerOptions): Promise<FaultyServer> {
  const { clock, listener } = options;
  let fault: HttpFault | undefined;
  const traffic = watchTraffic();
  let port = options.port;

  const handle: RequestListener = (request, response) => {
    traffic.onRequest(request.socket);
    const answer = (): void => {
      traffic.onAnswer(response);
      listener(request, response);
    };
    if (fault === undefined) answer();
    else if (fault.kind === 'slow') clock.schedule(fault.delayMs, answer);
    else fail(response, fault);
  };

  const start = (): Promise<Server> => listen(handle, traffic.onConnection, port);
  let server = await start();
  port = (server.address() as AddressInfo).port;

  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async setFault(next) {
      const wasDown = fault?.kind === 'down';
      fault = next;
      if (next?.kind === 'down' && !wasDown) await shut(server);
      if (next?.kind !== 'down' && wasDown) server = await start();
    },
    faulty: () => fault !== undefined,
    busy: traffic.busy,
    contacts: traffic.contacts,
    close: () => shut(server),
  };
}

interface Traffic extends Pick<FaultyServer, 'busy' | 'contacts'> {
  onConnection(socket: Socket): void;
  onRequest(socket: Socket): void;
  onAnswer(response: ServerResponse): void;
}

/** Who has come and is not served yet. */
function watchTraffic(): Traffic {
  const silent = new Set<Socket>();
  let answering = 0;
  let contacts = 0;
  return {
    onConnection(socket) {
      contacts += 1;
      silent.add(socket);
      socket.once('close', () => silent.delete(socket));
    },
    onRequest(socket) {
      contacts += 1;
      silent.delete(socket);
    },
    onAnswer(response) {
      answering += 1;
      response.once('close', () => {
        answering -= 1;
      });
    },
    busy: () => answering + silent.size,
    contacts: () => contacts,
  };
}

function listen(
  handle: RequestListener,
  onConnection: (socket: Socket) => void,
  port: number,
): Promise<Server> {
  const server = createServer(handle).on('connection', onConnection);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** `hang` and `down` say nothing at all. */
function fail(response: ServerResponse, fault: HttpFault): void {
  const xml = { 'Content-Type': 'text/xml;charset=utf-8' };
  if (fault.kind === 'error-500')
    response.writeHead(500, { 'Content-Type': 'text/html' }).end('<h1>Internal Server Error</h1>');
  if (fault.kind === 'html') response.writeHead(200, { 'Content-Type': 'text/html' }).end(HTML);
  if (fault.kind === 'empty') response.writeHead(200, xml).end();
  if (fault.kind === 'wrong-checksum') response.writeHead(200, xml).end(WRONG_CHECKSUM);
  if (fault.kind === 'redirect') response.writeHead(301, { Location: fault.to }).end();
  if (fault.kind === 'truncated') response.writeHead(200, xml).end(TRUNCATED);
}
