/** Listens to BBB's bus and hands on what matters; sends no command, and reports when messages may have been missed. */
import type { Redis } from 'ioredis';
import type { Clock } from '../core/clock';
import { SECOND_MS } from '../core/duration';
import type { StampedEvent } from '../core/stamped-event';
import { messageOf } from '../errors';
import type { Log } from '../log';
import { systemClock } from '../system-clock';
import { SENDER } from './commands';
import { openConnection } from './connection';
import { createOutageLog } from './outage-log';
import { CHANNELS } from './protocol';
import { IRRELEVANT, type Pong, type Reading } from './reading';
import type { RecordingEvent } from './recording-event';
import { createTally } from './tally';
import { readMessage } from './to-event';

/** Keeps an idle connection honest: without an answer it is dropped and opened anew. */
const PING_EVERY_MS = 5 * SECOND_MS;
/**
 * While BBB lives and reaches Redis, a message passes at least every 10 s: the answer to bbb-web's CheckAlivePingSysMsg. Once such answers came,
 * a longer silence means that akka-apps has lost its own connection: what it publishes is lost as with a broken connection of ours.
 */
const SILENT_MS = 12 * SECOND_MS;
const LISTEN_EVERY_MS = 4 * SECOND_MS;

/** `irrelevant` ones were not parsed, `parsed` ones became something, `dropped` ones could not be read. */
export type BusResult = 'irrelevant' | 'parsed' | 'dropped';

/** Instants of the given clock. Pub/sub replays nothing: what was published between `lastHeardAt` and the next `connected` is lost. */
export interface BusState {
  /** Connected and subscribed to every channel. */
  readonly connected: boolean;
  /** What was published up to then has been received, but for the few ms a message is on its way. Undefined: never connected. */
  readonly lastHeardAt: number | undefined;
  /** When the last message came. */
  readonly lastMessageAt: number | undefined;
}

export interface BusOptions {
  readonly redisUrl: string;
  readonly onEvent: (event: StampedEvent) => void;
  readonly onRecording?: (event: RecordingEvent) => void;
  readonly onPong?: (pong: Pong) => void;
  /** After every change of `connected`. */
  readonly onState?: (state: BusState) => void;
  /** `by`: how many; irrelevant ones are counted in batches. */
  readonly onCount?: (result: BusResult, by: number) => void;
  readonly log: Log;
  readonly clock: Clock;
  /** Times pings and retries: sockets age in real time, whatever the meetings' clock does. */
  readonly socketClock?: Clock;
}

export interface BusSubscription {
  readonly state: BusState;
  /** Resolves when everything published until now has been handed on, or cannot be because the bus is away. Never rejects. */
  caughtUp(): Promise<void>;
  /** Lets the connection go; nothing is called afterwards. */
  stop(): void;
}

/** Hands a reading on; a consumer that throws is logged and costs no message. */
function createDelivery(options: BusOptions): (reading: Reading) => BusResult {
  function deliver(reading: Reading): BusResult {
    switch (reading.result) {
      case 'irrelevant':
      case 'dropped':
        return reading.result;
      case 'event':
        options.onEvent(reading.event);
        return 'parsed';
      case 'recording':
        options.onRecording?.(reading.recording);
        return 'parsed';
      case 'pong':
        options.onPong?.(reading.pong);
        return 'parsed';
    }
  }
  return (reading) => {
    try {
      return deliver(reading);
    } catch (error) {
      options.log.error({ error: messageOf(error) }, 'cannot process an event of the bus; it is skipped');
      return 'parsed';
    }
  };
}

/** What is known of the connection. */
interface Watch {
  connected: boolean;
  subscribedAt: number;
  /** Since then akka-apps has answered a ping of bbb-web's, which come regularly. */
  isAnswering: boolean;
  lastHeardAt: number | undefined;
  lastMessageAt: number | undefined;
}

function stateOf({ connected, lastHeardAt, lastMessageAt }: Watch): BusState {
  return { connected, lastHeardAt, lastMessageAt };
}

/** Redis answers in order: with the pong, everything published before the ping has come. Never rejects. */
async function ping(redis: Redis, options: BusOptions, watch: Watch): Promise<void> {
  const sentAt = options.clock.now();
  try {
    await redis.ping();
    if (watch.connected) watch.lastHeardAt = Math.max(watch.lastHeardAt ?? sentAt, sentAt);
  } catch (error) {
    options.log.debug({ error: messageOf(error) }, 'Redis did not answer a ping');
  }
}

