/** An HTTP server on loopback that can be told to fail: refuse, stall, answer late or answer rubbish; what it serves is given to it. */
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../sidecar/core/clock';
import type { HttpFault } from '../faults';

export interface FaultyServer {
  readonly port: number;
  readonly url: string;
  /** Undefined: well again. `down` closes the port; it stays this server's for later. */
  setFault(fault: HttpFault | undefined): Promise<void>;
  /** Requests being worked on, the stalled ones left out. */
  busy(): number;
  /** Counts up with every connection made and every request begun. */
  contacts(): number;
  close(): Promise<void>;
}

const HTML =
  '<html>\n<head><title>502 Bad Gateway</title></head>\n<body><center><h1>502 Bad Gateway</h1></center></body>\n</html>\n';
const TRUNCATED = '<response><returncode>SUCCESS</returncode><meetings><meeting><meetingName>Cut o';

export interface ServerOptions {
  readonly port: number;
  readonly clock: Clock;
  readonly listener: RequestListener;
}

export async function startFaultyServer(options: ServerOptions): Promise<FaultyServer> {
  const { clock, listener } = options;
  let fault: HttpFault | undefined;
  let busy = 0;
  let contacts = 0;
  const noteContact = (): void => {
    contacts += 1;
  };
  let port = options.port;

  const handle: RequestListener = (request, response) => {
    noteContact();
    const answer = (): void => {
      busy += 1;
      response.once('close', () => {
        busy -= 1;
      });
      listener(request, response);
    };
    if (fault === undefined) answer();
    else if (fault.kind === 'slow') clock.schedule(fault.delayMs, answer);
    else fail(response, fault);
  };

  const start = (): Promise<Server> => listen(handle, noteContact, port);
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
    busy: () => busy,
    contacts: () => contacts,
    close: () => shut(server),
  };
}

function listen(handle: RequestListener, onConnection: () => void, port: number): Promise<Server> {
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
  if (fault.kind === 'truncated') response.writeHead(200, xml).end(TRUNCATED);
}
