/** What the demo plays on: simulated BBB, the service and one clock; can restart the service in the middle. */

import { randomInt } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { issueAdminToken } from '../../sidecar/admin-token/issue';
import { type App, startApp } from '../../sidecar/app';
import { loadConfig } from '../../sidecar/config/load';
import { problemText } from '../../sidecar/config/problem-text';
import { settingText } from '../../sidecar/config/setting-text';
import { type ConfigSource, openConfig } from '../../sidecar/config-source';
import { HOUR_MS } from '../../sidecar/core/duration';
import { LIMITS } from '../../sidecar/core/limits/index';
import { type Database, openDatabase } from '../../sidecar/database';
import { createLog } from '../../sidecar/log';
import { createMetrics } from '../../sidecar/metrics';
import { readSettings } from '../../sidecar/settings';
import { type Simulator, startSimulator } from '../bbb-simulator';
import { manualClock } from '../support/clock';

const START = Date.parse('2026-11-02T19:00:00Z');
/** meeting_duration, participants, recording. */
const FREE_TIER = '1h, 10, no';
const CLAIM_SECRET = 'demo-claim-secret-0123456789abcdef';

export interface StageOptions {
  readonly redisUrl: string;
  readonly databaseUrl: string;
  readonly configDir: string;
  /** Where the copy of the configuration lies that the demo edits. */
  readonly dataDir: string;
}

export interface Stage {
  readonly bbb: Simulator;
  readonly app: () => App;
  readonly url: () => string;
  /** An operator's, for the command line and the pages. */
  readonly token: () => string;
  /** The meeting's time, epoch ms. */
  readonly now: () => number;
  readonly minutesPassed: () => number;
  advance(ms: number): Promise<void>;
  /** Takes the service down; what it knew is left to PostgreSQL. */
  stopService(): Promise<void>;
  /** Brings up another one, which knows nothing. */
  startService(): Promise<void>;
  editTiers(change: (text: string) => string): Promise<void>;
  stop(): Promise<void>;
}

interface Service {
  readonly app: App;
  readonly config: ConfigSource;
  readonly database: Database;
}

/** The story is told for the free tier as it ships: with other numbers it would find limits broken that are held. */
function expectShippedFreeTier(configDir: string): void {
  const result = loadConfig(configDir);
  if ('problems' in result) throw new Error(result.problems.map(problemText).join('\n'));
  const { tiers, defaultTier } = result.config.tiers;
  const limits = defaultTier === 'free' ? tiers.get('free')?.limits : undefined;
  const found =
    limits === undefined ? undefined : LIMITS.map((limit) => settingText(limit, limits[limit.name]));
  if (found?.join(', ') !== FREE_TIER)
    throw new Error(
      `expected config/tiers.yml with the default tier free as it ships (${FREE_TIER}), got ${found?.join(', ') ?? 'another default tier'}`,
    );
}

/** Nothing is broken in the demo: what is under way ends, however slow the machine. */
const ROUNDS = 5_000;
const QUIET_ROUNDS = 2;

async function rest(bbb: Simulator, service: () => Service | undefined): Promise<void> {
  let quiet = 0;
  for (let round = 0; quiet < QUIET_ROUNDS && round < ROUNDS; round += 1) {
    await bbb.settled();
    const atRest = (await service()?.app.atRest()) ?? true;
    quiet = atRest ? quiet + 1 : 0;
    if (!atRest) await new Promise((resume) => setTimeout(resume, 1));
  }
}

/** Puts everything up. */
export async function startStage(options: StageOptions): Promise<Stage> {
  const clock = manualClock(START);
  const configDir = join(options.dataDir, 'config');
  cpSync(options.configDir, configDir, { recursive: true });
  expectShippedFreeTier(configDir);
  const bbb = await startSimulator({ clock, redisUrl: options.redisUrl, controlPort: 0 });
  const adminSecret = process.env.ADMIN_JWT_SECRET ?? 'demo-admin-secret-0123456789abcdef';
  const log = createLog('silent');

  async function start(): Promise<Service> {
    const result = readSettings({
      REDIS_URL: options.redisUrl,
      BBB_URL: bbb.url,
      BBB_SECRET: bbb.secret,
      BBB_ANALYTICS_URL: bbb.analyticsUrl,
      DATABASE_URL: options.databaseUrl,
      TIERS_CONFIG_DIR: configDir,
      PORT: process.env.PORT ?? '0',
      DRY_RUN: process.env.DRY_RUN ?? 'false',
      ADMIN_JWT_SECRET: adminSecret,
      CLAIM_SECRET,
    });
    if ('problems' in result) throw new Error(result.problems.join('\n'));
    const metrics = createMetrics();
    const config = openConfig({ dir: configDir, now: () => clock.now(), metrics, log });
    const database = await openDatabase({
      databaseUrl: options.databaseUrl,
      folder: options.dataDir,
      clock,
      log,
    });
    const app = await startApp({
      settings: result.settings,
      config,
      database,
      clock,
      log,
      metrics,
      randomInt: (below) => randomInt(below),
    });
    return { app, config, database };
  }

  let service: Service | undefined = await start();
  clock.settleWith(() => rest(bbb, () => service));
  const running = (): Service => {
    if (service === undefined) throw new Error('the service is down');
    return service;
  };
  async function stopService(): Promise<void> {
    if (service === undefined) return;
    service.config.stop();
    await service.app.stop();
    await service.database.stop();
    service = undefined;
  }
  await clock.advance(0);
  return {
    bbb,
    app: () => running().app,
    url: () => running().app.url,
    token: () =>
      issueAdminToken({
        secret: adminSecret,
        role: 'operator',
        subject: 'demo',
        lifeMs: 8 * HOUR_MS,
        now: clock.now(),
      }),
    now: () => clock.now(),
    minutesPassed: () => Math.round((clock.now() - START) / 60_000),
    advance: (ms) => clock.advance(ms),
    stopService,
    async startService() {
      service = await start();
      await clock.advance(0);
    },
    async editTiers(change) {
      const file = join(configDir, 'tiers.yml');
      writeFileSync(file, change(readFileSync(file, 'utf8')));
      running().config.reloadNow();
      await clock.advance(0);
    },
    async stop() {
      await stopService();
      await bbb.stop();
    },
  };
}
