/** A whole installation for a test: simulated BBB on the run's Redis, the real service on a real database, one clock moved by hand. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { Client } from 'pg';
import { type App, startApp } from '../../sidecar/app';
import { type ConfigSource, openConfig } from '../../sidecar/config-source';
import type { Config } from '../../sidecar/core/config';
import { type Database, openDatabase } from '../../sidecar/database';
import { createLog, type Log } from '../../sidecar/log';
import { createMetrics, type Metrics } from '../../sidecar/metrics';
import { readSettings, type Settings } from '../../sidecar/settings';
import { type Simulator, startSimulator } from '../bbb-simulator';
import type { GivenOptions } from '../bbb-simulator/options';
import { type ManualClock, manualClock } from './clock';
import { createTestDatabase, type TestDatabase } from './postgres';
import { ensureRedisServer, type RedisServer } from './redis-server';
import { until } from './until';

export const START = Date.parse('2026-11-02T10:00:00Z');
const CLAIM_SECRET = 'claim-secret-for-tests-only-0123456789';

/** Of the world's clock, which stands still meanwhile: only a clock that moves ends the wait. */
const STORED_WITHIN_MS = 5_000;

export interface WorldOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** How far the wall clock of BBB's host is ahead from the start, ms. `bbb.stepClock` and `clock.stepWall` set the clocks later. */
  readonly bbbClockAheadMs?: number;
  readonly simulator?: Partial<GivenOptions>;
  /** Where the service finds Redis, given where it is: through something in between. */
  readonly serviceRedis?: (redisUrl: string) => Promise<string>;
  /** Instead of the shipped files. */
  readonly tiers?: string;
  readonly tenants?: string;
}

export interface World {
  readonly clock: ManualClock;
  readonly bbb: Simulator;
  readonly redis: RedisServer;
  readonly database: TestDatabase;
  /** The running service. */
  readonly app: App;
  readonly metrics: Metrics;
  /** What the service logged, as JSON lines. */
  readonly logged: string[];
  /** Moves time on; between two moments BBB and the service come to rest. */
  advance(ms: number): Promise<void>;
  /** The configuration in force. */
  config(): Config;
  /** BBB and the service come to rest without time passing. */
  settle(): Promise<void>;
  /** Stops the service; `startService` starts a new one on the same BBB and database. */
  stopService(): Promise<void>;
  startService(env?: Readonly<Record<string, string>>): Promise<void>;
  /** Where the service reads its two files. */
  readonly configDir: string;
  /** Changes tiers.yml and has it read. */
  editTiers(change: (text: string) => string): Promise<void>;
  /** Changes tenants.yml and has it read. */
  editTenants(change: (text: string) => string): Promise<void>;
  /** Everything that happened until now is in the database, and counted. Throws when the database does not take it. */
  stored(): Promise<void>;
  /** PostgreSQL stops answering this database, and answers again. */
  breakDatabase(): Promise<void>;
  mendDatabase(): Promise<void>;
  stop(): Promise<void>;
}

interface Service {
  readonly app: App;
  readonly config: ConfigSource;
  readonly database: Database;
  readonly metrics: Metrics;
}

/** Cuts every connection to the database and refuses new ones, or lets them in again. */
async function allowConnections(databaseUrl: string, allow: boolean): Promise<void> {
  const url = new URL(databaseUrl);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(`alter database ${name} allow_connections ${allow}`);
    if (!allow)
      await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  } finally {
    await client.end();
  }
}

function collect(lines: string[]): Log {
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(...chunk.toString('utf8').trimEnd().split('\n'));
      done();
    },
  });
  return createLog('debug', stream);
}

function settingsFor(
  bbb: Simulator,
  redisUrl: string,
  database: string,
  configDir: string,
  env: Readonly<Record<string, string>>,
): Settings {
  const result = readSettings({
    REDIS_URL: redisUrl,
    BBB_URL: bbb.url,
    BBB_SECRET: bbb.secret,
    BBB_ANALYTICS_URL: bbb.analyticsUrl,
    DATABASE_URL: database,
    TIERS_CONFIG_DIR: configDir,
    PORT: '0',
    ADMIN_JWT_SECRET: 'admin-secret-for-tests-only-0123456789',
    CLAIM_SECRET,
    ...env,
  });
  if ('problems' in result) throw new Error(result.problems.join('\n'));
  return result.settings;
}

async function startServiceOn(settings: Settings, clock: ManualClock, log: Log): Promise<Service> {
  const metrics = createMetrics();
  const config = openConfig({ dir: settings.tiersConfigDir, now: () => clock.now(), metrics, log });
  const database = await openDatabase({ databaseUrl: settings.databaseUrl, folder: tmpdir(), clock, log });
  let seed = 7;
  const randomInt = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % below;
  };
  const app = await startApp({ settings, config, database, clock, log, metrics, randomInt });
  return { app, config, database, metrics };
}

