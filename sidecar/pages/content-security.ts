/** The Content-Security-Policy of the pages: everything from here, nothing inline, no script text out of strings. */

/** `scripts`: whether the page has a script of its own. `logoOrigin`: the one other place an image may come from. */
export function contentSecurity(options: {
  readonly scripts: boolean;
  readonly logoOrigin?: string | undefined;
}): string {
  const images = ["'self'", options.logoOrigin].filter((source) => source !== undefined).join(' ');
  return [
    "default-src 'none'",
    `script-src ${options.scripts ? "'self'" : "'none'"}`,
    "style-src 'self'",
    `img-src ${images}`,
    `connect-src ${options.scripts ? "'self'" : "'none'"}`,
    "base-uri 'none'",
    `form-action ${options.scripts ? "'self'" : "'none'"}`,
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}
