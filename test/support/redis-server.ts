/** Runs a real Redis for tests and the demo; never a stand-in, and never touches a server it was merely told of. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type Guard, guard } from '../../sidecar/embedded-postgres/guard';
import { findFreePort } from './free-port';
import { obtainRedisProgram, type Progress, type RedisProgram } from './redis-program';

export interface RedisServer {
  url: string;
  /** Of the running process; undefined while it is down, and for a server that was given by its address. */
  readonly pid: number | undefined;
  /** Which Redis this is, in words: for the reader of a log. */
  origin: string;
  /** The orderly end. */
  stop(): Promise<void>;
  /** The disorderly end: kill -9. */
  kill(): Promise<void>;
  /** Up again on the same port, empty; a running one is stopped first. */
  restart(): Promise<void>;
}

export interface RedisServerOptions {
  /** Told which Redis it is, and what takes a while (installing). */
  progress?: Progress;
  /** Variables that may hold the address of a server to use, looked at in this order. */
  variables?: string[];
  env?: NodeJS.ProcessEnv;
  cacheDirectory?: string;
}

const POLL_MS = 10;
const START_LIMIT_MS = 10_000;
const ATTEMPTS = 5;

/** The server whose address is given, else one of our own: found on the path, installed, or fetched. `origin` says which. */
export async function ensureRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const { variables = ['TEST_REDIS_URL', 'REDIS_URL'], env = process.env } = options;
  const given = variables.find((name) => (env[name] ?? '') !== '');
  const server = await (given === undefined
    ? startRedisServer(options)
    : givenServer(given, String(env[given])));
  options.progress?.(`Redis: ${server.origin}`);
  return server;
}

/** A server of one's own on a free loopback port, whatever the environment says: to be killed and restarted at will. */
export async function startRedisServer(options: RedisServerOptions = {}): Promise<RedisServer> {
  const { env = process.env, progress = () => {}, cacheDirectory = resolve('.cache', 'redis') } = options;
  const places = { path: env.PATH ?? '', uid: process.getuid?.(), cacheDirectory };
  const program = await obtainRedisProgram(places, progress);
  const directory = await mkdtemp(join(tmpdir(), 'bbb-tiers-redis-'));
  for (let attempt = 1; ; attempt += 1) {
    const port = await findFreePort();
    try {
      return ownServer(program, directory, port, await launch(program, directory, port));
    } catch (error) {
      if (attempt < ATTEMPTS) continue; // another process may have taken the port
      await rm(directory, { recursive: true, force: true });
      throw error;
    }
  }
}

interface Launched {
  child: ChildProcess;
  watch: Guard;
}

function ownServer(program: RedisProgram, directory: string, port: number, first: Launched): RedisServer {
  let running: Launched | undefined = first;
  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = running;
    running = undefined;
    if (ending === undefined) return;
    ending.watch.release();
    if (ending.child.exitCode !== null || ending.child.signalCode !== null) return;
    const gone = once(ending.child, 'exit');
    ending.child.ref(); // else a process with nothing else to do would end before it is gone
    ending.child.kill(signal);
    await gone;
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    origin: program.origin,
    get pid() {
      return running?.child.pid;
    },
    stop: async () => {
      await end('SIGTERM');
      await rm(directory, { recursive: true, force: true });
    },
    kill: () => end('SIGKILL'),
    restart: async () => {
      await end('SIGTERM');
      running = await launch(program, directory, port);
    },
  };
}

async function givenServer(variable: string, url: string): Promise<RedisServer> {
  await expectAnswer(variable, url);
  const refuse = async () => {
    throw new Error(`the Redis of ${variable} is not ours to stop: start one with startRedisServer`);
  };
  const origin = `given by ${variable}`;
  return { url, pid: undefined, origin, stop: async () => {}, kill: refuse, restart: refuse };
}

async function expectAnswer(variable: string, url: string): Promise<void> {
  const client = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: START_LIMIT_MS,
  });
  let reason = '';
  client.on('error', (error) => {
    reason = error.message;
  });
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    const why = reason || (error as Error).message;
    throw new Error(`no Redis answers at the address in ${variable} (${why}): correct or unset it`, {
      cause: error,
    });
  } finally {
    leave(client);
  }
}

/** Starts the process and returns once it answers. */
async function launch(program: RedisProgram, directory: string, port: number): Promise<Launched> {
  const logFile = join(directory, 'redis.log');
  const place = ['--bind', '127.0.0.1', '--port', String(port), '--dir', directory, '--logfile', logFile];
  const child = spawn(program.command, [...place, '--save', '', '--appendonly', 'no', '--daemonize', 'no'], {
    env: { ...process.env, ...program.env },
    stdio: 'ignore',
    detached: true, // a Ctrl-C is for us; we stop it when we are done
  });
  await once(child, 'spawn');
  child.unref();
  const pid = child.pid as number;
  const watch = guard({ pid, directory });
  if (await answers(child, port)) return { child, watch };
  watch.release();
  child.kill('SIGKILL');
  const log = await readFile(logFile, 'utf8').catch(() => '');
  throw new Error(`${program.command} did not start: ${log.trim().split('\n').at(-1)}`);
}

/** Waits until this very process answers on the port: had another server taken it, that one would answer too. */
async function answers(child: ChildProcess, port: number): Promise<boolean> {
  const client = new Redis({
    port,
    host: '127.0.0.1',
    retryStrategy: () => POLL_MS,
    maxRetriesPerRequest: null,
  });
  client.on('error', () => {}); // refused until it listens
  const ended = once(child, 'exit').then(() => undefined);
  const silence = sleep(START_LIMIT_MS, undefined, { ref: false });
  const answer = client.info('server').catch(() => undefined); // given up below
  const info = await Promise.race([answer, ended, silence]);
  leave(client);
  return info !== undefined && new RegExp(`^process_id:${child.pid}\\b`, 'm').test(info);
}

/** ioredis waits two seconds, and the process with it, for a connection to close that has closed already. */
export function leave(client: Redis): void {
  if (client.status !== 'end') client.disconnect();
}
