/** Puts the operations behind rights, limits and strict reading, under `/api/v1`; holds no call itself. */
import { randomUUID } from 'node:crypto';
import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import type { Admin } from '../admin-token/token';
import type { Clock } from '../core/clock';
import type { Log } from '../log';
import { authenticate, authorize } from './authenticate';
import type { RateLimits } from './limits';
import { openApiDocument } from './openapi';
import type { Operation } from './operation';
import { noQuery } from './parameters';
import { problemHandler, Refusal } from './problem';
import { readPath, readQuery, refuseMembers } from './read-parameters';

const MAX_BODY_BYTES = 64 * 1_024;
const REQUEST_ID = /^[\w.:-]{1,64}$/;

export interface RouterOptions {
  readonly secret: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly rates: RateLimits;
  readonly operations: readonly Operation[];
  /** Opens the stream for somebody who may have it. */
  readonly openStream: (request: Request, response: Response, admin: Admin) => Promise<void>;
}

/** A request id for every answer, the caller's own when it is a plain one, and no answer is ever kept by anybody. */
const identify: RequestHandler = (request, response, next) => {
  const given = request.get('x-request-id') ?? '';
  const requestId = REQUEST_ID.test(given) ? given : randomUUID();
  response.locals.requestId = requestId;
  response.set({ 'X-Request-Id': requestId, 'Cache-Control': 'no-store' });
  next();
};

/** Checked before anything of it is read. */
const refuseLargeBodies: RequestHandler = (request, _response, next) => {
  if (Number(request.get('content-length') ?? 0) > MAX_BODY_BYTES)
    throw new Refusal(413, `The body is larger than ${MAX_BODY_BYTES} bytes.`, {
      headers: { Connection: 'close' },
    });
  next();
};

const refuseOtherTypes: RequestHandler = (request, _response, next) => {
  const hasBody =
    Number(request.get('content-length') ?? 0) > 0 || request.get('transfer-encoding') !== undefined;
  if (hasBody && !request.is('application/json'))
    throw new Refusal(415, "Send the body as 'application/json', or none.");
  next();
};

function logged(log: Log, clock: Clock): RequestHandler {
  return (request, response, next) => {
    const startedAt = clock.now();
    response.once('close', () => {
      const { requestId, operation, subject } = response.locals;
      const fields = {
        requestId,
        operation,
        operator: subject,
        status: response.statusCode,
        ms: clock.now() - startedAt,
      };
      if (request.method === 'POST') log.info(fields, 'api call');
      else log.debug(fields, 'api call');
    });
    next();
  };
}

function guard(options: RouterOptions, operation: Pick<Operation, 'id' | 'role'>): RequestHandler {
  return async (request, response, next) => {
    response.locals.operation = operation.id;
    let admin: Admin;
    try {
      admin = authenticate(request, options.secret, options.clock.wall());
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) await options.rates.failed(request, response);
      throw error;
    }
    response.locals.subject = admin.subject;
    response.locals.admin = admin;
    authorize(admin, operation.role);
    next();
  };
}

function adminOf(response: Response): Admin {
  return response.locals.admin as Admin;
}

function handler(operation: Operation): RequestHandler {
  return async (request, response) => {
    const query = readQuery(request, operation.querySchema);
    const path = readPath(request, operation.pathSchema);
    if (operation.method === 'post') refuseMembers(request.body);
    const answer = await operation.run({ query, path, admin: adminOf(response) });
    response.status(operation.status).json(answer);
  };
}

/** Another method than those of a path is answered with the list of them. */
function refuseMethod(allowed: readonly string[]): RequestHandler {
  return () => {
    throw new Refusal(405, `Only ${allowed.join(', ')} here.`, { headers: { Allow: allowed.join(', ') } });
  };
}

function addOperations(router: Router, options: RouterOptions): void {
  const json = [refuseOtherTypes, express.json({ limit: MAX_BODY_BYTES })];
  const methods = new Map<string, string[]>();
  for (const operation of options.operations) {
    const path = operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
    const allowed = operation.method === 'get' ? ['GET', 'HEAD'] : ['POST'];
    methods.set(path, [...(methods.get(path) ?? []), ...allowed]);
    if (operation.method === 'get') router.get(path, guard(options, operation), handler(operation));
    else router.post(path, guard(options, operation), ...json, handler(operation));
  }
  for (const [path, allowed] of methods) router.all(path, refuseMethod(allowed));
}

function addStream(router: Router, options: RouterOptions): void {
  router.head('/stream', refuseMethod(['GET']));
  router.get('/stream', guard(options, { id: 'stream', role: 'viewer' }), async (request, response) => {
    readQuery(request, noQuery);
    await options.openStream(request, response, adminOf(response));
  });
  router.all('/stream', refuseMethod(['GET']));
}

/** Answers everything under `/api`, also what is not there. */
export function apiRouter(options: RouterOptions): Router {
  const { log, clock, rates, operations } = options;
  const document = JSON.stringify(openApiDocument(operations));
  const v1 = Router();
  v1.get('/openapi.json', (request, response) => {
    readQuery(request, noQuery);
    response.type('application/json').send(document);
  });
  v1.all('/openapi.json', refuseMethod(['GET', 'HEAD']));
  addOperations(v1, options);
  addStream(v1, options);
  const api = Router();
  api.use(identify, logged(log, clock), rates.calls, refuseLargeBodies);
  api.use('/v1', v1);
  api.use(() => {
    throw new Refusal(404, "There is nothing here; '/api/v1/openapi.json' lists what there is.");
  });
  api.use(problemHandler(log));
  const router = Router();
  router.use('/api', api);
  return router;
}
