/** What the demo plays on: simulated BBB, the service and one clock; can restart the service in the middle. */

import { randomInt } from 'node:crypto';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, startApp } from '../../sidecar/app';
import { type ConfigSource, openConfig } from '../../sidecar/config-source';
import { type Database, openDatabase } from '../../sidecar/database';
import { createLog } from '../../sidecar/log';
import { createMetrics } from '../../sidecar/metrics';
import { readSettings } from '../../sidecar/settings';
import { type Simulator, startSimulator } from '../bbb-simulator';
import { manualClock } from '../support/clock';

const START = Date.parse('2026-11-02T19:00:00Z');
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
  /** The meeting's time of day. */
  readonly time: () => string;
  readonly minutesPassed: () => number;
  advance(ms: number): Promise<void>;
  /** Ends the service without a goodbye, as a crash would leave it; it comes back with `restart`. */
  crash(): Promise<void>;
  restart(): Promise<void>;
  editTiers(change: (text: string) => string): Promise<void>;
  stop(): Promise<void>;
}

interface Service {
  readonly app: App;
  readonly config: ConfigSource;
  readonly database: Database;
}

async function rest(bbb: Simulator, service: () => Service | undefined): Promise<void> {
  for (let round = 0; round < 50; round += 1) {
    await bbb.settled();
    if ((service()?.app.watch.lanes.active ?? 0) === 0) return;
    await new Promise((resume) => setTimeout(resume, 1));
  }
}

/** Puts everything up. */
export async function startStage(options: StageOptions): Promise<Stage> {
  const clock = manualClock(START);
  const configDir = join(options.dataDir, 'config');
  cpSync(options.configDir, configDir, { recursive: true });
  const bbb = await startSimulator({ clock, redisUrl: options.redisUrl });
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
      ADMIN_JWT_SECRET: process.env.ADMIN_JWT_SECRET ?? 'demo-admin-secret-0123456789abcdef',
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
    time: () => new Date(clock.now()).toISOString().slice(11, 19),
    minutesPassed: () => Math.round((clock.now() - START) / 60_000),
    advance: (ms) => clock.advance(ms),
    crash: stopService,
    async restart() {
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
