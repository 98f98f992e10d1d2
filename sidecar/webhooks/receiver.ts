/** Takes deliveries of bbb-webhooks over HTTP: verifies, answers, then hands on; whoever cannot prove where it comes from learns nothing. */
import express, { type NextFunction, type Request, type Response, Router } from 'express';
import type { StampedEvent } from '../core/stamped-event';
import { messageOf } from '../errors';
import type { Log } from '../log';
import { eventsIn } from './callback';
import { type HookSecret, isGenuineBearer, isGenuineChecksum } from './checksum';
import { readCallback } from './to-event';

/** Where bbb-webhooks delivers, under `PUBLIC_URL`. */
export const WEBHOOK_PATH = '/webhooks/bbb';

/**
 * Per delivery `forged` or nothing; per event `event`, `irrelevant` or `malformed`. A genuine body that is no form counts as one
 * malformed event.
 */
export type WebhookResult = 'forged' | 'event' | 'irrelevant' | 'malformed';

export interface ReceiverOptions extends HookSecret {
  readonly onEvent: (event: StampedEvent) => void;
  readonly onCount?: (result: WebhookResult) => void;
  readonly log: Log;
}

/** The biggest delivery is a meeting-created with all its metadata. */
const LONGEST_BODY_BYTES = 2 * 1024 * 1024;
const OK = 200;
const FORBIDDEN = 403;

function checksumOf(request: Request): string | undefined {
  const query = request.originalUrl.split('?').slice(1).join('?');
  const values = new URLSearchParams(query).getAll('checksum');
  return values.length === 1 ? values[0] : undefined;
}

function hasGenuineBearer(hook: HookSecret, request: Request): boolean {
  const { authorization } = request.headers;
  return authorization !== undefined && isGenuineBearer(hook, authorization);
}

/** Decided before the body is read; a checksum needs the body. */
function canBeGenuine(hook: HookSecret, request: Request): boolean {
  return checksumOf(request) !== undefined || hasGenuineBearer(hook, request);
}

function isGenuine(hook: HookSecret, request: Request, body: Buffer): boolean {
  const checksum = checksumOf(request);
  if (checksum !== undefined && isGenuineChecksum(hook, body, checksum)) return true;
  return hasGenuineBearer(hook, request);
}

/** Passes on the events of a genuine body; a replayed one changes nothing. */
function createIntake(options: ReceiverOptions): (body: Buffer) => void {
  const { onEvent, onCount, log } = options;
  function take(event: unknown): void {
    const reading = readCallback(event);
    onCount?.(typeof reading === 'string' ? reading : 'event');
    if (typeof reading === 'string') return;
    try {
      onEvent(reading);
    } catch (error) {
      log.error({ error: messageOf(error) }, 'cannot process an event of bbb-webhooks; it is skipped');
    }
  }
  return (body) => {
    const events = eventsIn(body);
    if (events === undefined) onCount?.('malformed');
    else for (const event of events) take(event);
  };
}

/**
 * The route `POST /webhooks/bbb`. Genuine deliveries are answered 200 at once, malformed ones too: bbb-webhooks would only send the
 * same again. Everything else gets 403 and no body, never 401, which bbb-webhooks takes for delivered.
 */
export function webhookReceiver(options: ReceiverOptions): Router {
  const take = createIntake(options);
  const router = Router();

  function refuse(response: Response): void {
    options.onCount?.('forged');
    // What is still to come of a body that nobody reads ends with the connection.
    response.status(FORBIDDEN).set('connection', 'close').end();
  }

  router.post(
    WEBHOOK_PATH,
    (request: Request, response: Response, next: NextFunction) => {
      if (canBeGenuine(options, request)) next();
      else refuse(response);
    },
    // The raw bytes: parsed and written anew they would have another checksum.
    express.raw({ type: () => true, limit: LONGEST_BODY_BYTES, inflate: false }),
    (request: Request, response: Response) => {
      const body: unknown = request.body;
      if (!Buffer.isBuffer(body) || !isGenuine(options, request, body)) return refuse(response);
      response.status(OK).end();
      setImmediate(take, body);
      return undefined;
    },
    // Too long, compressed or cut off: it cannot be verified.
    (_error: unknown, _request: Request, response: Response, _next: NextFunction) => refuse(response),
  );
  return router;
}
