/** Reads a stream of server-sent events as a browser would, message by message; reconnects never. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { until } from '../../support/until';

export interface ReadEvent {
  readonly id: string;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: compared with what is expected of it
  readonly data: any;
}

export interface EventReader {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly events: ReadEvent[];
  /** All that was not an event: comments and `retry:`. */
  readonly rest: string[];
  readonly isOver: () => boolean;
  /** The first event that is so, now or later. */
  find(what: string, is: (event: ReadEvent) => boolean): Promise<ReadEvent>;
  /** No longer reads what comes; the connection stays open. */
  pause(): void;
  close(): void;
}

function eventOf(block: string): ReadEvent | undefined {
  const fields = new Map(
    block
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)] as const),
  );
  const data = fields.get('data');
  if (data === undefined) return undefined;
  return { id: fields.get('id') ?? '', event: fields.get('event') ?? '', data: JSON.parse(data) };
}

/** Opens it; resolves when the answer's head is there. */
export function readEvents(url: string, headers: Record<string, string>): Promise<EventReader> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { headers, agent: false }, (response) => {
      const events: ReadEvent[] = [];
      const rest: string[] = [];
      let text = '';
      let over = false;
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        const blocks = (text + chunk).split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) {
          const event = eventOf(block);
          if (event === undefined) rest.push(block);
          else events.push(event);
        }
      });
      response.on('error', () => undefined);
      response.on('close', () => {
        over = true;
      });
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        events,
        rest,
        isOver: () => over,
        async find(what, is) {
          await until(what, () => events.some(is));
          return events.find(is) as ReadEvent;
        },
        pause: () => void response.pause(),
        close: () => void request.destroy(),
      });
    });
    request.on('error', reject);
    request.end();
  });
}
