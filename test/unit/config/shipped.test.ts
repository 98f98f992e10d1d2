/** The files in config/ are the published table, and both are valid. */
import { loadConfig, parseConfig } from '../../../sidecar/config/load';
import { settingText } from '../../../sidecar/config/setting-text';
import type { Config } from '../../../sidecar/core/config';
import { LIMITS } from '../../../sidecar/core/limits/index';
import { edited, TIERS } from './valid-files';

function shipped(): Config {
  const result = loadConfig('config');
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.config;
}

it('is valid; of tier_by_role it is told that one account is one account', () => {
  const result = loadConfig('config');
  expect('warnings' in result && result.warnings.map(({ path, message }) => `${path}: ${message}`)).toEqual([
    "tenants.members.tier: allows 1 account in all of this Greenlight, whatever the roles say, administrators included; a tier with 'accounts: unlimited' leaves them to the roles",
  ]);
});

const PUBLISHED = `
free          | Free          | shared    | no  | 1         | 1         | 1h  | 10        | no  | 0   | 0
level-1       | Level 1       | shared    | no  | 1         | 3         | 3h  | 20        | no  | 10  | 10
level-2       | Level 2       | shared    | no  | 1         | 6         | 6h  | 20        | yes | 20  | 20
level-3       | Level 3       | shared    | no  | 1         | 9         | 6h  | 50        | yes | 50  | 50
multi-account | Multi-account | shared    | yes | unlimited | 12        | 12h | 250       | yes | 200 | 100
custom        | Custom        | dedicated | yes | unlimited | unlimited | 24h | unlimited | yes | 300 | on-request`;

it('tiers.yml is the published table, every limit hard', () => {
  const rows = [...shipped().tiers.tiers.values()].map((tier) => [
    tier.code,
    tier.title,
    tier.server,
    tier.branding ? 'yes' : 'no',
    tier.accounts,
    tier.roomsPerAccount,
    ...LIMITS.map((limit) => settingText(limit, tier.limits[limit.name])),
    tier.setupFee,
    tier.monthlyFee,
  ]);
  const published = PUBLISHED.trim().split('\n');
  expect(rows.map((row) => row.join(' | '))).toEqual(published.map((row) => row.replace(/ +/g, ' ')));
});

it('tiers.yml has the rules that hold for all tiers', () => {
  const { tiers, ...general } = shipped().tiers;
  expect(tiers.size).toBe(6);
  expect(general).toEqual({
    currency: 'EUR',
    defaultTier: 'free',
    setupFeeWaivedFromMonths: 12,
    noticesMs: [600_000, 300_000, 60_000],
    retentionMs: 400 * 24 * 3_600_000,
  });
});

it('tenants.yml shows one tenant of each kind', () => {
  const tenants = [...shipped().tenants.values()];
  expect(tenants.map(({ id, host, tier, tierByRole }) => [id, host, tier, tierByRole])).toEqual([
    ['demo', 'demo.meet.example', 'free', false],
    ['members', 'members.meet.example', 'level-1', true],
    ['acme', 'meet.acme.example', 'multi-account', false],
  ]);
  expect(Object.keys(tenants[2]?.branding ?? {})).toHaveLength(8);
  expect(tenants[2]?.email).toEqual({ from: 'meet@acme.example', name: 'Acme meetings' });
});

it.each([
  ['[1m, 60s, 10m, 1h]', [3_600_000, 600_000, 60_000]],
  ['[]', []],
])('the notices %s are told longest first, each once', (notices, expected) => {
  const result = parseConfig({ file: 'tiers.yml', text: edited(TIERS, '[10m, 5m, 1m]', notices) }, undefined);
  expect('config' in result && result.config.tiers.noticesMs).toEqual(expected);
});
