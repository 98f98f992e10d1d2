/** The rendered override, laid over Greenlight's services, as Debian's docker-compose (1.29) reads it; Compose v2 too where it is. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Config } from '../../../sidecar/core/config';
import { greenlightEnvironment } from '../../../sidecar/greenlight/greenlight-environment';
import { render } from '../../../sidecar/greenlight/render';
import { applyChanges, changesOf } from '../../../sidecar/greenlight/rendered-files';
import { serviceName } from '../../../sidecar/greenlight/tenant-names';
import { tenantTier } from '../../../sidecar/greenlight/tenant-tier';
import { AWKWARD, loaded } from '../../unit/greenlight/loaded';
import { itWith } from '../../unit/greenlight/programs';

const BASE = 'test/fixtures/greenlight/docker-compose.base.yml';

let project: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'bbb-tiers-compose-'));
  copyFileSync(BASE, join(project, 'docker-compose.yml'));
  writeFileSync(join(project, '.env'), '');
});
afterEach(() => {
  rmSync(project, { recursive: true });
});

interface Compose {
  readonly services: Readonly<
    Record<string, { environment?: Record<string, string | null>; [key: string]: unknown }>
  >;
  readonly volumes: unknown;
}

/** A project as an operator has it: rendered, and each sample copied and filled in. */
function install(config: Config): void {
  const out = join(project, 'build', 'greenlight');
  applyChanges(changesOf(render(config), { project, out }));
  mkdirSync(join(project, 'env'));
  for (const name of ['bbb-tiers', ...[...config.tenants.keys()].map(serviceName)])
    writeFileSync(join(project, 'env', `${name}.env`), `TIER_CLAIM_SECRET=of-${name}\nPGPASSWORD=word\n`);
}

type Program = readonly [string, ...string[]];

/** What compose makes of it. In its output `$` is doubled, so that it could be read again. */
function read([program, ...args]: Program, env: Record<string, string> = {}): Compose {
  const { stdout, stderr, status } = spawnSync(program, [...args, 'config'], {
    cwd: project,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: project, ...env },
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  // The old one writes what PyYAML reads, which is YAML 1.1.
  return parse(stdout, { version: program === 'docker-compose' ? '1.1' : '1.2' }) as Compose;
}

/** Debian has the first; the second is there where Docker's own packages are, and is no part of CI. */
const hasSecond = spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' }).status === 0;
const VERSIONS: ReadonlyArray<readonly [string, Program]> = [
  ['docker-compose', ['docker-compose']],
  [hasSecond ? 'docker compose' : 'docker compose (version 2 is not installed here)', ['docker', 'compose']],
];

describe.each(VERSIONS)('%s', (_, program) => {
  const [command, ...args] = program;
  const test = command === 'docker-compose' ? itWith(command, ['version']) : hasSecond ? it : it.skip;

  test('every text arrives in the container as the config has it', () => {
    const config = loaded(AWKWARD);
    install(config);
    const { services } = read(program);
    for (const tenant of config.tenants.values()) {
      const environment = services[serviceName(tenant.id)]?.environment ?? {};
      const given = Object.entries(environment).map(([name, value]) => [
        name,
        String(value).replaceAll('$$', '$'),
      ]);
      expect(Object.fromEntries(given)).toMatchObject(
        greenlightEnvironment(tenant, tenantTier(config, tenant)),
      );
    }
  });

  test('each tenant gets its own secrets, from its own file', () => {
    install(loaded('config'));
    const { services } = read(program);
    for (const name of ['bbb-tiers', 'tenant-demo', 'tenant-members', 'tenant-acme'])
      expect(services[name]?.environment).toMatchObject({ TIER_CLAIM_SECRET: `of-${name}` });
  });

  test('the stock Greenlight stays away, its database and cache serve the tenants', () => {
    install(loaded('config'));
    const { services } = read(program);
    const postgres = services.postgres as { image?: string; ports?: unknown };
    expect(postgres.image).toBe('postgres:14-alpine');
    expect(JSON.stringify(postgres.ports)).toContain('5433');
    expect(services.redis).toMatchObject({ command: ['redis-server', '--databases', '10000'] });
    const acme = services['tenant-acme']?.environment;
    expect(acme?.DATABASE_URL).toBe('postgres://postgres@postgres:5432/greenlight_acme');
    expect(acme?.REDIS_URL).toBe('redis://redis:6379/2691');
    const { stdout } = spawnSync(command, [...args, 'config', '--services'], {
      cwd: project,
      encoding: 'utf8',
    });
    const started = stdout
      .trim()
      .split('\n')
      .filter((name) => name !== 'greenlight-v3');
    expect(started.toSorted()).toEqual([
      'bbb-tiers',
      'postgres',
      'redis',
      'tenant-acme',
      'tenant-demo',
      'tenant-members',
    ]);
  });

  test('an operator can put the database, the secrets and the policy elsewhere', () => {
    install(loaded('config'));
    const { services } = read(program, {
      GREENLIGHT_DATABASE_HOST: 'db.internal:6432',
      GREENLIGHT_DATABASE_USER: 'greenlight',
      GREENLIGHT_REDIS_HOST: 'cache.internal:6379',
      TIER_POLICY_VOLUME: '/var/lib/bbb-tiers/policy',
      TIERS_ENV_DIR: join(project, 'env'),
    });
    const acme = services['tenant-acme'];
    expect(acme?.environment).toMatchObject({
      DATABASE_URL: 'postgres://greenlight@db.internal:6432/greenlight_acme',
      REDIS_URL: 'redis://cache.internal:6379/2691',
    });
    expect(JSON.stringify(acme?.volumes)).toMatch(/\/var\/lib\/bbb-tiers\/policy/);
  });

  test('a tenant whose secrets are missing is not started without them', () => {
    install(loaded('config'));
    rmSync(join(project, 'env', 'tenant-acme.env'));
    const { stderr, status } = spawnSync(command, [...args, 'config', '-q'], {
      cwd: project,
      encoding: 'utf8',
    });
    expect(status).not.toBe(0);
    expect(stderr).toContain('tenant-acme.env');
  });

  test('the service alone, without tenants, is a valid project', () => {
    install({ ...loaded('config'), tenants: new Map() });
    expect(Object.keys(read(program).services)).toContain('bbb-tiers');
  });
});
