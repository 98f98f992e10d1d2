/** A meeting gets the same limits from BBB whether Greenlight's overlay creates it or somebody else with the API's `create_params`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { tierView } from '../../../sidecar/api/views';
import type { Config } from '../../../sidecar/core/config';
import { ENFORCEMENTS } from '../../../sidecar/core/limits/define-limit';
import type { Tier } from '../../../sidecar/core/tier';
import { writePolicyFile } from '../../../sidecar/greenlight/policy-file';
import { aConfig, aTenant, aTier, MINUTE, someLimits } from '../../support/builders';
import { arbitraryConfig } from '../config/arbitrary-config';
import { loaded } from './loaded';
import { itWith } from './programs';

/**
 * `[{path:, tenants: [id, …]}, …]` → for each policy file, by tenant, what reached BBB's `create` of a room that asks for nothing, but for
 * what names the tier. Each tenant is a Greenlight of its own.
 */
const CREATE_WITH_OVERLAY = `
require 'json'
require './test/ruby/support/stand_ins'
require './greenlight-patches/overlay/bbb_tiers'
STDOUT.set_encoding('UTF-8')
I18n.reset
BbbTiers.load_texts
def created(env, root)
  BbbTiers.reset
  StandIns.fresh
  BbbTiers.boot(env:, logger: Logger.new(STDERR, level: :warn), root:)
  owner = User.create!(provider: 'greenlight', status: 'active', language: 'en', role: Role.new(name: 'User'))
  room = Room.create!(user_id: owner.id, meeting_id: 'm' * 40, name: 'Meeting')
  BigBlueButtonApi.new(provider: 'greenlight').start_meeting(room:)
  StandIns.created.last[:options].reject { |name, _| name.match?(/\\A(?:meta_tier-|moderatorOnlyMessage\\z)/) }
end
puts JSON.generate(JSON.parse(STDIN.read).map { |asked|
  asked['tenants'].to_h { |id| [id, created({ 'TIER_TENANT' => id, 'TIER_POLICY_FILE' => asked['path'] }, ARGV[0])] }
})`;

/** One tenant a tier, named by its place. */
function oneTenantEach(tiers: readonly Tier[]): Config {
  const tenants = tiers.map(({ code }, place) => aTenant({ id: `t${place}`, tier: code }));
  return aConfig(tiers, tenants);
}

/** Every manner of enforcement with numbers that have to be rounded, cut or left away. */
const ODD = ENFORCEMENTS.flatMap((enforce) =>
  [90_000, 1, 61 * MINUTE, 2 ** 31 * MINUTE, 'unlimited' as const].map((max, place) =>
    aTier({
      code: `${enforce}-${place}`,
      limits: someLimits({
        meeting_duration: { max, enforce },
        participants: { max: max === 'unlimited' ? max : Math.ceil(max / 1_000), enforce },
        recording: { max: place % 2 === 1, enforce },
      }),
    }),
  ),
);

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bbb-tiers-create-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

itWith('ruby', ['-e', 'exit(RUBY_VERSION.to_f >= 3.1)'])(
  'the overlay creates with the parameters that the API tells for the tier',
  () => {
    const random = fc.sample(arbitraryConfig, { numRuns: 20, seed: 23 });
    const configs = [
      [...loaded('config').tiers.tiers.values()],
      ODD,
      ...random.map(({ means }) => [...means.tiers.tiers.values()]),
    ].map(oneTenantEach);
    const asked = configs.map((config, place) => {
      const path = join(dir, `policy-${place}.json`);
      writePolicyFile(path, config);
      return { path, tenants: [...config.tenants.keys()] };
    });
    const { stdout, stderr, status } = spawnSync('ruby', ['-Eutf-8', '-e', CREATE_WITH_OVERLAY, dir], {
      input: JSON.stringify(asked),
      encoding: 'utf8',
    });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    const made = JSON.parse(stdout) as Record<string, Record<string, string | number>>[];
    configs.forEach((config, place) => {
      const told = [...config.tiers.tiers.values()].map((tier, index) => [
        `t${index}`,
        tierView(tier).create_params,
      ]);
      const sent = Object.entries(made[place] ?? {}).map(([tenant, params]) => [
        tenant,
        Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)])),
      ]);
      expect(Object.fromEntries(sent)).toEqual(Object.fromEntries(told));
    });
  },
);
