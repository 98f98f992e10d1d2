/** Under which path visitors see the service; pages link relatively and need it only for the cookie. */
import type { Request } from 'express';

const PREFIX = /^(?:\/[\w.~-]+)+$/;

/** `/bbb-tiers`, or empty. The proxy's word first, then the path of PUBLIC_URL when it was asked for by that host. */
export function pathPrefix(request: Request, publicUrl: string | undefined): string {
  const header = request.get('x-forwarded-prefix')?.replace(/\/+$/, '') ?? '';
  if (PREFIX.test(header)) return header;
  if (publicUrl === undefined) return '';
  const { host, pathname } = new URL(publicUrl);
  const path = pathname.replace(/\/+$/, '');
  return request.host === host && PREFIX.test(path) ? path : '';
}

/** Did the visitor come by https, to the proxy before us if there is one? */
export function isHttps(request: Request, publicUrl: string | undefined): boolean {
  if (request.secure) return true;
  if (publicUrl === undefined) return false;
  const { protocol, host } = new URL(publicUrl);
  return protocol === 'https:' && request.host === host;
}
