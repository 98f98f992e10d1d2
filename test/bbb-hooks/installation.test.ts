/** install.sh and uninstall.sh on a made-up host: what they add is all they take away, and nothing of BBB's is touched. */

import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { type Host, makeHost, snapshot } from './support/host';
import { describeWith, run } from './support/programs';

const WEBHOOKS = '/etc/bigbluebutton/bbb-webhooks/production.yml';
const APPLY = '/etc/bigbluebutton/bbb-conf/apply-config.sh';
const NGINX = '/etc/bigbluebutton/nginx/bbb-tiers.nginx';
const ENV = '/etc/bbb-tiers/bbb-tiers.env';
const HOOK = '/usr/local/bigbluebutton/core/scripts/post_publish/00_bbb_tiers.rb';
const SECRETS = ['ADMIN_JWT_SECRET', 'CLAIM_SECRET'].map((name) => `/etc/bbb-tiers/credentials/${name}`);
const URL_HERE = 'https://bbb.example.org/bbb-tiers';

// Many programs are started, one after the other: on a busy machine that takes its time.
jest.setTimeout(120_000);

const ADMINS_APPLY =
  '#!/bin/bash\n# mine\nsource "$(dirname "$0")/apply-lib.sh"\necho applied >"$(dirname "$0")/applied"\nexit 0';

