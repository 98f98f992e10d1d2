/** One check of the doctor: what was looked at, what was found, and what to do about it. */
import { ZodError } from 'zod';
import { messageOf } from '../errors';

export interface Finding {
  /** `ok`, `failed`, or `skipped` where it does not apply to this installation. */
  readonly state: 'ok' | 'failed' | 'skipped';
  readonly name: string;
  /** What was found; no secrets. */
  readonly detail: string;
  /** What to do; only for a failure. */
  readonly remedy: string | undefined;
}

export interface Check {
  readonly name: string;
  /** Resolves with what was found; a rejection is a failure with its message and the given remedy. */
  readonly run: () => Promise<Omit<Finding, 'name' | 'remedy'> & { readonly remedy?: string }>;
  /** Unless the check itself knows better. */
  readonly remedy: string;
}

export function ok(detail: string): Omit<Finding, 'name' | 'remedy'> {
  return { state: 'ok', detail };
}

export function skipped(detail: string): Omit<Finding, 'name' | 'remedy'> {
  return { state: 'skipped', detail };
}

/** One line; what a schema found wrong, not how it says so; several addresses of one host fail as several errors without a message. */
function reasonOf(error: unknown): string {
  const inner = error instanceof AggregateError ? error.errors : [];
  const issues = error instanceof ZodError ? error.issues : [];
  const messages = [...inner, ...issues].map((each: unknown) => (each as { message: string }).message);
  return (messages.length > 0 ? messages.join('; ') : messageOf(error)).replaceAll(/\s+/g, ' ');
}

/** Runs every check, one after the other so that the first failure explains the next; `onFinding` is called after each. */
export async function runChecks(
  checks: readonly Check[],
  onFinding: (finding: Finding) => void,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const check of checks) {
    const found = await check.run().catch((error: unknown) => ({
      state: 'failed' as const,
      detail: reasonOf(error),
      remedy: undefined,
    }));
    const remedy = found.state === 'failed' ? (found.remedy ?? check.remedy) : undefined;
    const finding: Finding = { name: check.name, state: found.state, detail: found.detail, remedy };
    findings.push(finding);
    onFinding(finding);
  }
  return findings;
}
