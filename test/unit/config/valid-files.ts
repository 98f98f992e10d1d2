/** The smallest valid files, and a way to change one line of them. */

import { parseConfig } from '../../../sidecar/config/load';
import { problemText } from '../../../sidecar/config/problem-text';
import type { ConfigProblem } from '../../../sidecar/core/config';

export const TIERS = `version: 1
currency: EUR
default_tier: free
setup_fee_waived_from_months: 12
notices: [10m, 5m, 1m]
retention: 400d
tiers:
  free:
    title: Free
    server: shared
    branding: false
    accounts: 1
    rooms_per_account: 1
    meeting_duration: 60m
    participants: 10
    recording: false
    setup_fee: 0
    monthly_fee: 0
`;

export const TENANTS = `version: 1
tenants:
  demo:
    host: demo.meet.example
    tier: free
    branding:
      name: Demo
      logo_url: https://demo.example/logo.svg
      primary_color: "#0a7d55"
    email:
      from: meet@demo.example
`;

/** `text` with the first `from` replaced; a `from` that is not there is a mistake in the test. */
export function edited(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`expected the text to contain '${from}'`);
  return text.replace(from, () => to);
}

/** The problems in both files as they are printed; without `tenants` there is no such file. */
export function problemLines(tiers: string | Uint8Array, tenants?: string | Uint8Array): readonly string[] {
  const result = parseConfig(
    { file: 'config/tiers.yml', text: tiers },
    tenants === undefined ? undefined : { file: 'config/tenants.yml', text: tenants },
  );
  const problems: readonly ConfigProblem[] = 'problems' in result ? result.problems : [];
  return problems.map(problemText);
}