async function stopServiceOn(service: Service): Promise<void> {
  service.config.stop();
  await service.app.stop();
  await service.database.stop();
}

/** What is broken on purpose may keep the service waiting for ever; what is well answers, however slow the machine. */
const ROUNDS_WHEN_BROKEN = 20;
const PATIENCE_WHEN_BROKEN_MS = 250;
const ROUNDS = 5_000;
const QUIET_ROUNDS = 2;

/** Rounds until nothing happens any more in BBB and the service. */
async function rest(bbb: Simulator, app: () => App | undefined, isWell: () => boolean): Promise<void> {
  const begun = performance.now();
  const mayGoOn = (round: number): boolean =>
    isWell()
      ? round < ROUNDS
      : round < ROUNDS_WHEN_BROKEN || performance.now() - begun < PATIENCE_WHEN_BROKEN_MS;
  let quiet = 0;
  for (let round = 0; quiet < QUIET_ROUNDS && mayGoOn(round); round += 1) {
    await bbb.settled();
    const atRest = (await app()?.atRest()) ?? true;
    quiet = atRest ? quiet + 1 : 0;
    if (!atRest) await new Promise((resume) => setTimeout(resume, 1));
  }
}

/** Starts it all. `stop` it in the end. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const clock = manualClock(START);
  const redis = await ensureRedisServer({ progress: () => undefined, variables: [] });
  const database = await createTestDatabase();
  const configDir = mkdtempSync(join(tmpdir(), 'bbb-tiers-config-'));
  cpSync(join(process.cwd(), 'config'), configDir, { recursive: true });
  if (options.tiers !== undefined) writeFileSync(join(configDir, 'tiers.yml'), options.tiers);
  if (options.tenants !== undefined) writeFileSync(join(configDir, 'tenants.yml'), options.tenants);
  const bbb = await startSimulator({ clock, redisUrl: redis.url, ...options.simulator });
  const serviceRedisUrl = (await options.serviceRedis?.(redis.url)) ?? redis.url;
  bbb.stepClock(options.bbbClockAheadMs ?? 0);
  const logged: string[] = [];
  const log = collect(logged);
  const start = (env: Readonly<Record<string, string>>): Promise<Service> =>
    startServiceOn(
      settingsFor(bbb, serviceRedisUrl, database.databaseUrl, configDir, { ...options.env, ...env }),
      clock,
      log,
    );
  let service: Service | undefined = await start({});
  let databaseIsUp = true;
  clock.settleWith(() =>
    rest(
      bbb,
      () => service?.app,
      () => bbb.answers && databaseIsUp,
    ),
  );
  const running = (): Service => {
    if (service === undefined) throw new Error('the service is stopped');
    return service;
  };
  async function edit(name: string, change: (text: string) => string): Promise<void> {
    const file = join(configDir, name);
    writeFileSync(file, change(readFileSync(file, 'utf8')));
    running().config.reloadNow();
    await clock.advance(0);
  }
  const world: World = {
    clock,
    bbb,
    redis,
    database,
    logged,
    get app() {
      return running().app;
    },
    get metrics() {
      return running().metrics;
    },
    advance: (ms) => clock.advance(ms),
    config: () => running().config.current(),
    settle: () => clock.advance(0),
    async stopService() {
      if (service !== undefined) await stopServiceOn(service);
      service = undefined;
    },
    async startService(env = {}) {
      service = await start(env);
      await clock.advance(0);
    },
    configDir,
    editTiers: (change) => edit('tiers.yml', change),
    editTenants: (change) => edit('tenants.yml', change),
    async stored() {
      await clock.advance(0);
      const { journal, ledger } = running().app;
      if (!(await journal.flush(STORED_WITHIN_MS))) throw new Error('the journal could not be written');
      await ledger.run();
    },
    async breakDatabase() {
      databaseIsUp = false;
      await allowConnections(database.databaseUrl, false);
    },
    async mendDatabase() {
      await allowConnections(database.databaseUrl, true);
      databaseIsUp = true;
    },
    async stop() {
      // With time standing still it would wait for ever to write down what it has.
      if (!databaseIsUp) await world.mendDatabase().catch(() => undefined);
      await world.stopService();
      await bbb.stop();
      await redis.stop();
      await database.drop();
      rmSync(configDir, { recursive: true, force: true });
    },
  };
  await clock.advance(0);
  await until('the journal to reach its database', () => world.app.journal.state().connected);
  return world;
}
