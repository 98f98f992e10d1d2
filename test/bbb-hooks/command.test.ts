/** The command line as it is installed on a host: the settings of the service without typing one. */

import { chownSync, readFileSync } from 'node:fs';
import { type Host, makeHost } from './support/host';
import { describeWith } from './support/programs';

const COMMAND = '/usr/local/bin/bbb-tiers';
const PROGRAM = '/opt/bbb-tiers/sidecar/cli/bbb-tiers.cjs';
const NOBODY = 65_534;
/** In the place of the real command line: tells what it was given. */
const TELLS = 'console.log(JSON.stringify({ words: process.argv.slice(2), env: process.env }));\n';

jest.setTimeout(120_000);

describeWith(['ruby', 'bash'], 'bbb-tiers on a host', () => {
  let host: Host;

  beforeEach(async () => {
    host = makeHost();
    expect(await host.install('--public-url', 'https://bbb.example.org/bbb-tiers')).toMatchObject({
      code: 0,
    });
    host.write(PROGRAM, TELLS);
  });
  afterEach(() => host.dispose());

  test('has the settings of the service and its secrets, and every word', async () => {
    const { code, stdout, stderr } = await host.run(COMMAND, ['why', 'a b', '--json'], {
      env: { NODE_ENV: '' },
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { words, env } = JSON.parse(stdout);
    expect(words).toEqual(['why', 'a b', '--json']);
    expect(env).toMatchObject({
      PORT: '3020',
      PUBLIC_URL: 'https://bbb.example.org/bbb-tiers',
      TIERS_CONFIG_DIR: '/etc/bbb-tiers/config',
      NODE_ENV: 'production',
      CREDENTIALS_DIRECTORY: host.at('/etc/bbb-tiers/credentials'),
    });
    expect(readFileSync(`${env.CREDENTIALS_DIRECTORY}/BBB_SECRET`, 'utf8')).toBe('made-up-for-tests');
  });

  test('what is set by hand wins', async () => {
    const { stdout } = await host.run(COMMAND, [], { env: { PORT: '4000', NODE_ENV: 'test' } });
    expect(JSON.parse(stdout).env).toMatchObject({ PORT: '4000', NODE_ENV: 'test' });
  });

  test('the program lies elsewhere', async () => {
    host.remove('/opt/bbb-tiers');
    const away = await host.run(COMMAND, ['doctor']);
    expect(away).toMatchObject({
      code: 69,
      stdout: '',
      stderr: expect.stringContaining(`at ${host.at(PROGRAM)}`),
    });
    host.write('/srv/tiers/sidecar/cli/bbb-tiers.cjs', TELLS);
    const env = '/etc/bbb-tiers/bbb-tiers.env';
    host.write(
      env,
      `${host.read(env)}BBB_TIERS_MAIN="${host.at('/srv/tiers').replaceAll(' ', '')}/dist/sidecar/main.js"\n`,
    );
    expect(await host.run(COMMAND, ['doctor'])).toMatchObject({
      code: 69,
      stderr: expect.stringContaining('/srv/tiers/sidecar/cli/bbb-tiers.cjs'),
    });
  });

  (process.getuid?.() === 0 ? test : test.skip)('anybody else is told what is missing', async () => {
    chownSync(host.at('/etc/bbb-tiers/credentials'), 0, 0);
    const { code, stdout, stderr } = await host.run(COMMAND, ['check'], { uid: NOBODY, gid: NOBODY });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).env.CREDENTIALS_DIRECTORY).toBeUndefined();
    expect(stderr).toMatch(/^bbb-tiers: without the secrets in \S.*: with sudo it has them\n$/);
  });

  test('goes with the rest', async () => {
    expect(await host.uninstall()).toMatchObject({ code: 0 });
    expect(host.has(COMMAND)).toBe(false);
  });
});
