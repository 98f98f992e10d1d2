/** The Content-Security-Policy of the pages: everything from here, nothing inline, no script text out of strings. */

/** `none`: the page has no script; `local`: it has one that asks nobody; `app`: one that talks to the service. */
export type Scripts = 'none' | 'local' | 'app';

export function contentSecurity(scripts: Scripts): string {
  return [
    "default-src 'none'",
    `script-src ${scripts === 'none' ? "'none'" : "'self'"}`,
    "style-src 'self'",
    "img-src 'self'",
    `connect-src ${scripts === 'app' ? "'self'" : "'none'"}`,
    "base-uri 'none'",
    `form-action ${scripts === 'app' ? "'self'" : "'none'"}`,
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}
