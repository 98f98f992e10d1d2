/** `.env` files: what is written is what Node, compose and a shell read. */
import { execFileSync } from 'node:child_process';
import { parseEnv } from 'node:util';
import { envFile } from '../../../sidecar/greenlight/env-file';
import { sidecarEnvFile, tenantEnvFile } from '../../../sidecar/greenlight/env-samples';
import { aTenant } from '../../support/builders';

const AWKWARD = 'p$w $HOME #1 "quoted" `id` ü;&|<>*?~!';

it('keeps a value with every character that means something elsewhere', () => {
  const text = envFile('For a test', [
    { name: 'A', about: 'about\nit', value: AWKWARD },
    { name: 'B', about: 'b' },
  ]);
  expect(text).toBe(`# For a test\n\n# about\n# it\nA='${AWKWARD}'\n\n# b\nB=\n`);
  expect(parseEnv(text)).toEqual({ A: AWKWARD, B: '' });
  const shell = execFileSync('sh', ['-c', `${text}\nprintf %s "$A"`], { encoding: 'utf8' });
  expect(shell).toBe(AWKWARD);
});

it.each(["it's", 'two\nlines', 'back\\slash'])(
  'refuses %j, which not every reader would read alike',
  (value) => {
    expect(() => envFile('', [{ name: 'A', about: '', value }])).toThrow('A: expected a value without');
  },
);

it('the samples hold no secret: every variable that is one is empty', () => {
  const tenant = parseEnv(tenantEnvFile(aTenant(), 'sample'));
  expect(tenant).toEqual({
    SECRET_KEY_BASE: '',
    TIER_CLAIM_SECRET: '',
    BIGBLUEBUTTON_ENDPOINT: '',
    BIGBLUEBUTTON_SECRET: '',
    PGPASSWORD: '',
  });
  expect(parseEnv(sidecarEnvFile('sample'))).toEqual({
    REDIS_URL: 'redis://127.0.0.1:6379',
    BBB_URL: '',
    BBB_SECRET: '',
    DATABASE_URL: '',
    ADMIN_JWT_SECRET: '',
    CLAIM_SECRET: '',
  });
});

it('a tenant that has no sender is told to name one', () => {
  expect(tenantEnvFile(aTenant(), '')).toContain('#SMTP_SENDER_EMAIL=');
  expect(tenantEnvFile(aTenant({ email: { from: 'a@b.example' } }), '')).not.toContain('#SMTP_SENDER_EMAIL=');
});
