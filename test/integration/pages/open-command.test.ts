import { Command } from 'commander';
import supertest from 'supertest';
import { registerOpen } from '../../../sidecar/cli/commands/open';
import { ADMIN_SECRET, type ApiWorld, startApiWorld } from '../api/api-world';

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld({
    env: { PUBLIC_URL: 'https://bbb.example.org/bbb-tiers', WEBHOOKS: 'off' },
  });
});
afterAll(() => world.stop());

async function open(env: Record<string, string>, ...words: string[]): Promise<string> {
  let out = '';
  const program = new Command().exitOverride();
  registerOpen(program, {
    stdout: {
      write(text: string) {
        out += text;
      },
    },
    stderr: { write: () => undefined },
    isTTY: false,
    env: { BBB_TIERS_URL: world.app.url, ...env },
    setExitCode: () => undefined,
    now: () => world.clock.now(),
    confirm: async () => false,
    sleep: async () => true,
  });
  await program.parseAsync(['open', ...words], { from: 'user' });
  return out;
}

test('prints a link to where browsers reach the service; it signs in once, with the role asked for', async () => {
  const link = new URL((await open({ ADMIN_JWT_SECRET: ADMIN_SECRET }, '--role', 'viewer')).trim());
  expect(`${link.origin}${link.pathname}`).toBe('https://bbb.example.org/bbb-tiers/');
  const body = { once: link.hash.replace('#once=', '') };
  const signIn = () =>
    supertest(world.app.url).post('/session').set('x-requested-with', 'bbb-tiers').send(body);
  expect((await signIn().expect(200)).body.role).toBe('viewer');
  await signIn().expect(401);
});

test('with the key as the service reads it: without the white space around it', async () => {
  expect(await open({ ADMIN_JWT_SECRET: ` ${ADMIN_SECRET}\n` })).toMatch(/#once=/);
});

test('as JSON, by a token of its own', async () => {
  const told = JSON.parse(await open({ BBB_TIERS_TOKEN: world.token('operator') }, '--json'));
  expect(told.expires_at - world.clock.now()).toBe(300_000);
});

test('without a token, with a wrong one, without a service: one line that says what to do', async () => {
  await expect(open({})).rejects.toThrow(/expected BBB_TIERS_TOKEN or ADMIN_JWT_SECRET/);
  await expect(open({ BBB_TIERS_TOKEN: 'nonsense' })).rejects.toThrow(/the service answered 401/);
  const odd = open({ BBB_TIERS_TOKEN: 'secret\nword' });
  await expect(odd).rejects.toThrow(/^BBB_TIERS_TOKEN: expected a token(?!.*word)/s);
  await expect(open({ ADMIN_JWT_SECRET: ADMIN_SECRET, BBB_TIERS_URL: 'http://127.0.0.1:1' })).rejects.toThrow(
    /got no answer/,
  );
});
