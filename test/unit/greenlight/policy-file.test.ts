/** The policy file: its contract, what the overlay's own reader makes of it, and that nobody ever sees half of one. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import type { Config } from '../../../sidecar/core/config';
import { TerminalError } from '../../../sidecar/errors';
import { greenlightEnvironment } from '../../../sidecar/greenlight/greenlight-environment';
import { policyOf, writePolicyFile } from '../../../sidecar/greenlight/policy-file';
import { aConfig, aTenant, aTier, someLimits } from '../../support/builders';
import { arbitraryConfig } from '../config/arbitrary-config';
import { loaded } from './loaded';
import { itWith } from './programs';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bbb-tiers-policy-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

it('has the agreed form', () => {
  const level1 = aTier({
    code: 'level-1',
    title: 'Level 1',
    accounts: 'unlimited',
    roomsPerAccount: 3,
    branding: true,
  });
  const config = aConfig([aTier(), level1], [aTenant({ tierByRole: true, tier: 'level-1' })], 'abc');
  expect(policyOf(config)).toEqual({
    version: 1,
    config_version: 'abc',
    tenants: { demo: { tier: 'level-1', tier_by_role: true } },
    default_tier: 'free',
    tiers: {
      free: {
        title: 'Free',
        accounts: 1,
        rooms_per_account: 1,
        meeting_duration_minutes: 60,
        max_participants: 10,
        recording: false,
        branding: false,
      },
      'level-1': {
        title: 'Level 1',
        accounts: 'unlimited',
        rooms_per_account: 3,
        meeting_duration_minutes: 60,
        max_participants: 10,
        recording: false,
        branding: true,
      },
    },
    roles: { free: 'free', 'level-1': 'level-1', 'level 1': 'level-1' },
  });
});

it('has BBB hold no limit that is only watched, and says what is promised all the same', () => {
  const limits = someLimits({
    participants: { max: 10, enforce: 'soft' },
    recording: { max: false, enforce: 'observe' },
  });
  expect(policyOf(aConfig([aTier({ limits })])).tiers.free).toMatchObject({
    max_participants: 'unlimited',
    recording: true,
    guide: { max_participants: 10 },
  });
  expect(policyOf(aConfig([aTier()])).tiers.free).not.toHaveProperty('guide');
});

it('is replaced in one step: whoever reads meanwhile sees the one or the other', async () => {
  const path = join(dir, 'policy.json');
  const configs = ['a', 'b'].map((version) =>
    aConfig(
      Array.from({ length: 200 }, (_, i) => aTier({ code: `t${i}`, title: `T${i}` })),
      [],
      version,
    ),
  );
  writePolicyFile(path, configs[0] as Config);
  const reader = new Worker(
    `const { workerData, parentPort } = require('node:worker_threads');
     const { readFileSync } = require('node:fs');
     let stop = false; parentPort.on('message', () => { stop = true; });
     let reads = 0; const seen = new Set();
     (function read() {
       for (let i = 0; i < 20; i += 1) { seen.add(JSON.parse(readFileSync(workerData, 'utf8')).config_version); reads += 1; }
       if (reads === 20) parentPort.postMessage('reading');
       if (stop) parentPort.postMessage([...seen].sort()), parentPort.close(); else setImmediate(read);
     })();`,
    { eval: true, workerData: path },
  );
  const message = () =>
    new Promise<unknown>((resolve, reject) => reader.once('message', resolve).once('error', reject));
  expect(await message()).toBe('reading');
  for (let turn = 0; turn < 100; turn += 1) writePolicyFile(path, configs[turn % 2] as Config);
  const result = message();
  reader.postMessage('stop');
  expect(await result).toEqual(['a', 'b']);
});

it('can be read by another account even under the umask of the systemd unit, and leaves no draft', () => {
  const path = join(dir, 'policy.json');
  const before = process.umask(0o027);
  try {
    writePolicyFile(path, aConfig());
  } finally {
    process.umask(before);
  }
  expect(statSync(path).mode & 0o777).toBe(0o644);
  expect(readdirSync(dir)).toEqual(['policy.json']);
});

it('what cannot be written is said with the remedy, and the old file stays', () => {
  const path = join(dir, 'policy.json');
  writeFileSync(path, 'old');
  expect(() => writePolicyFile(join(dir, 'missing', 'policy.json'), aConfig())).toThrow(TerminalError);
  expect(() => writePolicyFile(join(path, 'below'), aConfig())).toThrow(
    /^POLICY_FILE: expected a file that can be written, got '.*' \(.*ENOTDIR: not a directory, open/,
  );
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(dir)).toEqual(['policy.json']);
});

/** The overlay's own reader over many files: `[{tiers, tenants, roles, default_tier}, …]`, or what is wrong. */
const READ_WITH_OVERLAY = `
require 'json'
require './greenlight-patches/overlay/bbb_tiers/readings'
require './greenlight-patches/overlay/bbb_tiers/tier'
require './greenlight-patches/overlay/bbb_tiers/policy_document'
STDOUT.set_encoding('UTF-8')
puts JSON.generate(JSON.parse(STDIN.read).map { |text|
  begin
    d = BbbTiers::PolicyDocument.parse(text)
    { tiers: d.tiers.transform_values(&:to_h), tenants: d.tenants, roles: d.roles, default_tier: d.default_tier }
  rescue BbbTiers::PolicyDocument::Invalid => e
    e.message
  end
})`;

