/** Style sheets, script and icon of the pages, read once; serves nothing that the build did not make. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { type Request, type Response, Router } from 'express';
import type { ConfigSource } from '../config-source';
import { brandCss, brandOf } from './brand';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface Asset {
  readonly bytes: Buffer;
  readonly type: string;
  readonly tag: string;
}

/** Beside the compiled service, or where the build put it when the sources run. */
function builtFolder(): string | undefined {
  const root = join(__dirname, '..', '..');
  return [join(root, 'dashboard'), join(root, 'dist', 'dashboard')].find(existsSync);
}

function readAssets(folder: string | undefined): ReadonlyMap<string, Asset> {
  const assets = new Map<string, Asset>();
  for (const name of folder === undefined ? [] : readdirSync(folder)) {
    const type = TYPES[extname(name)];
    if (folder === undefined || type === undefined) continue;
    const bytes = readFileSync(join(folder, name));
    assets.set(name, {
      bytes,
      type,
      tag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 20)}"`,
    });
  }
  return assets;
}

function send(request: Request, response: Response, { bytes, type, tag }: Asset): void {
  response.set({ 'Content-Type': type, ETag: tag, 'Cache-Control': 'no-cache' });
  // A proxy that compresses makes the tag a weak one: the whole comparison, not equality.
  if (request.fresh) response.status(304).end();
  else response.end(bytes);
}

/** `GET /assets/<name>`; revalidated each time, because its name stays the same over a release. */
export function assetRoutes(config: Pick<ConfigSource, 'current'>): Router {
  const assets = readAssets(builtFolder());
  const router = Router();
  router.get('/assets/brand.css', (request, response) => {
    response
      .set({ 'Cache-Control': 'no-cache', Vary: 'Host' })
      .type('css')
      .send(brandCss(brandOf(config.current(), request)));
  });
  router.get('/assets/:name', (request, response, next) => {
    const asset = assets.get(request.params.name);
    if (asset === undefined) next();
    else send(request, response, asset);
  });
  return router;
}
