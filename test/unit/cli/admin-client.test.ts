/** Where the command line looks for the service, with which key, and what it says when nobody answers there. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyAdminToken } from '../../../sidecar/admin-token/verify';
import { createAdminClient, serviceUrl } from '../../../sidecar/cli/admin-client';
import type { CliIo } from '../../../sidecar/cli/io';
import { findFreePort } from '../../support/free-port';

const SECRET = 'admin-secret-for-tests-only-0123456789';
const NOW = Date.parse('2026-11-02T10:00:00Z');

function ioWith(env: CliIo['env']): CliIo {
  const write = (): void => {};
  const [confirm, sleep] = [async () => false, async () => false];
  return {
    stdout: { write },
    stderr: { write },
    isTTY: false,
    env,
    setExitCode() {},
    now: () => NOW,
    confirm,
    sleep,
  };
}

test.each([
  [{}, 'http://127.0.0.1:3020'],
  [{ HOST: ' 0.0.0.0 ', PORT: ' 3021 ' }, 'http://127.0.0.1:3021'],
  [{ HOST: '::1' }, 'http://[::1]:3020'],
  [{ BBB_TIERS_URL: ' https://tiers.example/prefix// ', PORT: '1' }, 'https://tiers.example/prefix'],
])('%j: %s', (env, url) => {
  expect(serviceUrl(env)).toBe(url);
});

test.each([
  'http://anna:secret-word@127.0.0.1:3020',
  'http://127.0.0.1:3020/?token=secret-word',
  'http://x/#secret-word',
])('%s is refused without being told', (url) => {
  const told = (): string => serviceUrl({ BBB_TIERS_URL: url });
  expect(told).toThrow(expect.objectContaining({ exitCode: 78 }));
  expect(told).toThrow(/^BBB_TIERS_URL: expected a URL(?!.*secret-word)/);
});

test('nobody answers: which kind of nobody', async () => {
  const call = (url: string) =>
    createAdminClient(ioWith({ BBB_TIERS_URL: url, ADMIN_JWT_SECRET: SECRET })).get('/meetings');
  const nobody = `http://127.0.0.1:${await findFreePort()}`;
  await expect(call(nobody)).rejects.toMatchObject({
    exitCode: 69,
    message: expect.stringContaining(
      `expected the service at ${nobody}, got no answer (ECONNREFUSED): is it running`,
    ),
  });
  await expect(call('http://no-such-host.invalid')).rejects.toThrow(
    /got no answer \((ENOTFOUND|EAI_AGAIN)\)/,
  );
});

test('the token is signed with the key as the service reads it: without the white space around it', async () => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers.authorization ?? '');
    response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    const env = { BBB_TIERS_URL: `http://127.0.0.1:${port}`, ADMIN_JWT_SECRET: ` ${SECRET}\n` };
    await createAdminClient(ioWith(env)).get('/meetings');
  } finally {
    server.close();
  }
  expect(verifyAdminToken(seen[0]?.replace('Bearer ', '') ?? '', SECRET, NOW)).toMatchObject({
    admin: { subject: 'cli', role: 'operator' },
  });
});
