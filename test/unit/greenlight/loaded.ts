/** Configs for tests of what follows from them: read from files, or built from parts. */
import { loadConfig } from '../../../sidecar/config/load';
import type { Config } from '../../../sidecar/core/config';
import type { TierLimits } from '../../../sidecar/core/tier';
import { aConfig, aTenant, aTier, someLimits } from '../../support/builders';

export const AWKWARD = 'test/fixtures/greenlight/awkward';

export function loaded(dir: string): Config {
  const result = loadConfig(dir);
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.config;
}

/** One tenant per id, all on the default tier. */
export function tenantsNamed(ids: readonly string[]): Config {
  return aConfig(
    [aTier()],
    ids.map((id) => aTenant({ id, host: `${id}.meet.example` })),
  );
}

/** One tenant on a tier with these limits. */
export function withLimits(limits: Partial<TierLimits>): Config {
  return aConfig([aTier({ limits: someLimits(limits) })], [aTenant()]);
}
