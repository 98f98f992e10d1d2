import supertest from 'supertest';
import { type ApiWorld, startApiWorld } from '../api/api-world';

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld({ env: { WEBHOOKS: 'off' } });
});
afterAll(() => world.stop());

const ask = () => supertest(world.app.url);

test.each([
  ['dashboard.js', 'text/javascript; charset=utf-8'],
  ['dashboard.css', 'text/css; charset=utf-8'],
  ['local-times.js', 'text/javascript; charset=utf-8'],
  ['pages.css', 'text/css; charset=utf-8'],
  ['icon.svg', 'image/svg+xml'],
])('%s comes once, and is only asked after from then on', async (name, type) => {
  const first = await ask().get(`/assets/${name}`).expect(200);
  expect(first.headers).toMatchObject({ 'content-type': type, 'cache-control': 'no-cache' });
  const { etag = '' } = first.headers;
  expect(etag).toMatch(/^"[\w-]{20}"$/);
  // A proxy that compresses makes the tag a weak one; a browser may send several.
  for (const known of [etag, `W/${etag}`, `"other", W/${etag}`])
    await ask().get(`/assets/${name}`).set('if-none-match', known).expect(304);
  await ask().get(`/assets/${name}`).set('if-none-match', '"other"').expect(200);
});

test.each(['../pages.css', '..%2f..%2fpackage.json', 'main.js', '__proto__', ''])(
  '%s is none',
  async (name) => {
    await ask().get(`/assets/${name}`).expect(404);
  },
);
