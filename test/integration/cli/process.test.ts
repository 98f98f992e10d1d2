/** The command as it is installed, in a process of its own. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startWorld, type World } from '../../support/world';
import { ADMIN_SECRET } from './run-cli';

const run = promisify(execFile);
/** A build may come first. */
const PATIENCE_MS = 240_000;
let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const environment = (more: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  ADMIN_JWT_SECRET: ADMIN_SECRET,
  BBB_TIERS_URL: world.app.url,
  ...more,
});

test(
  'npx finds it; answers, exit codes and streams are those of a good citizen',
  async () => {
    const tiers = await run('npx', ['--no-install', 'bbb-tiers', 'completion', 'bash'], {
      env: environment({}),
    });
    expect(tiers.stdout).toContain('complete -o default -F _bbb_tiers bbb-tiers');
    const node = (words: readonly string[], more: NodeJS.ProcessEnv = {}) =>
      run(process.execPath, ['sidecar/cli/bbb-tiers.cjs', ...words], { env: environment(more) });
    const token = (await node(['token', '--expires', '5m'])).stdout;
    expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    for (const [words, more, code] of [
      [['meetings'], { BBB_TIERS_URL: 'http://127.0.0.1:9' }, 69],
      [['nonsense'], {}, 64],
      [['token'], { ADMIN_JWT_SECRET: 'short' }, 78],
    ] as const) {
      const failed = await node(words, more).catch((error: unknown) => error);
      expect(failed).toMatchObject({
        code,
        stdout: '',
        stderr: expect.stringMatching(/^bbb-tiers: [^\n]+\n$/),
      });
    }
    // What should be a file of variables is a directory.
    const cwd = mkdtempSync(join(tmpdir(), 'bbb-tiers-'));
    mkdirSync(join(cwd, '.env'));
    const unreadable = await run(
      process.execPath,
      [join(process.cwd(), 'sidecar/cli/bbb-tiers.cjs'), 'check'],
      {
        cwd,
        env: environment({}),
      },
    ).catch((error: unknown) => error);
    rmSync(cwd, { recursive: true });
    expect(unreadable).toMatchObject({
      code: 78,
      stdout: '',
      stderr: expect.stringMatching(
        /^bbb-tiers: [^\n]*\.env: expected a readable file, got an error [^\n]+\n$/,
      ),
    });
    // Nobody reads to the end: no complaint but of the config.
    const piped = await run(
      'bash',
      ['-c', 'set -o pipefail; node sidecar/cli/bbb-tiers.cjs check | head -c 1'],
      {
        env: environment({}),
      },
    );
    expect(piped).toEqual({
      stdout: expect.stringMatching(/^.$|^\p{So}/u),
      stderr: expect.stringMatching(/^(?:warning: [^\n]+\n)*$/),
    });
  },
  PATIENCE_MS,
);
