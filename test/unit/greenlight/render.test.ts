/**
 * What follows from a config, compared with files that a person has looked at. After a wanted change:
 *   npx bbb-tiers render test/fixtures/greenlight/awkward --project test/fixtures/greenlight/golden --out test/fixtures/greenlight/golden
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { COMPOSE_FILE, render } from '../../../sidecar/greenlight/render';
import { AWKWARD, loaded, tenantsNamed, withLimits } from './loaded';

const GOLDEN = 'test/fixtures/greenlight/golden';

interface Service {
  readonly image?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly [key: string]: unknown;
}

function servicesOf(compose: string): Readonly<Record<string, Service>> {
  return (parse(compose) as { services: Record<string, Service> }).services;
}

it('an awkward config gives the golden files, byte by byte', () => {
  const { compose, extras } = render(loaded(AWKWARD));
  expect(compose).toBe(readFileSync(join(GOLDEN, COMPOSE_FILE), 'utf8'));
  const golden = readdirSync(GOLDEN, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== COMPOSE_FILE)
    .map((entry) => join(entry.parentPath, entry.name).slice(GOLDEN.length + 1));
  expect([...extras.keys()].toSorted()).toEqual(golden.toSorted());
  for (const [path, text] of extras) expect(text).toBe(readFileSync(join(GOLDEN, path), 'utf8'));
});

it('the shipped config gives the committed override', () => {
  expect(render(loaded('config')).compose).toBe(readFileSync(COMPOSE_FILE, 'utf8'));
});

it('a tenant has what is its own, and shares nothing but the policy and the overlay', () => {
  const services = servicesOf(render(tenantsNamed(['acme', 'demo'])).compose);
  const own = (service: Service | undefined): unknown[] => [
    service?.environment?.DATABASE_URL,
    service?.environment?.REDIS_URL,
    ...(service?.ports ?? []),
    ...(service?.volumes ?? []).filter((volume) => !volume.endsWith(':ro')),
  ];
  const [acme, demo] = [own(services['tenant-acme']), own(services['tenant-demo'])];
  expect(acme).toHaveLength(4);
  expect(acme.filter((value) => demo.includes(value))).toEqual([]);
  expect(acme[0]).toMatch(/\/greenlight_acme$/);
});

it('Greenlight gets the overlay and the policy read-only, the sidecar writes the policy', () => {
  const services = servicesOf(render(tenantsNamed(['acme'])).compose);
  const policy = '$'.concat('{TIER_POLICY_VOLUME:-tier-policy}:/policy');
  expect(services['tenant-acme']).toMatchObject({
    image: 'bigbluebutton/greenlight:v3.8.2.4',
    mem_limit: '1g',
  });
  expect(services['tenant-acme']?.volumes?.filter((volume) => volume.endsWith(':ro'))).toEqual([
    './greenlight-patches/config/initializers/zz_bbb_tiers.rb:/usr/src/app/config/initializers/zz_bbb_tiers.rb:ro',
    './greenlight-patches/overlay:/usr/src/app/overlay:ro',
    `${policy}:ro`,
  ]);
  expect(services['bbb-tiers']?.volumes).toContain(policy);
});

it('mounts files that are there', () => {
  const volumes = servicesOf(render(tenantsNamed(['acme'])).compose)['tenant-acme']?.volumes ?? [];
  const sources = volumes
    .map((volume) => volume.split(':')[0] ?? '')
    .filter((path) => path.startsWith('./greenlight-patches'));
  expect(sources).toHaveLength(2);
  for (const source of sources) expect(readdirSync(join(source, '..'))).toContain(source.split('/').at(-1));
});

it('soft and observed limits → no limit for BBB, a guide for what moderators read', () => {
  const { compose } = render(
    withLimits({
      meeting_duration: { max: 60_000, enforce: 'soft' },
      participants: { max: 10, enforce: 'observe' },
      recording: { max: false, enforce: 'soft' },
    }),
  );
  expect(servicesOf(compose)['tenant-demo']?.environment).toMatchObject({
    TIER_MEETING_DURATION_MINUTES: 'unlimited',
    TIER_MAX_PARTICIPANTS: 'unlimited',
    TIER_GUIDE_MEETING_DURATION_MINUTES: '1',
    TIER_GUIDE_MAX_PARTICIPANTS: '10',
    TIER_RECORDING: 'true',
  });
});

it('has no secret in it, only the place where secrets are', () => {
  const { compose, extras } = render(loaded('config'));
  const names = /TIER_CLAIM_SECRET|SECRET_KEY_BASE|PGPASSWORD|BIGBLUEBUTTON_SECRET|BBB_SECRET|JWT_SECRET/;
  for (const service of Object.values(servicesOf(compose))) {
    expect(Object.keys(service.environment ?? {}).filter((name) => names.test(name))).toEqual([]);
    expect(JSON.stringify(service)).not.toMatch(/:\/\/[^/@"]*:[^/@"}]*@/); // a password in a URL
  }
  for (const [path, text] of extras) {
    if (path.startsWith('env/')) expect(text).not.toMatch(/^[A-Z_]*(SECRET|PASSWORD|KEY)[A-Z_]*=.+$/m);
  }
});

it('the service, on the network of the host, listens on its loopback only', () => {
  const sidecar = servicesOf(render(tenantsNamed([])).compose)['bbb-tiers'];
  expect(sidecar).toMatchObject({
    network_mode: 'host',
    environment: { HOST: '$'.concat('{BBB_TIERS_HOST:-127.0.0.1}') },
  });
});

it('without tenants there is still the service', () => {
  const services = servicesOf(render(tenantsNamed([])).compose);
  expect(Object.keys(services)).toEqual(['postgres', 'redis', 'greenlight-v3', 'bbb-tiers']);
});
