/** Runs the simulator alone on the machine's clock, to develop against; tests start it through `index.ts`. */
import { systemClock } from '../../sidecar/system-clock';
import { scaledClock } from '../support/clock';
import { ensureRedisServer } from '../support/redis-server';
import { type AkkaArguments, readAkkaArguments } from './akka/arguments';
import { buildFrontControl } from './akka/control';
import { type Front, startFront } from './akka/front';
import { startFaultyServer } from './http/server';
import { type Simulator, startSimulator } from './index';
import { BBB_VERSIONS, type BbbVersion, isBbbVersion } from './version';

/** A bad variable, as sysexits.h has it. */
const EX_CONFIG = 78;
const DEFAULT_PORT = 8090;
const HIGHEST_PORT = 65_535;
const TOP_SPEED = 10_000;

interface MainSettings {
  readonly port: number;
  readonly analyticsPort: number;
  readonly controlPort: number;
  readonly secret: string;
  readonly version: BbbVersion;
  /** How many times faster than real time. */
  readonly speed: number;
}

function readSettings(env: NodeJS.ProcessEnv): MainSettings {
  const portOf = (name: string, fallback: number): number => numberOf(env, name, fallback, [0, HIGHEST_PORT]);
  const port = portOf('PORT', DEFAULT_PORT);
  const version = env.BBB_VERSION ?? '3.0';
  if (!isBbbVersion(version))
    throw new Error(`BBB_VERSION: expected ${BBB_VERSIONS.join(', ')}, got '${version}'`);
  return {
    port,
    analyticsPort: portOf('ANALYTICS_PORT', 8901),
    controlPort: portOf('CONTROL_PORT', port === 0 ? 0 : port + 1),
    secret: env.BBB_SECRET ?? 'simulator-secret',
    version,
    speed: numberOf(env, 'SPEED', 1, [1, TOP_SPEED]),
  };
}

type Range = readonly [from: number, to: number];

function numberOf(env: NodeJS.ProcessEnv, name: string, fallback: number, [from, to]: Range): number {
  const given = env[name];
  if (given === undefined || given === '') return fallback;
  const number = /^\d{1,9}$/.test(given) ? Number(given) : Number.NaN;
  if (number >= from && number <= to) return number;
  throw new Error(`${name}: expected a whole number from ${from} to ${to}, got '${given}'`);
}

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const akka = readAkkaArguments(process.argv.slice(2));
  if (akka !== undefined) return runFront(settings, akka);
  const redis = await ensureRedisServer({ variables: ['REDIS_URL'], progress: say });
  const clock = settings.speed === 1 ? systemClock() : scaledClock(Date.now(), settings.speed);
  const simulator = await startSimulator({ ...settings, clock, redisUrl: redis.url }).catch(
    async (error: NodeJS.ErrnoException) => {
      await redis.stop();
      const remedy = 'set PORT, CONTROL_PORT or ANALYTICS_PORT to another one';
      throw error.code === 'EADDRINUSE' ? new Error(`${error.message}: ${remedy}`) : error;
    },
  );
  for (const line of introduction(settings, redis.url, simulator)) say(line);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void simulator.stop().then(redis.stop));
  }
}

/** bbb-web, browsers and telephone in front of a running akka-apps. */
async function runFront(settings: MainSettings, akka: AkkaArguments): Promise<void> {
  const front = await startFront({ ...akka, port: settings.port, secret: settings.secret });
  const listener = buildFrontControl(front);
  const control = await startFaultyServer({ port: settings.controlPort, clock: systemClock(), listener });
  for (const line of frontIntroduction(front, control.url)) say(line);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void control.close().then(front.stop));
  }
}

function frontIntroduction(front: Front, control: string): string[] {
  return [
    'bbb-web, browsers and telephone, simulated, in front of a running akka-apps',
    `  BBB_URL=${front.url}`,
    `  BBB_SECRET=${front.secret}`,
    `  BBB_ANALYTICS_URL=${front.analyticsUrl}`,
    `  REDIS_URL=${front.redisUrl}`,
    `Drive it (all actions with examples: curl ${control}/simulator). Stopping ends the meetings created here.`,
  ];
}

function introduction(
  { secret, version, speed }: MainSettings,
  redisUrl: string,
  simulator: Simulator,
): string[] {
  const control = simulator.controlUrl ?? '';
  return [
    `Simulated BigBlueButton ${version}${speed === 1 ? '' : `, time runs ${speed} times as fast`}`,
    `  BBB_URL=${simulator.url}`,
    `  BBB_SECRET=${secret}`,
    `  BBB_ANALYTICS_URL=${simulator.analyticsUrl}`,
    `  REDIS_URL=${redisUrl}`,
    `Drive it (all actions with examples: curl ${control}):`,
    `  curl ${control}/create -H 'Content-Type: application/json' -d '{"meetingID":"math-101","duration":60}'`,
    `  curl ${control}/join -H 'Content-Type: application/json' -d '{"meeting":"math-101","name":"Ada","role":"MODERATOR"}'`,
    `  curl ${control}/meetings`,
  ];
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EX_CONFIG;
});