itWith('ruby', ['--version'])('the overlay reads every valid config as it is meant', () => {
  const arbitrary = arbitraryConfig.map(({ means }): Config => ({ ...means, version: 'v1' }));
  const configs = [loaded('config'), ...fc.sample(arbitrary, { numRuns: 100, seed: 7 })];
  const policies = configs.map(policyOf);
  const { stdout, stderr, status } = spawnSync('ruby', ['-Eutf-8', '-e', READ_WITH_OVERLAY], {
    input: JSON.stringify(policies.map((policy) => JSON.stringify(policy))),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  const read = JSON.parse(stdout) as unknown[];
  policies.forEach((policy, index) => {
    const numbers = Object.entries(policy.tiers).map(([code, tier]) => {
      const entries = Object.entries(tier).map(([key, value]) => [key, value === 'unlimited' ? null : value]);
      return [code, { code, guide: null, ...Object.fromEntries(entries) }];
    });
    expect(read[index]).toEqual({
      tiers: Object.fromEntries(numbers),
      tenants: policy.tenants,
      roles: policy.roles,
      default_tier: policy.default_tier,
    });
  });
});

const READ_ENVIRONMENT = `
require 'json'
require './greenlight-patches/overlay/bbb_tiers/readings'
require './greenlight-patches/overlay/bbb_tiers/tier'
require './greenlight-patches/overlay/bbb_tiers/brand'
require './greenlight-patches/overlay/bbb_tiers/environment'
class Log; def error(text); raise text; end; end
STDOUT.set_encoding('UTF-8')
puts JSON.generate(JSON.parse(STDIN.read).map { |env|
  read = BbbTiers::Environment.read(env, logger: Log.new)
  { tenant: read.tenant, policy: read.policy_path, tier: read.tier.to_h, brand: read.brand.to_h }
})`;

itWith('ruby', ['--version'])('the overlay takes every rendered environment without a complaint', () => {
  const arbitrary = arbitraryConfig.map(({ means }): Config => ({ ...means, version: 'v1' }));
  const configs = [loaded('config'), ...fc.sample(arbitrary, { numRuns: 100, seed: 11 })];
  const cases = configs.flatMap((config) =>
    [...config.tenants.values()].map((tenant) => ({
      config,
      tenant,
      tier: config.tiers.tiers.get(tenant.tier) ?? aTier(),
    })),
  );
  const { stdout, stderr, status } = spawnSync('ruby', ['-Eutf-8', '-e', READ_ENVIRONMENT], {
    input: JSON.stringify(cases.map(({ tenant, tier }) => greenlightEnvironment(tenant, tier))),
    encoding: 'utf8',
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  const read = JSON.parse(stdout) as { tenant: string; policy: string; tier: Record<string, unknown> }[];
  cases.forEach(({ config, tenant, tier }, index) => {
    // What is promised without being enforced stands in the policy file alone.
    const { title, branding, guide, ...native } = policyOf(config).tiers[tier.code] ?? {};
    const numbers = Object.entries(native).map(([key, value]) => [key, value === 'unlimited' ? null : value]);
    expect(read[index]).toMatchObject({ tenant: tenant.id, policy: '/policy/policy.json' });
    expect(read[index]?.tier).toMatchObject({ code: tier.code, ...Object.fromEntries(numbers) });
  });
});
