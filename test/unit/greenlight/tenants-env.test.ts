/** `bbb-tiers tenants env`, and what the other commands refuse before they ask any server. */
import { parseEnv } from 'node:util';
import { deriveClaimSecret } from '../../../sidecar/tier-claim/derive-secret';
import { type TenantsCommand, tenantsCommand } from '../../integration/greenlight/tenants-command';

const [one, two] = ['acme', 'demo'];
let command: TenantsCommand;
beforeEach(() => {
  command = tenantsCommand([one, two]);
});
afterEach(() => command.remove());

it('quota wants a template', async () => {
  expect(await command.run(['quota'])).toMatchObject({
    code: 78,
    err: expect.stringMatching(
      /^bbb-tiers: GREENLIGHT_DATABASE_URL: expected a PostgreSQL URL with \{database\}.*, got nothing\n$/,
    ),
  });
});

it("env prints the tenant's file with its secrets: derived, fresh, and what the service knows of BBB", async () => {
  const CLAIM_SECRET = 'c'.repeat(32);
  const env = { CLAIM_SECRET, BBB_URL: 'https://bbb.example/bigbluebutton', BBB_SECRET: 'it has $igns' };
  const [first, second] = [await command.run(['env', one], env), await command.run(['env', one], env)];
  expect(first).toMatchObject({ err: '', code: 0 });
  const { SECRET_KEY_BASE, ...rest } = parseEnv(first.out);
  expect(rest).toEqual({
    TIER_CLAIM_SECRET: deriveClaimSecret(CLAIM_SECRET, one),
    BIGBLUEBUTTON_ENDPOINT: 'https://bbb.example/bigbluebutton',
    BIGBLUEBUTTON_SECRET: 'it has $igns',
    PGPASSWORD: '',
  });
  expect(SECRET_KEY_BASE).toMatch(/^[0-9a-f]{128}$/);
  expect(parseEnv(second.out).SECRET_KEY_BASE).not.toBe(SECRET_KEY_BASE);
});

it.each([
  [{}, 'CLAIM_SECRET: expected at least 32 bytes'],
  [{ CLAIM_SECRET: 'short-word' }, 'got 10'],
])('env refuses %j', async (env, expected) => {
  const { out, err, code } = await command.run(['env', one], env);
  expect({ out, code }).toEqual({ out: '', code: 78 });
  expect(err).toContain(expected);
  expect(err).not.toContain('short-word');
});

it('env knows the tenants of the config only', async () => {
  const { err, code } = await command.run(['env', 'nobody'], { CLAIM_SECRET: 'c'.repeat(32) });
  expect({ err, code }).toEqual({
    err: `bbb-tiers: expected a tenant of tenants.yml (${one}, ${two}), got 'nobody'\n`,
    code: 66,
  });
});

it('a broken config is refused with its places', async () => {
  const { err, code } = await command.run(['list', '--config', `${command.dir}/nowhere`]);
  expect(code).toBe(1);
  expect(err).toContain('expected a directory with tiers.yml and tenants.yml, got nothing');
});
