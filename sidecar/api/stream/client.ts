/** One open stream: writes what it is given, and is cut off when its reader is too slow or its token has expired. Knows no meeting. */
import { createSession, type Session } from 'better-sse';
import type { Request, Response } from 'express';
import type { Clock } from '../../core/clock';
import { SECOND_MS } from '../../core/duration';
import { Refusal } from '../problem';
import type { Sendable } from './backlog';

/** How soon a browser comes back. */
const RETRY_MS = 2 * SECOND_MS;
/** Proxies close what is silent for a minute. */
const HEARTBEAT_MS = 15 * SECOND_MS;
/** More than this unread, and the reader is too slow. */
const MOST_UNREAD_BYTES = 64 * 1_024;
/** How long the first, long message may take to be read. */
const BEGIN_WITHIN_MS = 30 * SECOND_MS;

export interface Client {
  /** The first messages may be long: they are waited for a while. */
  begin(messages: readonly Sendable[]): void;
  send(message: Sendable): void;
  /** Cuts off a reader that is too slow; true when it was. */
  isSlow(): boolean;
  end(): void;
}

export interface ClientOptions {
  readonly request: Request;
  readonly response: Response;
  readonly clock: Clock;
  /** Epoch ms of our clock. */
  readonly expiresAt: number;
  readonly onClosed: () => void;
}

async function open(request: Request, response: Response): Promise<Session> {
  try {
    return await createSession<Record<string, unknown>>(request, response, {
      retry: RETRY_MS,
      keepAlive: HEARTBEAT_MS,
      trustClientEventId: false,
      serializer: (json) => String(json),
      headers: { 'Cache-Control': 'no-store, no-transform', Pragma: undefined },
    });
  } catch {
    // It builds a URL out of the Host header, which may be anything.
    throw new Refusal(400, 'The Host header of the request is no host.');
  }
}

/** Opens it. Throws Refusal 400 when the request cannot be one of a browser. */
export async function openClient(options: ClientOptions): Promise<Client> {
  const { request, response, clock } = options;
  const session = await open(request, response);
  const openedAt = clock.now();
  /** Unread bytes of the first messages that are forgiven until they are read. */
  let forgiven = 0;
  const end = (): void => void response.end();
  const expiry = clock.schedule(options.expiresAt - clock.now(), end);
  response.on('drain', () => {
    forgiven = 0;
  });
  const closed = (): void => {
    expiry.cancel();
    options.onClosed();
  };
  if (session.isConnected) session.once('disconnected', closed);
  else closed();

  function push(message: Sendable): void {
    if (session.isConnected && !response.writableEnded)
      session.push(message.json, message.type, String(message.id));
  }

  return {
    begin(messages) {
      for (const message of messages) push(message);
      if (response.writableNeedDrain) forgiven = response.writableLength;
    },
    send: push,
    isSlow() {
      const inTime = clock.now() - openedAt < BEGIN_WITHIN_MS;
      if (response.writableLength <= MOST_UNREAD_BYTES + (inTime ? forgiven : 0)) return false;
      response.destroy();
      return true;
    },
    end,
  };
}
