/** A source that does not answer in time, over a real connection. */
import { createAnalytics } from '../../../sidecar/bbb-api/analytics';
import { createBbbApi } from '../../../sidecar/bbb-api/client';
import { createReader } from '../../../sidecar/bbb-api/reader';
import { createSourceHealth } from '../../../sidecar/bbb-api/source-health';
import { sourceReadiness } from '../../../sidecar/core/source-text';
import { createLog } from '../../../sidecar/log';
import { meetingsXml } from '../../fixtures/api';
import { says, startAServer } from './a-server';

const TIMEOUT_MS = 100;
const RESYNC_MS = 30_000;

/** Reads once while paths with `silent` in them get no answer. */
async function checksWhile(silent: string) {
  const server = await startAServer((request, response) => {
    if (request.url?.includes(silent) === true) return;
    says(request.url === '/analytics' ? '[]' : meetingsXml([]))(request, response);
  });
  const clock = { now: () => 0 };
  const api = createBbbApi({
    url: server.url,
    secret: 's3cr3t',
    algorithm: 'sha256',
    retries: 1,
    timeoutMs: TIMEOUT_MS,
  });
  const url = new URL('/analytics', server.url).href;
  const analytics = createAnalytics({ url, clock, timeoutMs: TIMEOUT_MS });
  const sources = createSourceHealth(clock);
  try {
    await createReader({ api, analytics, clock, log: createLog('silent'), sources }).readAll();
    const check = (name: 'bbb-api' | 'bbb-analytics') =>
      sourceReadiness(name, sources.last(name), 0, RESYNC_MS);
    return { api: check('bbb-api'), analytics: check('bbb-analytics') };
  } finally {
    api.close();
    analytics.close();
    await server.stop();
  }
}

test("BBB's API times out → bbb-api alone not ok", async () => {
  const { api, analytics } = await checksWhile('getMeetings');
  expect(api).toMatchObject({ ok: false, detail: expect.stringContaining('getMeetings: no answer within') });
  expect(analytics.ok).toBe(true);
});

test('/analytics times out → bbb-analytics alone not ok', async () => {
  const { api, analytics } = await checksWhile('analytics');
  expect(analytics).toMatchObject({
    ok: false,
    detail: expect.stringContaining('analytics: no answer within'),
  });
  expect(api.ok).toBe(true);
});
