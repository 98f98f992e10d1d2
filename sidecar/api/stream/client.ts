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
/** A reader that has more than this unread for so long is too slow; a snapshot or a burst of all meetings is more for a moment. */
const MOST_UNREAD_BYTES = 64 * 1_024;
const SLOW_FOR_MS = 10 * SECOND_MS;
/** More than this on top of the first messages is not even waited for. */
const MOST_KEPT_BYTES = 4 * 1_024 * 1_024;

export interface Client {
  /** The first messages, which may be long. */
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
  /** As the token has it: by the wall clock, epoch ms. */
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
  let firstBytes = 0;
  let slowSince: number | undefined;
  const end = (): void => void response.end();
  const expiry = clock.schedule(options.expiresAt - clock.wall(), end);
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
      firstBytes = response.writableLength;
    },
    send: push,
    isSlow() {
      const unread = response.writableLength;
      slowSince = unread <= MOST_UNREAD_BYTES ? undefined : (slowSince ?? clock.now());
      const isTooLate = slowSince !== undefined && clock.now() - slowSince >= SLOW_FOR_MS;
      if (!isTooLate && unread <= MOST_KEPT_BYTES + firstBytes) return false;
      response.destroy();
      return true;
    },
    end,
  };
}
