/** BBB's own callbacks: a recording is ready (signed), a meeting has ended (unsigned, so only a hint to look again). */
import express, { Router } from 'express';
import { verify } from 'jsonwebtoken';
import { z } from 'zod';

export interface BbbCallbackOptions {
  /** BBB's shared secret: the key of its JWT. */
  readonly secret: string;
  readonly onRecordingReady: (recordId: string, externalMeetingId: string) => void;
  /** Something ended, somebody says: look at all meetings soon. */
  readonly onMeetingEnded: () => void;
}

/** `{"meeting_id":"<external>","record_id":"<internal>"}`, without an end (`post_publish_recording_ready_callback.rb`). */
const ready = z.object({ meeting_id: z.string().min(1).max(256), record_id: z.string().min(1).max(256) });

function readyOf(token: unknown, secret: string): z.output<typeof ready> | undefined {
  if (typeof token !== 'string' || token.length > 4_096) return undefined;
  try {
    const parsed = ready.safeParse(verify(token, secret, { algorithms: ['HS256'] }));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** `POST /recording_ready` and `GET /meeting_ended`, named as Greenlight names them. */
export function bbbCallbacks(options: BbbCallbackOptions): Router {
  const router = Router();
  router.post(
    '/recording_ready',
    express.urlencoded({ extended: false, limit: '16kb' }),
    (request, response) => {
      const parsed = readyOf(
        (request.body as Record<string, unknown> | undefined)?.signed_parameters,
        options.secret,
      );
      if (parsed === undefined) {
        response.status(403).end();
        return;
      }
      // A repeated one changes nothing: what is stored decides.
      options.onRecordingReady(parsed.record_id, parsed.meeting_id);
      response.status(200).end();
    },
  );
  router.get('/meeting_ended', (_request, response) => {
    options.onMeetingEnded();
    response.status(200).end();
  });
  return router;
}
