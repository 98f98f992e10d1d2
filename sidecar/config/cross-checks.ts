/** The rules that tie one entry to another; they read raw data, so that they hold while something else is still wrong. */
import { didYouMean } from './did-you-mean';
import { listOf } from './expected';
import { entriesAt, type Finding, isMap, type Path, valueAt } from './finding';
import { showValue } from './show-value';
import { TENANT_ID_EXPECTED, TENANT_ID_PATTERN } from './tenants-file';
import { TIER_CODE_EXPECTED, TIER_CODE_PATTERN } from './tiers-file';

/** The codes of the tiers in the file, the valid and the broken ones; undefined when it has no map of tiers. */
export function tierCodes(tiersFile: unknown): readonly string[] | undefined {
  const tiers = valueAt(tiersFile, ['tiers']);
  return isMap(tiers) ? Object.keys(tiers) : undefined;
}

/** Codes, names that meet, and the default tier. */
export function checkTiers(value: unknown): readonly Finding[] {
  const codes = tierCodes(value);
  const findings =
    codes === undefined ? [] : wrongKeys(['tiers'], codes, new RegExp(TIER_CODE_PATTERN), TIER_CODE_EXPECTED);
  return [...findings, ...sameNames(value), ...unknownTier(value, ['default_tier'], codes)];
}

/** Ids, hosts of their own, and tiers that exist; `codes` undefined skips the latter: nothing is known of them. */
export function checkTenants(value: unknown, codes: readonly string[] | undefined): readonly Finding[] {
  const ids = entriesAt(value, ['tenants']).map(([id]) => id);
  return [
    ...wrongKeys(['tenants'], ids, new RegExp(TENANT_ID_PATTERN), TENANT_ID_EXPECTED),
    ...sameHosts(value),
    ...ids.flatMap((id) => unknownTier(value, ['tenants', id, 'tier'], codes)),
  ];
}

function wrongKeys(
  parent: Path,
  keys: readonly string[],
  pattern: RegExp,
  expected: string,
): readonly Finding[] {
  return (
    keys
      // That one key has been refused where the file was read.
      .filter((key) => !pattern.test(key) && key !== '__proto__')
      .map((key) => ({
        path: [...parent, key],
        at: 'key',
        message: `expected ${expected}, got ${showValue(key)}`,
      }))
  );
}

function unknownTier(value: unknown, path: Path, codes: readonly string[] | undefined): readonly Finding[] {
  const code = valueAt(value, path);
  if (typeof code !== 'string' || codes === undefined || codes.includes(code)) return [];
  const meant = didYouMean(code, codes);
  const hint = meant === undefined ? '' : ` (did you mean '${meant}'?)`;
  const expected = `the code of a tier (${codes.length > 0 ? listOf(codes) : 'there is none'})`;
  return [{ path, at: 'value', message: `expected ${expected}, got ${showValue(code)}${hint}` }];
}

/** Greenlight's roles are matched by code and title, whatever their case: no two tiers may answer to one name. */
function sameNames(value: unknown): readonly Finding[] {
  const owners = new Map<string, string>();
  const findings: Finding[] = [];
  for (const [code, tier] of entriesAt(value, ['tiers'])) {
    const title = valueAt(tier, ['title']);
    for (const [name, path, at] of [
      [code, ['tiers', code], 'key'],
      [title, ['tiers', code, 'title'], 'value'],
    ] as const) {
      if (typeof name !== 'string') continue;
      const known = name.trim().toLowerCase();
      const owner = owners.get(known) ?? code;
      owners.set(known, owner);
      if (owner === code) continue;
      const expected = 'a code and a title that no other tier has, upper and lower case alike';
      findings.push({
        path,
        at,
        message: `expected ${expected}, got ${showValue(name)}, which is tier '${owner}' too`,
      });
    }
  }
  return findings;
}

function sameHosts(value: unknown): readonly Finding[] {
  const owners = new Map<string, string>();
  const findings: Finding[] = [];
  for (const [id, tenant] of entriesAt(value, ['tenants'])) {
    const host = valueAt(tenant, ['host']);
    if (typeof host !== 'string') continue;
    const owner = owners.get(host.toLowerCase());
    if (owner === undefined) owners.set(host.toLowerCase(), id);
    else {
      const message = `expected a host that no other tenant has, got ${showValue(host)}, which is tenant '${owner}' too`;
      findings.push({ path: ['tenants', id, 'host'], at: 'value', message });
    }
  }
  return findings;
}
