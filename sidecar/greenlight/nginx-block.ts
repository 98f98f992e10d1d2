/** An nginx server block per tenant, with what Greenlight needs from the proxy before it; certificates are the operator's. */
import type { Tenant } from '../core/config';
import { nginxPages } from './nginx-pages';
import type { Slot } from './slots';

const CERTIFICATES = '/etc/letsencrypt/live';
/** nginx's default bucket for server names holds no more than this on every machine. */
const COMFORTABLE_HOST = 40;

/** A file for `sites-enabled` or `conf.d`. `comment`: what it begins with, without `#`. */
export function nginxBlock(tenant: Tenant, slot: Slot, comment: string): string {
  const { host } = tenant;
  const upstream = `http://127.0.0.1:${slot.port}`;
  return `${remarks(comment, host)}
server {
  listen 80;
  listen [::]:80;
  server_name ${host};

  location /.well-known/acme-challenge/ {
    root /var/www/html;
  }

  location / {
    return 301 https://${host}$request_uri;
  }
}

server {
  listen 443 ssl http2;
  listen [::]:443 ssl http2;
  server_name ${host};

  ssl_certificate ${CERTIFICATES}/${host}/fullchain.pem;
  ssl_certificate_key ${CERTIFICATES}/${host}/privkey.pem;
  ssl_protocols TLSv1.2 TLSv1.3;

  proxy_http_version 1.1;
  proxy_redirect off;
  # The sign-in with OpenID Connect answers with large headers.
  proxy_buffer_size 128k;
  proxy_buffers 4 256k;
  proxy_busy_buffers_size 256k;

${proxyHeaders(host, '  ')}
  proxy_set_header Connection "";

  location / {
    proxy_pass ${upstream};
  }

  # A websocket notifies the page when a meeting starts.
  location /cable {
    proxy_pass ${upstream};
${proxyHeaders(host, '    ')}
    proxy_set_header Upgrade $http_upgrade;
    proxy_set_header Connection "upgrade";
  }

${uploads(upstream)}
${nginxPages(host)}}
`;
}

function remarks(comment: string, host: string): string {
  const long =
    host.length > COMFORTABLE_HOST
      ? '\nSuch a long name may need "server_names_hash_bucket_size 256;" in the http block of nginx.conf.'
      : '';
  return `${comment}${long}`
    .split('\n')
    .map((line) => `# ${line}`.trimEnd())
    .join('\n');
}

/**
 * Greenlight makes its links, and what BBB calls back, from Host: the tenant's own name, whatever a visitor sent. Without
 * X-Forwarded-Proto it redirects to https for ever. A location with a header of its own inherits none, so they are repeated.
 */
function proxyHeaders(host: string, indent: string): string {
  return [
    `Host ${host}`,
    'X-Real-IP $remote_addr',
    'X-Forwarded-For $proxy_add_x_forwarded_for',
    'X-Forwarded-Proto https',
  ]
    .map((header) => `${indent}proxy_set_header ${header};`)
    .join('\n');
}

/** Greenlight's own limits: a presentation of 30 MB, a picture of 3 MB; nginx's default is 1 MB. */
function uploads(upstream: string): string {
  const places: ReadonlyArray<readonly [string, string, string]> = [
    ['Presentation of a room.', '~ "^/api/v1/rooms/\\w{3}-\\w{3}-\\w{3}(-\\w{3})?\\.json$"', '31m'],
    ['Avatar of an account.', '~ "^/api/v1/users/[0-9a-f-]{36}\\.json$"', '4m'],
    ['Logo.', '= /api/v1/admin/site_settings/BrandingImage.json', '4m'],
  ];
  return places
    .map(
      ([what, path, size]) =>
        `  # ${what}\n  location ${path} {\n    proxy_pass ${upstream};\n    client_max_body_size ${size};\n  }\n`,
    )
    .join('\n');
}
