/** `/session`: signs in by token or one-time link, says who is signed in, signs out; the cookie holds the token and nothing else does. */
import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import { issueAdminToken } from '../admin-token/issue';
import type { Admin } from '../admin-token/token';
import { verifyAdminToken } from '../admin-token/verify';
import { authenticate, REQUESTED_WITH, SESSION_COOKIE } from '../api/authenticate';
import { Refusal } from '../api/problem';
import type { Clock } from '../core/clock';
import { createOneTimeLinks } from './one-time-links';
import { isHttps, pathPrefix } from './path-prefix';

/** A session by link lives as long as a working day. */
const SESSION_LIFE_MS = 8 * 3_600_000;
const MAX_BODY = '8kb';

export interface SessionOptions {
  /** ADMIN_JWT_SECRET. */
  readonly secret: string;
  readonly clock: Clock;
  readonly publicUrl: string | undefined;
  /** Called with every sign-in that did not stand. */
  readonly limit: RequestHandler;
}

interface SessionView {
  readonly signed_in: boolean;
  readonly role?: string;
  readonly subject?: string;
  readonly expires_at?: number;
}

const NOBODY: SessionView = { signed_in: false };

function viewOf({ role, subject, expiresAt }: Admin): SessionView {
  return { signed_in: true, role, subject, expires_at: expiresAt };
}

function textOf(body: unknown, name: 'token' | 'once'): string | undefined {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return undefined;
  const value: unknown = (body as Record<string, unknown>)[name];
  return typeof value === 'string' ? value.trim() : undefined;
}

/** Another site's form cannot set a header. */
const sameSite: RequestHandler = (request, response, next) => {
  if (
    request.method === 'GET' ||
    request.method === 'HEAD' ||
    request.get('x-requested-with') === REQUESTED_WITH
  )
    next();
  else response.status(403).json({ problem: `expected the header 'X-Requested-With: ${REQUESTED_WITH}'` });
};

export function sessionRoutes(options: SessionOptions): Router {
  const { secret, clock, publicUrl } = options;
  const links = createOneTimeLinks(clock);

  function setCookie(request: Request, response: Response, token: string, maxAgeSeconds: number): void {
    const parts = [
      `${SESSION_COOKIE}=${token}`,
      `Path=${pathPrefix(request, publicUrl) || '/'}`,
      `Max-Age=${Math.max(0, maxAgeSeconds)}`,
      'HttpOnly',
      'SameSite=Strict',
      ...(isHttps(request, publicUrl) ? ['Secure'] : []),
    ];
    response.append('Set-Cookie', parts.join('; '));
  }

  function tokenOf(body: unknown): { readonly token: string } | { readonly problem: string } {
    const once = textOf(body, 'once');
    if (once === undefined) return { token: textOf(body, 'token') ?? '' };
    const admin = links.take(once);
    if (admin === undefined) return { problem: 'the link was used before or is older than five minutes' };
    const { role, subject } = admin;
    return { token: issueAdminToken({ secret, role, subject, lifeMs: SESSION_LIFE_MS, now: clock.wall() }) };
  }

  const router = Router();
  router.use('/session', (_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  router.use('/session', sameSite, express.json({ limit: MAX_BODY }));
  router.get('/session', (request, response) => {
    const { authorization: _ignored, ...headers } = request.headers;
    try {
      response.json(viewOf(authenticate({ headers, method: 'GET' } as Request, secret, clock.wall())));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      response.json(NOBODY);
    }
  });
  router.post('/session', options.limit, (request, response) => {
    const given = tokenOf(request.body);
    const verified = 'problem' in given ? given : verifyAdminToken(given.token, secret, clock.wall());
    if ('problem' in verified || 'problem' in given) {
      response.status(401).json({ problem: 'problem' in verified ? verified.problem : '' });
      return;
    }
    setCookie(request, response, given.token, Math.floor((verified.admin.expiresAt - clock.wall()) / 1_000));
    response.json(viewOf(verified.admin));
  });
  router.delete('/session', (request, response) => {
    setCookie(request, response, '', 0);
    response.json(NOBODY);
  });
  // Only for a bearer of a token: a page that is signed in has no use for a link.
  router.post('/session/links', options.limit, (request, response) => {
    try {
      if (request.headers.authorization === undefined)
        throw new Refusal(401, "Send 'Authorization: Bearer <token>'.");
      const { code, expiresAt } = links.make(authenticate(request, secret, clock.wall()));
      const base = publicUrl ?? `${request.protocol}://${request.host}${pathPrefix(request, publicUrl)}`;
      response.status(201).json({ url: `${base}/#once=${code}`, expires_at: expiresAt });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      response.status(error.status).json({ problem: error.message });
    }
  });
  return router;
}
