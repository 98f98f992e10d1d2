/** What the recording pipeline on the BBB host asks and reports, on loopback or with its token; the verdict is found elsewhere. */
import { createHash, timingSafeEqual } from 'node:crypto';
import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { messageOf } from '../../errors';
import type { Log } from '../../log';
import type { RecordingKeeper } from '../../recordings/keeper';

export interface RecordingHookOptions {
  readonly keeper: Pick<RecordingKeeper, 'verdict' | 'filesToRemove' | 'erased'>;
  /** Undefined: callers from loopback are accepted. */
  readonly token: string | undefined;
  readonly log: Log;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const RECORD_ID = /^[0-9a-f]{40}-\d{1,15}(?:-\d{1,15})?$/;
const report = z.object({
  act: z.enum(['removed', 'unpublished', 'kept']),
  format: z.string().max(64).nullish(),
  bytes: z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER).nullish(),
});

function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
  return timingSafeEqual(digest(a), digest(b));
}

function isAllowed(request: Request, token: string | undefined): boolean {
  if (token !== undefined) return sameText(request.headers.authorization ?? '', `Bearer ${token}`);
  // The socket's own address, whatever a proxy's header says; and nobody who came through a proxy.
  return LOOPBACK.has(request.socket.remoteAddress ?? '') && request.headers['x-forwarded-for'] === undefined;
}

/** `GET /hooks/recordings`, `GET /hooks/recordings/:id`, `POST /hooks/recordings/:id`. */
export function recordingHooks(options: RecordingHookOptions): Router {
  const { keeper, token, log } = options;
  const router = Router();
  router.use('/hooks', (request: Request, response: Response, next: NextFunction) => {
    response.setHeader('cache-control', 'no-store');
    if (isAllowed(request, token)) next();
    else response.status(403).type('text/plain').send('forbidden\n');
  });
  router.get('/hooks/recordings', async (_request, response) => {
    try {
      response.json({ ids: await keeper.filesToRemove() });
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'cannot read the list of recordings to remove from the database');
      response.status(503).json({ error: 'the database does not answer' });
    }
  });
  router.param('id', (_request, response, next, id: string) => {
    if (RECORD_ID.test(id)) next();
    else response.status(400).json({ error: 'expected a record id such as <40 hex digits>-<milliseconds>' });
  });
  router.get('/hooks/recordings/:id', async (request, response) => {
    const { verdict, reason, code } = await keeper.verdict(request.params.id);
    response.json({ verdict, reason, code: code ?? null });
  });
  router.post('/hooks/recordings/:id', express.json({ limit: '4kb' }), async (request, response) => {
    const read = report.safeParse(request.body);
    if (!read.success) {
      response
        .status(400)
        .json({ error: "expected {act: 'removed' | 'unpublished' | 'kept', format, bytes}" });
      return;
    }
    const { act, format, bytes } = read.data;
    const details = { recordId: request.params.id, act, format, bytes };
    log[act === 'unpublished' ? 'warn' : 'info'](details, 'the recording pipeline reported');
    try {
      if (act === 'removed') await keeper.erased(request.params.id, bytes ?? undefined);
      response.status(204).end();
    } catch (error) {
      log.warn(
        { error: messageOf(error) },
        'cannot store the report of the recording pipeline in the database',
      );
      response.status(503).json({ error: 'the database does not answer' });
    }
  });
  return router;
}
