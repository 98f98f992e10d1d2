/** Asks a test's nginx over https for a host's page; the path goes out as it is written, which fetch would tidy up. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';

export interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly bytes?: number;
}

export interface Told {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: string;
}

export async function ask(
  port: number,
  host: string,
  path: string,
  { method = 'GET', headers = {}, bytes = 0 }: Asked = {},
): Promise<Told> {
  const agent = new Agent({ rejectUnauthorized: false });
  const outgoing = request({
    port,
    host: '127.0.0.1',
    path,
    method,
    agent,
    servername: host,
    headers: { host, 'content-length': String(bytes), ...headers },
  });
  outgoing.end(Buffer.alloc(bytes));
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of incoming) body += String(chunk);
  agent.destroy();
  return { status: incoming.statusCode ?? 0, type: incoming.headers['content-type'], body };
}
