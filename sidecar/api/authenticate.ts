/** Who calls: a bearer token, or the dashboard's session cookie with the same token; refuses, and decides nothing else. */
import type { Request } from 'express';
import { type Admin, type AdminRole, mayAct } from '../admin-token/token';
import { verifyAdminToken } from '../admin-token/verify';
import { Refusal } from './problem';

/** HttpOnly, SameSite=Strict; set by the dashboard's sign-in. */
export const SESSION_COOKIE = 'bbb_tiers_session';
/** Another site's form cannot set a header: what changes something by cookie needs `X-Requested-With: bbb-tiers`. */
export const REQUESTED_WITH = 'bbb-tiers';

const COOKIE = new RegExp(`(?:^|;)\\s*${SESSION_COOKIE}=([\\w.-]*)\\s*(?=;|$)`);

interface Presented {
  readonly token: string;
  readonly by: 'header' | 'cookie';
}

function challenge(error?: string, description?: string): Record<string, string> {
  const more = error === undefined ? '' : `, error="${error}", error_description="${description}"`;
  return { 'WWW-Authenticate': `Bearer realm="bbb-tiers"${more}` };
}

/** The header wins; one that is not a bearer's is no way around to the cookie. */
function presented(request: Request): Presented | undefined {
  const { authorization, cookie } = request.headers;
  if (authorization !== undefined) {
    const token = /^Bearer +([\w.~+/-]+=*) *$/i.exec(authorization)?.[1];
    return { token: token ?? '', by: 'header' };
  }
  const token = COOKIE.exec(cookie ?? '')?.[1];
  return token === undefined || token === '' ? undefined : { token, by: 'cookie' };
}

/** Throws Refusal: 401 when nobody or nobody valid calls, 403 when a cookie alone would change something. `now`: epoch ms. */
export function authenticate(request: Request, secret: string, now: number): Admin {
  const found = presented(request);
  if (found === undefined)
    throw new Refusal(401, "Send 'Authorization: Bearer <token>'; 'bbb-tiers token' makes one.", {
      headers: challenge(),
    });
  const verified = verifyAdminToken(found.token, secret, now);
  if ('problem' in verified)
    throw new Refusal(
      401,
      `The token was not taken: ${verified.problem}. 'bbb-tiers token' makes a new one.`,
      {
        headers: challenge('invalid_token', verified.problem.replaceAll(/["\\]/g, "'")),
      },
    );
  const changes = request.method !== 'GET' && request.method !== 'HEAD';
  if (found.by === 'cookie' && changes && request.get('x-requested-with') !== REQUESTED_WITH)
    throw new Refusal(
      403,
      `Signed in by cookie, this needs the header 'X-Requested-With: ${REQUESTED_WITH}' as well.`,
    );
  return verified.admin;
}

/** Throws Refusal 403 when the role does not allow it. */
export function authorize(admin: Admin, needed: AdminRole): void {
  if (mayAct(admin.role, needed)) return;
  throw new Refusal(403, `This needs a token of the role '${needed}', this one is of '${admin.role}'.`, {
    headers: challenge('insufficient_scope', `needs the role ${needed}`),
  });
}
