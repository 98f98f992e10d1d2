/** A real HTTP server in the sidecar's place, which answers as a test says: well, badly, slowly or too much; never on another host. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { findFreePort } from '../../support/free-port';
import type { Host } from './host';

export interface Verdict {
  verdict: string;
  reason?: string;
  code?: string | null;
}

/** What came in. */
export interface Received {
  method: string;
  url: string;
  authorization: string | undefined;
  body: string;
}

type Answer = (request: Received, response: ServerResponse) => void;

export interface FakeSidecar {
  readonly received: Received[];
  /** The bodies of all reports so far, with the id they were sent for. */
  reports(): Array<{ id: string; act: string; format: string | null; bytes: number }>;
  /** Answers every question with this. */
  says(answer: Verdict | Answer): void;
  /** The ids that the retention wants gone. */
  owes(ids: readonly string[]): void;
  stop(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Starts one and writes its port where the hooks read it. */
export async function startSidecar(host: Host): Promise<FakeSidecar> {
  const received: Received[] = [];
  let answer: Answer = (_request, response) => json(response, 200, { verdict: 'unknown', reason: '' });
  let due: readonly string[] = [];
  const server = createServer(async (request, response) => {
    const seen = {
      method: request.method ?? '',
      url: request.url ?? '',
      authorization: request.headers.authorization,
      body: await bodyOf(request),
    };
    received.push(seen);
    if (seen.method === 'POST') response.writeHead(204).end();
    else if (seen.url === '/hooks/recordings') json(response, 200, { ids: due });
    else answer(seen, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  usePort(host, (server.address() as AddressInfo).port);
  return {
    received,
    reports: () =>
      received
        .filter(({ method }) => method === 'POST')
        .map(({ url, body }) => ({ id: url.replace('/hooks/recordings/', ''), ...JSON.parse(body) })),
    says(next) {
      answer = typeof next === 'function' ? next : (_request, response) => json(response, 200, next);
    },
    owes(ids) {
      due = ids;
    },
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Nobody listens where the hooks will ask. */
export async function noSidecar(host: Host): Promise<void> {
  usePort(host, await findFreePort());
}

function usePort(host: Host, port: number): void {
  const env = host.read('/etc/bbb-tiers/bbb-tiers.env').replace(/^PORT=.*$/m, `PORT=${port}`);
  host.write('/etc/bbb-tiers/bbb-tiers.env', env);
}
