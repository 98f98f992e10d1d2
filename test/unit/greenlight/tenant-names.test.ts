/** Names of databases and services: valid where they go, and never the same for two tenants. */
import fc from 'fast-check';
import { databaseName, isTenantDatabase, serviceName } from '../../../sidecar/greenlight/tenant-names';

const id = fc.oneof(
  fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/),
  fc.stringMatching(/^a{50}[ab-]{12}b$/), // differ only where PostgreSQL would cut
);

it.each([
  ['acme', 'greenlight_acme'],
  ['north-west-1', 'greenlight_north_west_1'],
  ['2026', 'greenlight_2026'],
])('%s has the database %s', (tenant, database) => {
  expect(databaseName(tenant)).toBe(database);
  expect(isTenantDatabase(database)).toBe(true);
});

it('names fit into PostgreSQL, need no quotes, and no two tenants share one', () => {
  fc.assert(
    fc.property(id, id, (a, b) => {
      expect(databaseName(a)).toMatch(/^greenlight_[a-z0-9_]{1,52}$/);
      if (a !== b) expect(databaseName(a)).not.toBe(databaseName(b));
    }),
    { numRuns: 500 },
  );
});

it('no tenant takes the name of a service that is there already', () => {
  for (const taken of ['v3', 'bbb-tiers', 'postgres', 'redis', 'greenlight-v3'])
    expect(['greenlight-v3', 'bbb-tiers', 'postgres', 'redis']).not.toContain(serviceName(taken));
});

it('leaves a stock Greenlight and the service itself alone', () => {
  expect(isTenantDatabase('greenlight-v3-production')).toBe(false);
  expect(isTenantDatabase('bbb_tiers')).toBe(false);
});
