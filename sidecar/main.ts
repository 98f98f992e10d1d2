/** Starts the service from the environment and stops it on a signal; nothing else. */
import { randomInt } from 'node:crypto';
import { type App, startApp } from './app';
import { type ConfigSource, openConfig } from './config-source';
import { type Database, openDatabase } from './database';
import { collectEnvironment } from './environment';
import { ConfigError, messageOf } from './errors';
import { createLog, type Log } from './log';
import { createMetrics } from './metrics';
import { readSettings, type Settings } from './settings';
import { systemClock } from './system-clock';

/** sysexits.h */
const EX_CONFIG = 78;
const EX_SOFTWARE = 70;
const GRACE_MS = 15_000;

function refuse(lines: string): never {
  process.stderr.write(`${lines}\n`);
  process.exit(EX_CONFIG);
}

function settingsOrRefuse(): Settings {
  const result = readSettings(collectEnvironment(process.env, process.cwd()));
  return 'settings' in result ? result.settings : refuse(result.problems.join('\n'));
}

interface Started {
  readonly app: App;
  readonly config: ConfigSource;
  readonly database: Database;
}

async function start(settings: Settings, log: Log): Promise<Started> {
  const clock = systemClock();
  const metrics = createMetrics();
  metrics.collectProcessMetrics();
  const config = openConfig({ dir: settings.tiersConfigDir, now: () => clock.now(), metrics, log });
  const database = await openDatabase({
    databaseUrl: settings.databaseUrl,
    folder: process.cwd(),
    clock,
    log,
  });
  const app = await startApp({
    settings,
    config,
    database,
    clock,
    log,
    metrics,
    randomInt: (below) => randomInt(below),
  });
  return { app, config, database };
}

function stopOnSignal({ app, config, database }: Started, log: Log): void {
  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    // Whatever hangs, the process ends: a restart is just another resync.
    setTimeout(() => process.exit(0), GRACE_MS).unref();
    config.stop();
    await app.stop();
    await database.stop();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
  process.on('SIGHUP', () => void config.reloadNow());
}

async function main(): Promise<void> {
  const settings = settingsOrRefuse();
  const log = createLog(settings.logLevel);
  try {
    stopOnSignal(await start(settings, log), log);
  } catch (error) {
    if (error instanceof ConfigError) refuse(messageOf(error));
    process.stderr.write(`bbb-tiers could not start: ${messageOf(error)}\n`);
    process.exit(EX_SOFTWARE);
  }
}

void main();
