/** bbb-webhooks' way to the service: while it is shut, deliveries are refused and come again late. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface WebhookWay {
  readonly server: Server;
  readonly url: string;
  shut: boolean;
  target: string;
}

/** An open one, to nowhere yet. */
export async function openWebhookWay(): Promise<WebhookWay> {
  const way = { shut: false, target: '' } as { -readonly [key in keyof WebhookWay]: WebhookWay[key] };
  way.server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      if (way.shut) return void response.writeHead(503).end();
      const headers = { 'content-type': request.headers['content-type'] ?? '' };
      const answer = await fetch(`${way.target}${request.url}`, {
        method: 'POST',
        body: Buffer.concat(chunks),
        headers,
      }).catch(() => undefined);
      response.writeHead(answer?.status ?? 502).end();
    });
  });
  await new Promise<void>((resume) => way.server.listen(0, '127.0.0.1', resume));
  way.url = `http://127.0.0.1:${(way.server.address() as AddressInfo).port}`;
  return way;
}
