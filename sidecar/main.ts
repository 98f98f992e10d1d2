/** Starts the service from the environment and stops it on a signal; nothing else. */
import { randomInt } from 'node:crypto';
import { type App, startApp } from './app';
import { type ConfigSource, openConfig } from './config-source';
import { type Database, openDatabase } from './database';
import { collectEnvironment } from './environment';
import { ConfigError, messageOf } from './errors';
import { createLog, type Log, scrub } from './log';
import { createMetrics } from './metrics';
import { readSettings, type Settings } from './settings';
import { systemClock } from './system-clock';

/** sysexits.h */
const EX_CONFIG = 78;
const EX_SOFTWARE = 70;
const GRACE_MS = 15_000;

/** What is open so far; all of it is closed, however far the start got. */
interface Opened {
  config?: ConfigSource;
  database?: Database;
  app?: App;
}

function settingsFromEnvironment(): Settings {
  const result = readSettings(collectEnvironment(process.env, process.cwd()));
  if ('problems' in result) throw new ConfigError(result.problems.join('\n'));
  return result.settings;
}

async function open(settings: Settings, log: Log, opened: Opened): Promise<void> {
  const clock = systemClock();
  const metrics = createMetrics();
  metrics.collectProcessMetrics();
  const config = openConfig({ dir: settings.tiersConfigDir, now: () => clock.now(), metrics, log });
  opened.config = config;
  const folder = process.cwd();
  const database = await openDatabase({ databaseUrl: settings.databaseUrl, folder, clock, log });
  opened.database = database;
  opened.app = await startApp({
    settings,
    config,
    database,
    clock,
    log,
    metrics,
    randomInt: (below) => randomInt(below),
  });
}

async function close({ config, database, app }: Opened): Promise<void> {
  config?.stop();
  await app?.stop();
  await database?.stop();
}

/** From the first moment on: a signal that comes while the service starts waits for what is under way and closes that as well. */
function heedSignals(opened: Opened, started: () => Promise<void>, log: Log): void {
  let stopping = false;
  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    // Whatever hangs, the process ends: a restart is just another resync.
    setTimeout(() => process.exit(0), GRACE_MS).unref();
    await started().catch(() => undefined);
    await close(opened);
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
  process.on('SIGHUP', () => void opened.config?.reloadNow());
}

/** Says why in one line, or in one for each thing that is wrong, and ends: 78 when trying again cannot help. */
function refuse(error: unknown): never {
  const reason = scrub(messageOf(error));
  const isConfig = error instanceof ConfigError;
  process.stderr.write(isConfig ? `${reason}\n` : `bbb-tiers could not start: ${reason}\n`);
  process.exit(isConfig ? EX_CONFIG : EX_SOFTWARE);
}

async function main(): Promise<void> {
  const settings = settingsFromEnvironment();
  const log = createLog(settings.logLevel);
  const opened: Opened = {};
  let started = Promise.resolve();
  heedSignals(opened, () => started, log);
  started = open(settings, log, opened);
  try {
    await started;
  } catch (error) {
    await close(opened);
    throw error;
  }
}

main().catch(refuse);
