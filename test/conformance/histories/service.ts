/** The real service as a process of its own beside a running akka-apps, with a real database; can be killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Front } from '../../bbb-simulator/akka/front';
import { findFreePort } from '../../support/free-port';

export interface ServiceProcess {
  /** Origin of a tenant whose tier has so many places (`meta_bbb-origin-server-name`). */
  originOf(cap: number): string;
  start(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** CPU time of the running process is not measured here: its log is in this file. */
  readonly logFile: string;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 30_000;
const POLL_MS = 50;

const TIERS_HEAD = `version: 1
currency: EUR
default_tier: open
setup_fee_waived_from_months: 12
notices: [10m]
retention: 400d
tiers:
`;

function tierText(code: string, places: string): string {
  return `  ${code}:
    title: ${code}
    server: shared
    branding: false
    accounts: 1
    rooms_per_account: 1
    meeting_duration: 24h
    participants: ${places}
    recording: true
    setup_fee: 0
    monthly_fee: 0
`;
}

/** One tier and one tenant for each cap. */
function writeConfig(folder: string, caps: readonly number[]): void {
  const tiers = caps.map((cap) => tierText(`cap-${cap}`, String(cap)));
  writeFileSync(join(folder, 'tiers.yml'), TIERS_HEAD + tierText('open', 'unlimited') + tiers.join(''));
  const tenants = caps.map(
    (cap) => `  cap-${cap}:\n    host: cap-${cap}.meet.example\n    tier: cap-${cap}\n`,
  );
  writeFileSync(join(folder, 'tenants.yml'), `version: 1\ntenants:\n${tenants.join('')}`);
}

export function serviceProcess(front: Front, databaseUrl: string, caps: readonly number[]): ServiceProcess {
  const folder = mkdtempSync(join(tmpdir(), 'bbb-tiers-histories-'));
  const logFile = join(folder, 'service.log');
  writeConfig(folder, caps);
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const port = await findFreePort();
    const log = openSync(logFile, 'a');
    const started = spawn(process.execPath, [resolve('dist', 'sidecar', 'main.js')], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        REDIS_URL: front.redisUrl,
        BBB_URL: front.url,
        BBB_SECRET: front.secret,
        BBB_ANALYTICS_URL: front.analyticsUrl,
        DATABASE_URL: databaseUrl,
        TIERS_CONFIG_DIR: folder,
        HOST: '127.0.0.1',
        PORT: String(port),
        ADMIN_JWT_SECRET: 'admin-secret-for-tests-only-0123456789',
        CLAIM_SECRET: 'claim-secret-for-tests-only-0123456789',
        LOG_LEVEL: process.env.LOG_LEVEL ?? 'info',
      },
      stdio: ['ignore', log, log],
    });
    child = started;
    for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline; await sleep(POLL_MS)) {
      if (started.exitCode !== null)
        throw new Error(`the service ended with ${started.exitCode}: ${logFile}`);
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
      await answer?.body?.cancel();
      if (answer?.ok === true) return;
    }
    throw new Error(`the service is not ready within ${READY_WITHIN_MS} ms: ${logFile}`);
  }
  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = once(ending, 'exit');
    ending.kill(signal);
    await gone;
  }
  return {
    originOf: (cap) => `cap-${cap}.meet.example`,
    start,
    kill: () => end('SIGKILL'),
    logFile,
    async stop() {
      await end('SIGTERM');
      if (process.env.KEEP_LOGS === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}
