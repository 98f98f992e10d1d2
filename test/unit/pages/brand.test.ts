import type { Request } from 'express';
import { loadConfig } from '../../../sidecar/config/load';
import type { Branding, Config } from '../../../sidecar/core/config';
import { brandOf, helpUrlOf } from '../../../sidecar/pages/brand';

const loaded = loadConfig('config');
if ('problems' in loaded) throw new Error('config/ does not load');

/** The shipped files, with another branding for the tenant acme. */
function configWith(branding: Branding, tier = 'multi-account'): Config {
  if ('problems' in loaded) throw new Error('config/ does not load');
  const { tenants } = loaded.config;
  const acme = tenants.get('acme');
  if (acme === undefined) throw new Error('no tenant acme');
  return { ...loaded.config, tenants: new Map(tenants).set('acme', { ...acme, tier, branding }) };
}

const brandFor = (config: Config, hostname = 'meet.acme.example') => brandOf(config, { hostname } as Request);

test.each([
  ['https://meet.acme.example/a.svg', 'https://meet.acme.example/a.svg'],
  ['https://meet.acme.example:8443/a.svg', undefined],
  ['https://cdn.example/a.svg', undefined],
  ['https://meet.acme.example.evil.example/a.svg', undefined],
  ['http://meet.acme.example/a.svg', undefined],
  ['nonsense', undefined],
])('of the logo %s is shown %s: nothing is asked of any other host', (logo_url, shown) => {
  expect(brandFor(configWith({ logo_url })).logoUrl).toBe(shown);
});

test('links that may lead there, in a fixed order; a name without marks that steer', () => {
  const brand = brandFor(
    configWith({
      name: 'Ac\u202eme',
      help_url: 'https://help.example/',
      terms_url: 'https://terms.example/',
      privacy_url: 'javascript:alert(1)',
    }),
  );
  expect(brand.links).toEqual([
    { kind: 'terms', url: 'https://terms.example/' },
    { kind: 'help', url: 'https://help.example/' },
  ]);
  expect(brand.name).toBe('Ac me');
});

test.each(['#0a7d55;} body{display:none', 'red', '#12345', ''])('%j is no colour', (primary_color) => {
  expect(brandFor(configWith({ primary_color })).color).toBeUndefined();
});

test('a tier without branding shows none of it, its help page included', () => {
  const config = configWith({ name: 'Acme', help_url: 'https://help.example/' }, 'free');
  expect(brandFor(config)).toEqual({ name: 'bbb-tiers', logoUrl: undefined, color: undefined, links: [] });
  expect(helpUrlOf(config, config.tenants.get('acme'))).toBeUndefined();
  expect(
    helpUrlOf(configWith({ help_url: 'https://help.example/' }), config.tenants.get('nobody')),
  ).toBeUndefined();
});
