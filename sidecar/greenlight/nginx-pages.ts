/** The service's public pages under a tenant's own name, where they show its brand; passes what is listed here and nothing else of the service. */

/** The service's PORT unless it is set. */
const PORT = 3020;
const PREFIX = '/bbb-tiers';
/**
 * As nginx has a path: every escape undone, every `..` gone. What a page loads is named one by one: the operators' page has assets of its own.
 * No control characters: where a line break kept the rewrite from fitting, nginx would pass on what the visitor wrote, `..` and all.
 */
const PUBLIC = 'service-levels|m/[^/[:cntrl:]]+|assets/(brand\\.css|icon\\.svg|local-times\\.js|pages\\.css)';

/** A location for the server block of `host`. Its headers are set, not appended: what a visitor sends under these names is no truth. */
export function nginxPages(host: string): string {
  const headers = [
    'Connection ""',
    `Host ${host}`,
    'X-Real-IP $remote_addr',
    'X-Forwarded-For $remote_addr',
    'X-Forwarded-Proto https',
    `X-Forwarded-Host ${host}`,
    `X-Forwarded-Prefix ${PREFIX}`,
  ].map((header) => `      proxy_set_header ${header};\n`);
  return `  # The public pages of bbb-tiers, and nothing else of it. ${PORT} is its PORT: where that is another, it has to be so here, too,
  # again after each rendering.
  location ^~ ${PREFIX}/ {
    location ~ "^${PREFIX}/(?<bbb_tiers_page>${PUBLIC})\\z" {
      rewrite ^ /$bbb_tiers_page break;
      proxy_pass http://127.0.0.1:${PORT};
${headers.join('')}    }

    return 404;
  }
`;
}