describeWith(['ruby', 'bash'], 'installation on a host', () => {
  let host: Host;

  beforeEach(() => {
    host = makeHost();
    host.write('/etc/bigbluebutton/bbb-conf/apply-lib.sh', '# helpers\n');
    host.write(APPLY, ADMINS_APPLY, 0o755);
    host.write(WEBHOOKS, 'bbb:\n  serverDomain: bbb.example.org # ours\r\nlog: {level: warn}\n', 0o640);
  });
  afterEach(() => host.dispose());

  const ok = async (outcome: Promise<{ code: number; stdout: string; stderr: string }>) => {
    const done = await outcome;
    expect(done).toMatchObject({ code: 0, stderr: '' });
    return done.stdout;
  };

  test('install, upgrade that resets BBB, apply-config, uninstall: byte for byte as before', async () => {
    const before = snapshot(host);
    await ok(host.install('--public-url', URL_HERE));
    const installed = snapshot(host);
    expect(
      Object.entries(before)
        .filter(([path, was]) => installed[path] !== was)
        .map(([path]) => `/${path}`)
        .sort(),
    ).toEqual([APPLY, WEBHOOKS]);
    const configured = ['tiers.yml', 'tenants.yml', 'tiers.schema.json', 'fair-use.md', 'privacy.de.md'];
    for (const file of configured) expect(host.has(`/etc/bbb-tiers/config/${file}`)).toBe(true);

    host.remove('/usr/local/bigbluebutton/core/scripts');
    for (const step of ['post_archive', 'post_process', 'post_publish'])
      mkdirSync(host.at(`/usr/local/bigbluebutton/core/scripts/${step}`), { recursive: true });
    host.write('/usr/local/bigbluebutton/core/scripts/bigbluebutton.yml', "bbb_version: '3.0.11'\n");
    host.remove(NGINX);
    const upgraded = snapshot(host);
    await ok(run(host.at(APPLY), []));

    expect(host.has(HOOK)).toBe(true);
    expect(host.has(NGINX)).toBe(true);
    expect(host.read('/etc/bigbluebutton/bbb-conf/applied')).toBe('applied\n');

    host.remove('/etc/bigbluebutton/bbb-conf/applied');
    await ok(host.uninstall());
    const expected = Object.fromEntries(
      Object.entries(upgraded)
        .filter(([path]) => path in before)
        .map(([path, is]) => [path, `/${path}` === APPLY || `/${path}` === WEBHOOKS ? before[path] : is]),
    );
    expect(snapshot(host)).toEqual(expected);
  });

  test('install and uninstall without anything in between', async () => {
    const before = snapshot(host);
    await ok(host.install('--public-url', URL_HERE));
    await ok(host.uninstall());
    expect(snapshot(host)).toEqual(before);
  });

  test('a host with none of the optional files', async () => {
    for (const path of [
      APPLY,
      WEBHOOKS,
      '/etc/bigbluebutton/bbb-conf',
      '/etc/bigbluebutton/bbb-webhooks',
      '/etc/bigbluebutton/nginx',
      '/usr/local/bin',
    ])
      host.remove(path);
    const before = snapshot(host);
    await ok(host.install('--public-url', URL_HERE));
    expect([APPLY, WEBHOOKS, NGINX, HOOK].filter((path) => !host.has(path))).toEqual([]);
    await ok(run(host.at(APPLY), []));
    await ok(host.uninstall());
    expect(snapshot(host)).toEqual(before);
  });

  test('twice is once', async () => {
    await ok(host.install('--public-url', URL_HERE));
    const once = snapshot(host);
    await ok(host.install('--public-url', URL_HERE));
    await ok(host.install());
    await ok(host.run('/usr/local/lib/bbb-tiers/install.sh', ['--reapply']));
    expect(snapshot(host)).toEqual(once);
  });

  test('--dry-run names each file and its place, before and after, and changes nothing', async () => {
    const before = snapshot(host);
    const shown = await ok(host.install('--dry-run', '--public-url', URL_HERE));
    expect(snapshot(host)).toEqual(before);

    await ok(host.install('--public-url', URL_HERE));
    const added = Object.entries(snapshot(host)).filter(
      ([path, is]) => before[path] !== is && !/folder$/.test(is),
    );
    const silent = added.map(([path]) => `/${path}`).filter((path) => !shown.includes(path));
    expect(silent).toEqual(['/usr/local/lib/bbb-tiers/manifest']);
    const promised = [...shown.matchAll(/^(?:install|link|folder|merge) +(\/\S+)/gm)].map(([, path]) =>
      String(path),
    );
    expect(promised.filter((path) => !host.has(path))).toEqual([]);
    expect(promised.length).toBeGreaterThan(50);

    const installed = snapshot(host);
    const removed = await ok(host.uninstall('--dry-run'));
    expect(removed).toContain(`remove    ${HOOK}`);
    expect(removed).toContain(`unmerge   ${APPLY}`);
    expect(snapshot(host)).toEqual(installed);
  });

  test('a failing re-application is told and does not stop the administrator’s own lines', async () => {
    await ok(host.install());
    host.write('/usr/local/lib/bbb-tiers/settings', 'PUBLIC_URL=nonsense\n');
    host.write(ENV, '');

    const outcome = await run(host.at(APPLY), []);

    expect(outcome).toMatchObject({ code: 0, stderr: expect.stringContaining('could not be put back') });
    expect(host.has('/etc/bigbluebutton/bbb-conf/applied')).toBe(true);
  });

  test('apply-config.sh after bbb-tiers has been removed by hand still works', async () => {
    await ok(host.install());
    host.remove('/usr/local/lib/bbb-tiers');
    expect(await run(host.at(APPLY), [])).toMatchObject({ code: 0, stderr: '' });
  });

  const appliers: Array<[string, string | Buffer, number]> = [
    ['without a line end', '#!/bin/bash', 0o755],
    ['without an interpreter line', 'echo hello\n', 0o755],
    ['not executable', '#!/bin/bash\necho hello\n', 0o644],
    ['empty', '', 0o700],
    ['with bytes that are no UTF-8', Buffer.from('#!/bin/sh\n# \xe4\xff\n', 'latin1'), 0o750],
  ];
  test.each(appliers)('apply-config.sh %s comes back as it was', async (_title, text, mode) => {
    host.write(APPLY, text, mode);
    const before = snapshot(host);
    await ok(host.install());
    expect(host.read(APPLY)).toContain('# BEGIN bbb-tiers');
    await ok(run('bash', [host.at(APPLY)]));
    await ok(host.uninstall());
    expect(snapshot(host)).toEqual(before);
  });

  test('what the administrator adds to shared files after the installation stays', async () => {
    await ok(host.install());
    host.write(APPLY, `${host.read(APPLY)}\n# later\n`, 0o755);
    host.write(WEBHOOKS, `${host.read(WEBHOOKS)}mappings: {}\n`, 0o640);
    await ok(host.uninstall());
    expect(host.read(APPLY)).toBe(`${ADMINS_APPLY}\n# later\n`);
    expect(host.read(WEBHOOKS)).toMatch(/^bbb:[\s\S]*mappings: \{\}\n$/);
    expect(host.read(WEBHOOKS)).not.toContain('bbb-tiers');
  });

  test('changed settings stay at uninstall; --keep-config keeps all of them', async () => {
    await ok(host.install());
    const secret = host.read(SECRETS[0] as string);
    host.write('/etc/bbb-tiers/credentials/DATABASE_URL', 'postgres://u:p@127.0.0.1/bbb_tiers', 0o600);
    const kept = await ok(host.uninstall());
    expect(kept).toContain('keep      /etc/bbb-tiers/credentials/DATABASE_URL');
    expect(host.has(SECRETS[0] as string)).toBe(false);

    await ok(host.install());
    await ok(host.uninstall('--keep-config'));
    expect(host.has(SECRETS[0] as string)).toBe(true);
    expect(host.read(SECRETS[0] as string)).not.toBe(secret);
  });

  test('--purge takes changed settings, too', async () => {
    await ok(host.install());
    host.write(ENV, `${host.read(ENV)}LOG_LEVEL=debug\n`);
    await ok(host.uninstall('--purge'));
    expect(host.has('/etc/bbb-tiers')).toBe(false);
  });

  test('secrets: made once, for root alone, never shown, BBB’s own followed when it changes', async () => {
    const said = await ok(host.install());
    const made = SECRETS.map((path) => host.read(path));
    expect(made.every((secret) => /^[0-9a-f]{64}$/.test(secret) && !said.includes(secret))).toBe(true);
    expect(new Set(made).size).toBe(2);
    const modes = snapshot(host);
    expect(SECRETS.map((path) => modes[path.slice(1)]?.split(' ')[0])).toEqual(['600', '600']);
    expect(modes['etc/bbb-tiers/credentials']).toBe('700 folder');
    for (const name of ['DATABASE_URL', 'GREENLIGHT_DATABASE_URL'])
      expect(host.read(`/etc/bbb-tiers/credentials/${name}`)).toBe('');
    expect(host.read('/etc/bbb-tiers/credentials/BBB_SECRET')).toBe('made-up-for-tests');

    host.write('/etc/bigbluebutton/bbb-web.properties', 'securitySalt = changed\n');
    const reapplied = await ok(host.run('/usr/local/lib/bbb-tiers/install.sh', ['--reapply']));
    expect(reapplied).toContain('the secret of BigBlueButton has changed: restart bbb-tiers');
    expect(await ok(host.install())).not.toContain('has changed');
    expect(SECRETS.map((path) => host.read(path))).toEqual(made);
    expect(host.read('/etc/bbb-tiers/credentials/BBB_SECRET')).toBe('changed');

    host.write('/etc/bbb-tiers/credentials/BBB_SECRET', 'by hand', 0o600);
    await ok(host.install());
    expect(host.read('/etc/bbb-tiers/credentials/BBB_SECRET')).toBe('by hand');
  });

  test('another public URL reaches all three places; an edited env file is only told about', async () => {
    await ok(host.install('--public-url', URL_HERE));
    await ok(host.install('--public-url', 'https://bbb.example.org/levels/'));
    expect(host.read(WEBHOOKS)).toContain('url: "https://bbb.example.org/levels/webhooks/bbb"');
    expect(host.read(WEBHOOKS)).not.toContain(URL_HERE);
    expect(host.read(NGINX)).toContain('location ^~ /levels/ {');
    expect(host.read(ENV)).toContain('PUBLIC_URL=https://bbb.example.org/levels\n');

    host.write(ENV, `${host.read(ENV)}LOG_LEVEL=debug\n`);
    expect(await ok(host.install('--public-url', URL_HERE))).toContain(
      `write PUBLIC_URL=${URL_HERE} into it`,
    );
    expect(host.read(ENV)).toContain('LOG_LEVEL=debug');
  });

  test('without a public URL: the hook goes to loopback and nginx is left alone', async () => {
    await ok(host.install());
    expect(host.read(WEBHOOKS)).toContain('url: "http://127.0.0.1:3020/webhooks/bbb"');
    expect(host.has(NGINX)).toBe(false);
    expect(host.read(ENV)).toMatch(/^BBB_URL=https:\/\/bbb.example.org\/bigbluebutton$/m);
    expect(host.read(ENV)).toMatch(/^WEBHOOKS=receive$/m);
  });

  test('no bbb-webhooks 3, or --no-webhooks: its file is left alone, also at the next upgrade, and the service registers itself', async () => {
    const webhooks = host.read(WEBHOOKS);
    await ok(host.install('--no-webhooks'));
    await ok(host.run('/usr/local/lib/bbb-tiers/install.sh', ['--reapply']));
    expect(host.read(WEBHOOKS)).toBe(webhooks);
    expect(host.read(ENV)).toMatch(/^WEBHOOKS=register$/m);

    await ok(host.install());
    expect(host.read(WEBHOOKS)).not.toBe(webhooks);
    host.write('/usr/local/bigbluebutton/bbb-webhooks/config/default.yml', 'hooks:\n  permanentURLs: []\n');
    await ok(host.install());
    expect(host.read(WEBHOOKS)).toBe(webhooks);
  });

  test('a host that does not record gets everything but the hooks', async () => {
    host.remove('/usr/local/bigbluebutton/core');
    expect(await ok(host.install('--dry-run'))).toContain('this host does not record');
    await ok(host.install());
    expect(host.has('/usr/local/bigbluebutton/core')).toBe(false);
  });

  describe('refuses', () => {
    test('a host that is not BigBlueButton', async () => {
      host.remove('/etc/bigbluebutton/bigbluebutton-release');
      const before = snapshot(host);
      expect(await host.install()).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('no BigBlueButton host'),
      });
      expect(snapshot(host)).toEqual(before);
    });

    test('to overwrite a file that is not its own, and changes nothing before it says so', async () => {
      host.write('/etc/systemd/system/bbb-tiers.service', '[Service]\n');
      const before = snapshot(host);
      expect(await host.install()).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('bbb-tiers.service is there and not ours'),
      });
      expect(snapshot(host)).toEqual(before);
    });

    test('a production.yml it cannot merge, with the lines to add by hand', async () => {
      host.write(WEBHOOKS, 'modules: ~\n');
      const before = snapshot(host);
      const outcome = await host.install();
      expect(outcome.code).toBe(1);
      expect(outcome.stderr).toMatch(
        /production\.yml: cannot be merged[\s\S]*permanentURLs:\n +- url: "http:/,
      );
      expect(outcome.stderr).toContain('--no-webhooks');
      expect(snapshot(host)).toEqual(before);
    });

    test.each([
      'ftp://x',
      'bbb.example.org',
      'https://bbb.example.org/a b',
      'https://u:p@bbb.example.org',
      'https://x/;}',
      'https://x/?a=b',
    ])('the URL %s', async (url) => {
      const before = snapshot(host);
      expect(await host.install('--public-url', url)).toMatchObject({
        code: 64,
        stderr: expect.stringContaining('expected a URL'),
      });
      expect(snapshot(host)).toEqual(before);
    });

    test.each([['--unknown'], ['--public-url'], ['--root', '/does/not/exist'], ['extra']])(
      '%s',
      async (...args) => {
        expect(await host.install(...args)).toMatchObject({ code: 64 });
      },
    );

    test('to reapply or uninstall what was never installed', async () => {
      expect(await host.install('--reapply')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('nothing was installed'),
      });
      await ok(host.install());
      await ok(host.uninstall());
      expect(
        await run('bash', [`${__dirname}/../../bbb-hooks/uninstall.sh`, '--root', host.root]),
      ).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing of bbb-tiers') });
    });
  });

  test('shared files that are links stay links', async () => {
    host.write('/srv/config/production.yml', host.read(WEBHOOKS));
    host.remove(WEBHOOKS);
    symlinkSync('../../../srv/config/production.yml', host.at(WEBHOOKS));
    const before = snapshot(host);
    await ok(host.install());
    expect(snapshot(host)['etc/bigbluebutton/bbb-webhooks/production.yml']).toBe(
      before['etc/bigbluebutton/bbb-webhooks/production.yml'],
    );
    expect(host.read('/srv/config/production.yml')).toContain('webhooks/bbb');
    await ok(host.uninstall());
    expect(snapshot(host)).toEqual(before);
  });

  test('recordings that are put away in doubt are named before their notes go', async () => {
    await ok(host.install());
    const id = `${'a'.repeat(40)}-1760000000000`;
    host.write(`/var/lib/bbb-tiers-hooks/pending/${id}.json`, '{"held":{"presentation":"unpublished"}}');
    expect(await ok(host.uninstall())).toContain(`NOTE      recording ${id} was put away in doubt`);
    expect(existsSync(host.at('/var/lib/bbb-tiers-hooks'))).toBe(false);
  });

  test('files of an earlier version that this one does not know go with the next installation', async () => {
    await ok(host.install());
    const manifest = host.read('/usr/local/lib/bbb-tiers/manifest');
    host.write('/usr/local/lib/bbb-tiers/ruby/old.rb', '');
    host.write(
      '/usr/local/lib/bbb-tiers/manifest',
      `${manifest}f\tx\t/usr/local/lib/bbb-tiers/ruby/old.rb\n`,
    );
    await ok(host.install());
    expect(host.has('/usr/local/lib/bbb-tiers/ruby/old.rb')).toBe(false);
    expect(host.read('/usr/local/lib/bbb-tiers/manifest')).toBe(manifest);
  });
});
