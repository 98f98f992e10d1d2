/** A real HTTP server for the tests beside this: it answers as it is told and notes what it was asked, and over how many connections. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface AServer {
  /** As BBB's address: `http://127.0.0.1:…/bigbluebutton`. */
  readonly url: string;
  /** Raw paths with their queries, oldest first. */
  readonly asked: string[];
  readonly connections: number;
  answer(how: Answer): void;
  /** Ends connections that wait for the next request, as a server does after a while. */
  closeIdle(): void;
  stop(): Promise<void>;
}

/** Answers with a text. */
export function says(body: string, status = 200, type = 'text/xml'): Answer {
  return (_request, response) => response.writeHead(status, { 'content-type': type }).end(body);
}

export async function startAServer(first: Answer): Promise<AServer> {
  let how = first;
  let connections = 0;
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    asked.push(request.url ?? '');
    how(request, response);
  });
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/bigbluebutton`,
    asked,
    get connections() {
      return connections;
    },
    answer(next) {
      how = next;
    },
    closeIdle: () => server.closeIdleConnections(),
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resume) => server.close(resume));
    },
  };
}
