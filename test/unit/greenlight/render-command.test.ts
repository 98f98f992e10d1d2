/** `bbb-tiers render` as an operator and as CI see it, on real files. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { registerRender } from '../../../sidecar/cli/commands/render';
import { runCli } from '../../integration/cli/run-cli';
import { edited, TENANTS, TIERS } from '../config/valid-files';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bbb-tiers-render-'));
  mkdirSync(join(root, 'config'));
  writeConfig(TENANTS);
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function writeConfig(tenants: string, tiers = edited(TIERS, 'branding: false', 'branding: true')): void {
  writeFileSync(join(root, 'config', 'tiers.yml'), tiers);
  writeFileSync(join(root, 'config', 'tenants.yml'), tenants);
}

function run(...args: string[]): { out: string; err: string; code: number | undefined } {
  let [out, err] = ['', ''];
  let code: number | undefined;
  const program = new Command('bbb-tiers').exitOverride();
  registerRender(program, {
    stdout: {
      write(text) {
        out += text;
      },
    },
    stderr: {
      write(text) {
        err += text;
      },
    },
    isTTY: false,
    env: { TIERS_CONFIG_DIR: join(root, 'config') },
    setExitCode(value) {
      code = value;
    },
  });
  program.parse(['render', '--project', root, ...args], { from: 'user' });
  return { out: out.replaceAll(root, 'ROOT'), err: err.replaceAll(root, 'ROOT'), code };
}

const override = (): string => readFileSync(join(root, 'docker-compose.override.yml'), 'utf8');

it('writes everything once, and then has nothing to do', () => {
  expect(run()).toEqual({
    out: `\
wrote ROOT/build/greenlight/env/bbb-tiers.env.sample
wrote ROOT/build/greenlight/env/tenant-demo.env.sample
wrote ROOT/build/greenlight/nginx/tenant-demo.conf
wrote ROOT/docker-compose.override.yml
`,
    err: '',
    code: 0,
  });
  expect(run()).toEqual({ out: 'nothing to change\n', err: '', code: 0 });
  expect(run('--check')).toEqual({ out: 'nothing would change\n', err: '', code: 0 });
});

it('--check says what would change, writes nothing, and exits 1', () => {
  run();
  const before = override();
  writeConfig(edited(TENANTS, 'name: Demo', 'name: "Démo $1"'));
  const { out, err, code } = run('--check');
  expect(out).toBe(`\
--- ROOT/docker-compose.override.yml
+++ ROOT/docker-compose.override.yml as it would be
@@
       TIER_MAX_PARTICIPANTS: "10"
       TIER_RECORDING: "false"
       TIER_POLICY_FILE: "/policy/policy.json"
-      BRAND_NAME: "Demo"
+      BRAND_NAME: "Démo $$1"
       BRAND_LOGO_URL: "https://demo.example/logo.svg"
       BRAND_PRIMARY_COLOR: "#0a7d55"
       SMTP_SENDER_EMAIL: "meet@demo.example"
`);
  expect({ err, code }).toEqual({
    err: '1 file is not as the config says: run npx bbb-tiers render\n',
    code: 1,
  });
  expect(override()).toBe(before);
});

it('--check looks at the committed file alone where nothing else was rendered', () => {
  run();
  rmSync(join(root, 'build'), { recursive: true });
  expect(run('--check')).toMatchObject({ code: 0 });
  expect(existsSync(join(root, 'build'))).toBe(false);
});

it('--check finds a file that is missing, and one that was edited', () => {
  expect(run('--check')).toMatchObject({ code: 1, out: expect.stringContaining('+services:') });
  run();
  writeFileSync(
    join(root, 'docker-compose.override.yml'),
    override().replace('greenlight:v3.8.2.4', 'greenlight:v3'),
  );
  expect(run('--check').out).toContain(
    '-    image: "bigbluebutton/greenlight:v3"\n+    image: "bigbluebutton/greenlight:v3.8.2.4"\n',
  );
});

it('takes away what it rendered for a tenant that is gone, and nothing else', () => {
  run();
  const nginx = join(root, 'build', 'greenlight', 'nginx');
  writeFileSync(join(nginx, 'tenant-other.conf'), "# the operator's own\n");
  writeConfig('version: 1\ntenants: {}\n');
  expect(run('--check').out).toContain('tenant-demo.conf');
  expect(run().out).toContain('removed ROOT/build/greenlight/nginx/tenant-demo.conf');
  expect(readdirSync(nginx)).toEqual(['tenant-other.conf']);
  expect(override()).not.toContain('tenant-demo');
});

it('puts nginx blocks and samples where --out says', () => {
  const out = join(root, 'elsewhere');
  expect(run('--out', out)).toMatchObject({ code: 0 });
  expect(readdirSync(out)).toEqual(['env', 'nginx']);
  expect(existsSync(join(root, 'build'))).toBe(false);
});

it('leaves no draft behind', () => {
  run();
  const files = readdirSync(root, { recursive: true }).map(String);
  expect(files.filter((file) => file.endsWith('.tmp'))).toEqual([]);
});

it.each([
  [
    'a tenant id that is no DNS label',
    edited(TENANTS, '  demo:', '  De_mo:'),
    'tenants.yml:3:3 tenants.De_mo: expected a DNS label',
  ],
  [
    'a logo that is no https URL',
    edited(TENANTS, 'https://demo.example/logo.svg', 'http://demo.example/l.svg'),
    'tenants.yml:8:17 tenants.demo.branding.logo_url: expected an https URL',
  ],
  [
    'two tenants with one host',
    `${TENANTS}  other: {host: demo.meet.example, tier: free}\n`,
    'tenants.yml:12:17 tenants.other.host: expected a host that no other tenant has',
  ],
  [
    'a tier that does not exist',
    edited(TENANTS, 'tier: free', 'tier: fre'),
    'tenants.yml:5:11 tenants.demo.tier: expected the code of a tier (free)',
  ],
])('refuses %s, with its place, and writes nothing', (_, tenants, problem) => {
  writeConfig(tenants);
  const { out, err, code } = run();
  expect({ out, code }).toEqual({ out: '', code: 1 });
  expect(err).toContain(problem);
  expect(readdirSync(root)).toEqual(['config']);
});

/** With what the whole command line makes of an error. */
async function failing(...args: string[]): Promise<{ err: string; code: number }> {
  const env = { TIERS_CONFIG_DIR: join(root, 'config') };
  const { out, err, code } = await runCli(['render', '--project', root, ...args], { env });
  expect(out).toBe('');
  return { err: err.replaceAll(root, 'ROOT'), code };
}

it('says in one line where it cannot write', async () => {
  writeFileSync(join(root, 'file'), '');
  const { err, code } = await failing('--out', join(root, 'file'));
  expect(code).toBe(1);
  expect(err).toMatch(/^bbb-tiers: .*(EEXIST|ENOTDIR).*\n$/);
});

it.each([
  ['nowhere', 'which is not there'],
  ['config/tiers.yml', 'which is no folder'],
  ['config/tiers.yml/deeper', 'which is not there'],
])('refuses a project that is %s: it would be a typing error', async (place, why) => {
  const before = readdirSync(root);
  expect(await failing('--project', join(root, place))).toEqual({
    err: `bbb-tiers: --project: expected the folder of Greenlight's docker-compose.yml, got 'ROOT/${place}', ${why}: name the one in which 'docker compose up' is run\n`,
    code: 66,
  });
  expect(readdirSync(root)).toEqual(before);
});

it('passes on what the config warns of', () => {
  writeConfig(TENANTS, TIERS);
  expect(run()).toMatchObject({
    code: 0,
    err: expect.stringContaining(
      'warning: ROOT/config/tenants.yml:6:5 tenants.demo.branding: will not be shown',
    ),
  });
});
