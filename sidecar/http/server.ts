/** The HTTP side of the service: puts the routes together, never listens by itself. */
import express, { type ErrorRequestHandler, type Express, type Router } from 'express';
import helmet from 'helmet';
import { messageOf } from '../errors';
import type { Log } from '../log';

export interface ServerOptions {
  readonly log: Log;
  /** Mounted in this order; each brings its own paths, limits and rights. */
  readonly routers: readonly Router[];
}

/** Express knows the status of what it refuses itself (a body too large, a bad percent-escape); all else is our fault. */
function statusOf(error: unknown): number {
  const status: unknown =
    typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}

/** Builds the express app. */
export function buildServer(options: ServerOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // Only a proxy on this host may set the visitor's address. No private network is: through the published port of a container even
  // visitors from the internet come from the address of its bridge. A proxy elsewhere is taken for one visitor, which costs only room.
  app.set('trust proxy', 'loopback');
  app.use(helmet({ contentSecurityPolicy: false, strictTransportSecurity: false }));
  for (const router of options.routers) app.use(router);
  app.use((_request, response) => {
    response.status(404).type('text/plain').send('not found\n');
  });
  const onError: ErrorRequestHandler = (error, request, response, _next) => {
    const status = statusOf(error);
    if (status === 500)
      options.log.error({ method: request.method, error: messageOf(error) }, 'request failed');
    if (response.headersSent) {
      response.end();
      return;
    }
    response
      .status(status)
      .type('text/plain')
      .send(status === 500 ? 'internal error\n' : 'bad request\n');
  };
  app.use(onError);
  return app;
}
