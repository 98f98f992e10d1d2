/** For the tests beside this: a subscription that notes what it is told, akka-apps' end of the bus, and a wire that can be held still. */

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { Redis } from 'ioredis';
import type { RecordingEvent } from '../../../sidecar/bus/recording-event';
import {
  type BusOptions,
  type BusResult,
  type BusState,
  type BusSubscription,
  subscribeBus,
} from '../../../sidecar/bus/subscriber';
import type { StampedEvent } from '../../../sidecar/core/stamped-event';
import { createLog, type Log } from '../../../sidecar/log';
import { systemClock } from '../../../sidecar/system-clock';

export interface Ear {
  readonly bus: BusSubscription;
  readonly events: StampedEvent[];
  readonly recordings: RecordingEvent[];
  readonly pongs: string[];
  readonly states: BusState[];
  readonly counts: Record<BusResult, number>;
}

/** A logger whose lines end up in `lines`. */
export function noteLog(lines: string[]): Log {
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString('utf8'));
      done();
    },
  });
  return createLog('debug', sink);
}

export function listen(redisUrl: string, options: Partial<BusOptions> = {}): Ear {
  const events: StampedEvent[] = [];
  const recordings: RecordingEvent[] = [];
  const pongs: string[] = [];
  const states: BusState[] = [];
  const counts = { irrelevant: 0, parsed: 0, dropped: 0 };
  const bus = subscribeBus({
    redisUrl,
    onEvent: (event) => events.push(event),
    onRecording: (recording) => recordings.push(recording),
    onPong: ({ system }) => pongs.push(system),
    onState: (state) => states.push(state),
    onCount: (result, by) => {
      counts[result] += by;
    },
    log: createLog('silent'),
    clock: systemClock(),
    ...options,
  });
  return { bus, events, recordings, pongs, states, counts };
}

/** A plain connection to publish, or to look with. */
export async function plainRedis(redisUrl: string): Promise<Redis> {
  const redis = new Redis(redisUrl, { protocol: 2, disconnectTimeout: 100 });
  redis.on('error', () => undefined);
  await redis.ping();
  return redis;
}

export interface Wire {
  /** Where to connect instead of Redis. */
  readonly url: string;
  /** Nothing passes any more, and no end is told: a cable pulled out. */
  freeze(): void;
  /** New connections pass again. */
  thaw(): void;
  /** How many connections were ever made over it. */
  readonly connections: number;
  stop(): Promise<void>;
}

/** A TCP relay to Redis that can go silent without closing. */
export async function holdableWire(redisUrl: string): Promise<Wire> {
  const target = new URL(redisUrl);
  const sockets = new Set<Socket>();
  let frozen = false;
  let connections = 0;
  const relay = (socket: Socket): void => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    if (frozen) return;
    const redis = connect(Number(target.port), target.hostname);
    redis.on('error', () => socket.destroy());
    sockets.add(redis);
    socket.on('data', (bytes) => frozen || redis.write(bytes));
    redis.on('data', (bytes) => frozen || socket.write(bytes));
    socket.on('close', () => redis.destroy());
  };
  // Half-open: the other end's FIN is seen, and not answered.
  const server: Server = createServer({ allowHalfOpen: true }, relay).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `redis://127.0.0.1:${address.port}`,
    freeze: () => {
      frozen = true;
    },
    thaw: () => {
      frozen = false;
    },
    get connections() {
      return connections;
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resume) => server.close(resume));
    },
  };
}
