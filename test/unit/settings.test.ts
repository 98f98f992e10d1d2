import { callbackUrl, readSettings } from '../../sidecar/settings';

const good = {
  REDIS_URL: 'redis://127.0.0.1:6379',
  BBB_URL: 'https://bbb.example.org/bigbluebutton/',
  BBB_SECRET: 's3cr3t',
  ADMIN_JWT_SECRET: 'a'.repeat(32),
  CLAIM_SECRET: 'c'.repeat(32),
};

function problems(change: Record<string, string | undefined>): readonly string[] {
  const result = readSettings({ ...good, ...change });
  return 'problems' in result ? result.problems : [];
}

test('the least that is needed gives the documented defaults', () => {
  expect(readSettings(good)).toEqual({
    settings: {
      redisUrl: 'redis://127.0.0.1:6379',
      bbbUrl: 'https://bbb.example.org/bigbluebutton',
      bbbSecret: 's3cr3t',
      bbbChecksum: 'sha256',
      bbbAnalyticsUrl: 'http://127.0.0.1:8901/analytics',
      databaseUrl: undefined,
      tiersConfigDir: './config',
      port: 3020,
      host: '127.0.0.1',
      publicUrl: undefined,
      webhooks: 'off',
      adminJwtSecret: 'a'.repeat(32),
      claimSecret: 'c'.repeat(32),
      dryRun: false,
      logLevel: 'info',
      resyncMs: 30_000,
      notices: true,
      policyFile: undefined,
      greenlightDatabaseUrl: undefined,
      hookToken: undefined,
    },
  });
});

test('nothing at all: every missing one is named, each in one line', () => {
  const result = readSettings({});
  const found = 'problems' in result ? result.problems : [];
  expect(found.map((problem) => problem.split(':')[0])).toEqual([
    'REDIS_URL',
    'BBB_URL',
    'BBB_SECRET',
    'ADMIN_JWT_SECRET',
    'CLAIM_SECRET',
  ]);
  for (const problem of found) expect(problem).toMatch(/^[A-Z_]+: expected .+, got nothing$/);
});

test.each([
  ['REDIS_URL', 'localhost:6379', 'redis://127.0.0.1:6379'],
  ['BBB_URL', 'bbb.example.org', 'a URL such as https://bbb.example.org/bigbluebutton'],
  ['BBB_URL', 'https://bbb.example.org', "with BBB's path (/bigbluebutton unless a proxy has another)"],
  ['BBB_URL', 'https://bbb.example.org//', "with BBB's path (/bigbluebutton unless a proxy has another)"],
  ['BBB_URL', 'https://bbb.example.org/bigbluebutton?x=1', 'a URL without ? and #'],
  ['PUBLIC_URL', 'https://bbb.example.org/#tiers', 'a URL without ? and #'],
  ['REDIS_URL', 'redis://:50%@127.0.0.1:6379', 'with % only as in %20'],
  ['REDIS_URL', 'redis://127.0.0.1:6379/main', 'redis://127.0.0.1:6379'],
  ['DATABASE_URL', 'postgres://u:50%@127.0.0.1/x', 'with % only as in %20'],
  ['BBB_CHECKSUM', 'md5', 'one of sha1, sha256, sha384, sha512'],
  ['BBB_ANALYTICS_URL', 'ftp://x', 'a URL such as'],
  ['DATABASE_URL', 'mysql://x/y', 'a URL such as postgres:'],
  ['PORT', '70000', 'a port from 0 to 65535'],
  ['PORT', '30e2', 'a port from 0 to 65535'],
  ['PUBLIC_URL', 'here', 'a URL such as'],
  ['WEBHOOKS', 'on', 'one of register, receive, off'],
  ['ADMIN_JWT_SECRET', 'short', 'at least 32 bytes'],
  ['CLAIM_SECRET', 'x'.repeat(31), 'at least 32 bytes'],
  ['DRY_RUN', 'maybe', 'true or false'],
  ['LOG_LEVEL', 'loud', 'one of trace, debug'],
  ['RESYNC_SECONDS', '0', 'seconds from 1 to 3600'],
  ['RESYNC_SECONDS', '-5', 'seconds from 1 to 3600'],
  ['NOTICES', 'sometimes', 'true or false'],
  ['HOOK_TOKEN', 'short', 'at least 32 bytes'],
  ['GREENLIGHT_DATABASE_URL', 'postgres://a/b', 'a PostgreSQL URL with {database}'],
])('%s=%s is refused in one line', (name, value, expected) => {
  const found = problems({ [name]: value });
  expect(found).toEqual([expect.stringMatching(new RegExp(`^${name}: expected `))]);
  expect(found[0]).toContain(expected);
});

test.each(['BBB_SECRET', 'ADMIN_JWT_SECRET', 'CLAIM_SECRET', 'DATABASE_URL', 'REDIS_URL'])(
  '%s never shows in its own error',
  (name) => {
    const secret = 'hunter2-but-not-good';
    expect(problems({ [name]: secret }).join('\n')).not.toContain('hunter2');
  },
);

test('BBB may lie behind a path of its own', () => {
  expect(problems({ BBB_URL: 'https://proxy.example.org/bbb' })).toEqual([]);
});

test('a problem is one line, whatever the value, and shows no password in a URL', () => {
  const found = problems({ BBB_URL: 'ftp://ada:hunter2@bbb.example.org\n\u001b[31mx', PORT: '1\r\n2' });
  expect(found).toHaveLength(2);
  for (const problem of found) expect(problem).toMatch(/^[A-Z_]+: expected [^\p{Cc}]+$/u);
  expect(found.join()).not.toContain('hunter2');
});

test('webhooks need to know where they arrive', () => {
  expect(problems({ WEBHOOKS: 'register' })).toEqual([
    expect.stringMatching(/^PUBLIC_URL: expected .*WEBHOOKS=register.*got nothing$/),
  ]);
  const result = readSettings({ ...good, PUBLIC_URL: 'https://bbb.example.org/bbb-tiers/' });
  expect('settings' in result && result.settings.webhooks).toBe('register');
});

test('production takes no embedded database', () => {
  expect(problems({ NODE_ENV: 'production' })).toEqual([
    expect.stringMatching(/^DATABASE_URL: expected a PostgreSQL URL.*got nothing$/),
  ]);
  expect(problems({ NODE_ENV: 'production', DATABASE_URL: 'postgres://a@b/c' })).toEqual([]);
});

test('the callback URL is the public one with its path, said once', () => {
  expect(callbackUrl('https://x.example/t')).toBe('https://x.example/t/webhooks/bbb');
  expect(callbackUrl('https://x.example/t/webhooks/bbb')).toBe('https://x.example/t/webhooks/bbb');
});
