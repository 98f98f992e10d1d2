/** A reverse proxy with a path prefix, as nginx on a BBB host is one; it can be cut and can forget. Asserts nothing. */
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export interface CuttableProxy {
  /** `http://127.0.0.1:…/tiers/` */
  readonly url: string;
  /** Cuts every connection and refuses new ones. */
  cut(): void;
  mend(): void;
  /** What is under way stays open and never hears another byte, as when something in between forgot it; new requests pass. */
  forget(): void;
  close(): Promise<void>;
}

/** Takes the prefix away and says so, as the nginx snippet does. */
export async function startProxy(target: () => string, prefix = '/tiers'): Promise<CuttableProxy> {
  let isCut = false;
  const sockets = new Set<Socket>();
  const underWay = new Map<IncomingMessage, ServerResponse>();
  const server: Server = createServer((request, response) => {
    if (isCut || request.url?.startsWith(`${prefix}/`) !== true) {
      response.writeHead(isCut ? 502 : 404).end();
      return;
    }
    const headers = { ...request.headers, 'x-forwarded-prefix': prefix, 'x-forwarded-for': '127.0.0.1' };
    const options = { method: request.method ?? 'GET', headers, agent: false as const };
    const onward = httpRequest(`${target()}${request.url.slice(prefix.length)}`, options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      underWay.set(answer, response);
      answer.on('close', () => underWay.delete(answer));
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const drop = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}/`,
    cut() {
      isCut = true;
      drop();
    },
    mend() {
      isCut = false;
    },
    forget() {
      for (const [answer, response] of underWay) {
        answer.unpipe(response);
        answer.resume();
      }
    },
    close() {
      drop();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
