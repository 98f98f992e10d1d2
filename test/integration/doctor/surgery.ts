/** A whole installation, and the doctor who looks at it; each test breaks one link for itself. */
import type { Clock } from '../../../sidecar/core/clock';
import { type Finding, runChecks } from '../../../sidecar/doctor/check';
import { type DoctorOptions, doctorChecks } from '../../../sidecar/doctor/checks';
import { readSettings, type Settings } from '../../../sidecar/settings';
import { systemClock } from '../../../sidecar/system-clock';
import { findFreePort } from '../../support/free-port';
import { startWorld, type World, type WorldOptions } from '../../support/world';

export const SECRET = 'claim-secret-for-tests-only-0123456789';
/** What cannot be told where no meeting runs and no file is given. */
export const UNTOLD = ['webhook heard', 'greenlight overlay', 'greenlight meetings', 'policy file'];

type Env = Readonly<Record<string, string | undefined>>;
export type Findings = Readonly<Record<string, Finding>>;

export interface Surgery {
  readonly world: World;
  readonly publicUrl: string;
  /** The world's time of day, and real waiting. */
  clock(aheadMs?: number): Clock;
  doctor(env?: Env, options?: Partial<DoctorOptions>): Promise<Findings>;
}

/** The names of the checks in that state. */
export const inState = (findings: Findings, state: Finding['state']): string[] =>
  Object.values(findings)
    .filter((finding) => finding.state === state)
    .map(({ name }) => name);

/** What holds for every finding, whatever it is about. */
function expectWellTold({ state, name, detail, remedy }: Finding, secret: string): void {
  expect([name, remedy !== undefined]).toEqual([name, state === 'failed']);
  expect(detail).toMatch(/^[^\n]+$/);
  expect(`${detail}${remedy ?? ''}`).not.toContain(secret);
}

/** Starts it, with our webhook registered. Stop its world in the end. */
export async function openSurgery(simulator: WorldOptions['simulator'] = {}): Promise<Surgery> {
  const port = await findFreePort();
  const publicUrl = `http://127.0.0.1:${port}`;
  const world = await startWorld({
    env: { PORT: String(port), PUBLIC_URL: publicUrl, WEBHOOKS: 'register' },
    simulator,
  });
  await world.advance(60_000);
  const clock = (aheadMs = 0): Clock => ({
    now: () => world.clock.now() + aheadMs,
    wall: () => world.clock.now() + aheadMs,
    schedule: systemClock().schedule,
  });
  function settingsOf(env: Env): Settings {
    const read = readSettings({
      REDIS_URL: world.redis.url,
      BBB_URL: world.bbb.url,
      BBB_SECRET: world.bbb.secret,
      BBB_ANALYTICS_URL: world.bbb.analyticsUrl,
      DATABASE_URL: world.database.databaseUrl,
      PUBLIC_URL: publicUrl,
      ADMIN_JWT_SECRET: 'admin-secret-for-tests-only-0123456789',
      CLAIM_SECRET: SECRET,
      ...env,
    });
    if ('problems' in read) throw new Error(read.problems.join('\n'));
    return read.settings;
  }
  return {
    world,
    publicUrl,
    clock,
    async doctor(env = {}, options = {}) {
      const serviceUrl = world.app.url;
      const settings = settingsOf(env);
      const checks = doctorChecks({
        settings,
        clock: clock(),
        serviceUrl,
        overlayStatus: undefined,
        ...options,
      });
      const told: Finding[] = [];
      const findings = await runChecks(checks, (finding) => told.push(finding));
      expect(told).toEqual(findings);
      for (const finding of findings) expectWellTold(finding, world.bbb.secret);
      return Object.fromEntries(findings.map((finding) => [finding.name, finding]));
    },
  };
}
