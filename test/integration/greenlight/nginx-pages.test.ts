/** The service's public pages through a tenant's rendered server block, in a real nginx before the real service: with its brand, and nothing else. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { itWith } from '../../unit/greenlight/programs';
import { type ApiWorld, startApiWorld } from '../api/api-world';
import { ask, type Told } from './ask-nginx';
import { type RunningNginx, startNginx } from './nginx-server';

const ACME = 'meet.acme.example';
const SHOWS_ACME = ' · Acme</title>';
const NEUTRAL = 'demo.meet.example';
const test = itWith('nginx', ['-v']);

let root: string;
let world: ApiWorld;
let nginx: RunningNginx;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'bbb-tiers-nginx-pages-'));
  world = await startApiWorld();
  nginx = await startNginx(root, { config: world.config(), service: world.app.url });
}, 60_000);
afterAll(async () => {
  await nginx?.stop();
  await world?.stop();
  rmSync(root, { recursive: true, force: true });
});

const get = (path: string, headers: Record<string, string> = {}, host = ACME): Promise<Told> =>
  ask(nginx.port, host, path, { headers: { accept: 'text/html', ...headers } });

/** What a browser loads for the page, by its name. */
async function loaded(path: string, page: string): Promise<Map<string, Told>> {
  const links = [...page.matchAll(/<(?:link|script)[^>]* (?:href|src)="([^"]+)"/g)].map(([, link]) => link);
  const found = new Map<string, Told>();
  for (const link of links) {
    const { pathname } = new URL(link ?? '', `https://${ACME}${path}`);
    found.set(pathname, await get(pathname));
  }
  return found;
}

const STYLES = /^text\/css/;
const FRAME = [
  ['/bbb-tiers/assets/icon.svg', /^image\/svg/],
  ['/bbb-tiers/assets/pages.css', STYLES],
  ['/bbb-tiers/assets/brand.css', STYLES],
] as const;

test('a tenant’s members see its service levels under its own name, with its brand and all that the page loads', async () => {
  const { status, body } = await get('/bbb-tiers/service-levels?lang=de');
  expect([status, body.includes('<html lang="de">')]).toEqual([200, true]);
  expect(body).toContain(SHOWS_ACME);
  const files = await loaded('/bbb-tiers/service-levels', body);
  expect([...files].map(([path, told]) => [path, told.status])).toEqual(FRAME.map(([path]) => [path, 200]));
  for (const [path, type] of FRAME) expect(files.get(path)?.type).toMatch(type);
  expect(files.get('/bbb-tiers/assets/brand.css')?.body).toContain('--brand: #');
  expect((await get('/bbb-tiers/service-levels', {}, NEUTRAL)).body).not.toContain('Acme');
});

test('the page of a decision, with the script that writes its times and the way to the levels', async () => {
  world.crowd(world.create(), 11);
  await world.advance(90_000);
  await world.stored();
  const { body: decisions } = await world.call('/decisions?action=eject-user');
  const path = `/bbb-tiers/m/${decisions.items[0].code}`;
  const { status, body } = await get(path);
  expect(status).toBe(200);
  expect(body).toContain(SHOWS_ACME);
  expect([...(await loaded(path, body))].map(([link, told]) => [link, told.status])).toEqual([
    ...FRAME.map(([link]) => [link, 200]),
    ['/bbb-tiers/assets/local-times.js', 200],
  ]);
  const [, levels] = /href="([^"]*service-levels[^"]*)"/.exec(body) ?? [];
  const { pathname, search } = new URL(levels ?? '', `https://${ACME}${path}`);
  expect((await get(`${pathname}${search}`)).status).toBe(200);
});

test.each([
  '/bbb-tiers/',
  '/bbb-tiers/api/v1/meetings',
  '/bbb-tiers/api/v1/openapi.json',
  '/bbb-tiers/metrics',
  '/bbb-tiers/Metrics',
  '/bbb-tiers/healthz',
  '/bbb-tiers/readyz',
  '/bbb-tiers/session',
  '/bbb-tiers/SESSION',
  '/bbb-tiers/webhooks/bbb',
  '/bbb-tiers/hooks/recordings/x',
  '/bbb-tiers/recording_ready',
  '/bbb-tiers/meeting_ended',
  '/bbb-tiers/assets/dashboard.js',
  '/bbb-tiers/assets/',
  '/bbb-tiers/m/',
  '/bbb-tiers/m/../metrics',
  '/bbb-tiers/M/../metrics',
  '/bbb-tiers/m/%2e%2e/metrics',
  '/bbb-tiers/m%2f..%2fmetrics',
  '/bbb-tiers/m/..%2Fapi%2Fv1%2Fmeetings',
  '/bbb-tiers/%6detrics',
  '/bbb-tiers//metrics',
  '/bbb-tiers/./metrics',
  '/bbb-tiers/service-levels/../metrics',
  '/bbb-tiers/service-levels/',
  '/bbb-tiers/service-levels%2f..%2fmetrics',
  '/bbb-tiers/x/service-levels',
  '/bbb-tiers/service-levels%0a',
  '/bbb-tiers/m/%0a',
  '/bbb-tiers/m/a%0ab',
  '/api/v1/meetings/..%2f..%2f..%2fbbb-tiers%2fm%2fa%0ab',
  '/hooks/recordings/..%2f..%2fbbb-tiers%2fm%2fa%0ab',
])('%s is refused by nginx itself', async (path) => {
  const { status, body } = await get(path, { authorization: `Bearer ${world.token('operator')}` });
  expect({ status, byNginx: body.includes('<center>nginx') }).toEqual({ status: 404, byNginx: true });
  expect(nginx.seen).toEqual([]);
});

test.each(['%2e%2e%252fmetrics', '..%252fmetrics', '..%5cmetrics', '%3f', '%23'])(
  'a code that is none, %s, stays a code',
  async (code) => {
    const { status, body } = await get(`/bbb-tiers/m/${code}`);
    expect(status).toBe(404);
    expect(body).toContain(SHOWS_ACME);
  },
);

test('whose page it is and who asks are not what a visitor claims', async () => {
  const { body } = await get('/bbb-tiers/service-levels', { 'x-forwarded-host': NEUTRAL });
  expect(body).toContain(SHOWS_ACME);
  const statuses = new Set<number>();
  for (let guess = 0; guess < 40; guess += 1) {
    const { status } = await get('/bbb-tiers/m/222-222', { 'x-forwarded-for': `203.0.113.${guess}` });
    statuses.add(status);
  }
  expect([...statuses]).toEqual([404, 429]);
});