/** Subscribes on every (re)connection and pings in between. Returns how to end it. */
function keepSubscribed(redis: Redis, options: BusOptions, watch: Watch): () => void {
  const { clock, socketClock = systemClock() } = options;
  const outage = createOutageLog(options.log, 'bus');
  let stopped = false;
  let timer = socketClock.schedule(PING_EVERY_MS, tick);
  function become(connected: boolean): void {
    if (stopped || watch.connected === connected) return;
    watch.connected = connected;
    options.onState?.(stateOf(watch));
  }

  async function subscribe(): Promise<void> {
    const askedAt = clock.now();
    try {
      await redis.subscribe(...CHANNELS);
      outage.over();
      // Reported first: until here `lastHeardAt` is where the gap begins.
      become(true);
      watch.lastHeardAt = askedAt;
      watch.subscribedAt = clock.now();
      watch.isAnswering = false;
    } catch (error) {
      if (!stopped) outage.failed(error);
    }
  }

  function tick(): void {
    timer = socketClock.schedule(PING_EVERY_MS, tick);
    if (redis.status !== 'ready') return;
    // Not subscribed though connected: it was refused, by an ACL for one, and may be allowed now.
    void (watch.connected ? ping(redis, options, watch) : subscribe());
  }

  redis.on('error', outage.failed);
  redis.on('ready', () => void subscribe());
  redis.on('close', () => become(false));
  return () => {
    stopped = true;
    timer.cancel();
    redis.disconnect();
  };
}

/** Reports a silence as a loss while it lasts, and its end before the message that ends it. */
function watchSilence(options: BusOptions, watch: Watch): { over(): void; stop(): void } {
  const { clock } = options;
  let silentSince: number | undefined;
  let timer = clock.schedule(LISTEN_EVERY_MS, tick);
  function report(connected: boolean): void {
    options.onState?.({ ...stateOf(watch), connected, lastHeardAt: silentSince });
  }
  function listen(): void {
    const heardUntil = Math.max(watch.lastMessageAt ?? Number.NEGATIVE_INFINITY, watch.subscribedAt);
    const isSilent = watch.connected && watch.isAnswering && clock.now() - heardUntil > SILENT_MS;
    if (!isSilent || silentSince !== undefined) return;
    silentSince = heardUntil;
    report(false);
  }
  function tick(): void {
    timer = clock.schedule(LISTEN_EVERY_MS, tick);
    listen();
  }
  return {
    over() {
      listen();
      if (silentSince === undefined) return;
      if (watch.connected) report(true);
      silentSince = undefined;
    },
    stop: () => timer.cancel(),
  };
}

/** Starts listening; connects, reconnects and resubscribes by itself, for ever. Throws ConfigError when the URL is none of Redis. */
export function subscribeBus(options: BusOptions): BusSubscription {
  const redis = openConnection(options.redisUrl, 'bbb-tiers-bus');
  const watch: Watch = {
    connected: false,
    subscribedAt: Number.NEGATIVE_INFINITY,
    isAnswering: false,
    lastHeardAt: undefined,
    lastMessageAt: undefined,
  };
  const deliver = createDelivery(options);
  const silence = watchSilence(options, watch);
  function heard(): void {
    silence.over();
    watch.lastMessageAt = options.clock.now();
    if (watch.connected) watch.lastHeardAt = watch.lastMessageAt;
  }
  const irrelevant = createTally((count) => {
    heard();
    options.onCount?.('irrelevant', count);
  });
  redis.on('messageBuffer', (_channel: Buffer, message: Buffer) => {
    const reading = readMessage(message);
    // Nearly all end here: whatever is done before costs for every message of the bus.
    if (reading === IRRELEVANT) return irrelevant.add();
    heard();
    watch.isAnswering ||= reading.result === 'pong' && reading.pong.system !== SENDER;
    const result = deliver(reading);
    options.onCount?.(result, 1);
  });
  const stop = keepSubscribed(redis, options, watch);
  return {
    get state() {
      return stateOf(watch);
    },
    async caughtUp() {
      if (watch.connected && redis.status === 'ready') await ping(redis, options, watch);
    },
    stop() {
      stop();
      silence.stop();
      redis.removeAllListeners('messageBuffer');
      irrelevant.flush();
    },
  };
}
