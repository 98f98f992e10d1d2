/** The bus on a real Redis: publishes what it is given, faults included, and hands over each command as it came; it knows no meeting. */
import { Redis } from 'ioredis';
import type { Clock } from '../../../sidecar/core/clock';
import { busEffect, type FaultState } from '../faults';
import { TO_AKKA_APPS } from './channels';
import type { BusMessage } from './messages';

export interface BusOptions {
  readonly redisUrl: string;
  readonly clock: Clock;
  readonly faults: FaultState;
  /** Raw text of whatever arrives on `to-akka-apps-redis-channel`. */
  readonly onCommand: (text: string) => void;
}

export interface Bus {
  /** Sends in this order, except for what the faults do to it. */
  publish(messages: readonly BusMessage[]): void;
  /** Publishes any text on any channel, past every fault. */
  publishRaw(channel: string, text: string): Promise<void>;
  /** Sends what was held back while paused, or forgets it. */
  resume(lose: boolean): void;
  /** Resolves when everything published so far is out, and every command sent before has arrived. */
  roundTrip(): Promise<void>;
  close(): Promise<void>;
}

/** A held message goes out at the latest after this. */
const REORDER_MS = 1_000;

/** Connects and subscribes; rejects when Redis cannot be reached. */
export async function connectBus({ redisUrl, clock, faults, onCommand }: BusOptions): Promise<Bus> {
  const connection = { lazyConnect: true, protocol: 2 as const, maxRetriesPerRequest: 1 };
  const publisher = new Redis(redisUrl, connection);
  const subscriber = new Redis(redisUrl, connection);
  for (const redis of [publisher, subscriber]) redis.on('error', () => undefined);
  await Promise.all([publisher.connect(), subscriber.connect()]);

  const underWay = new Set<Promise<unknown>>();
  const send = ({ channel, text }: Pick<BusMessage, 'channel' | 'text'>): void => {
    const sent = publisher.publish(channel, text).catch(() => undefined);
    underWay.add(sent);
    void sent.finally(() => underWay.delete(sent));
  };
  const line = messageLine(clock, faults, send);
  const settle = await settleChannel(subscriber, publisher);

  subscriber.on('message', (channel: string, text: string) => {
    if (channel === TO_AKKA_APPS) onCommand(text);
  });
  await subscriber.subscribe(TO_AKKA_APPS);

  return {
    publish: (messages) => messages.forEach(line.put),
    async publishRaw(channel, text) {
      await publisher.publish(channel, text);
    },
    resume: line.resume,
    async roundTrip() {
      await Promise.all(underWay);
      await settle();
    },
    async close() {
      line.stop();
      await Promise.allSettled([publisher.quit(), subscriber.quit()]);
    },
  };
}

interface MessageLine {
  put(message: BusMessage): void;
  resume(lose: boolean): void;
  stop(): void;
}

/** Between the model and Redis: here messages get lost, doubled, late and out of order. */
function messageLine(clock: Clock, faults: FaultState, send: (message: BusMessage) => void): MessageLine {
  let paused: BusMessage[] = [];
  let held: BusMessage[] = [];
  let stopped = false;

  function out(message: BusMessage): void {
    if (stopped) return;
    if (faults.busPaused) paused.push(message);
    else send(message);
  }
  function releaseHeld(): void {
    const release = held;
    held = [];
    release.forEach(out);
  }
  function put(message: BusMessage): void {
    const effect = busEffect(faults, message);
    if (effect === 'lose') return;
    if (effect === 'reorder' && held.length === 0) {
      held.push(message);
      clock.schedule(REORDER_MS, releaseHeld);
    } else if (typeof effect === 'object') {
      clock.schedule(effect.delayMs, () => out(message));
    } else {
      out(message);
      if (effect === 'duplicate') out(message);
      releaseHeld();
    }
  }
  return {
    put,
    resume(lose) {
      faults.busPaused = false;
      const waiting = paused;
      paused = [];
      if (!lose) waiting.forEach(out);
    },
    stop() {
      stopped = true;
    },
  };
}

/** A note to ourselves through Redis: once it is back, what was sent to us before it has been read. */
async function settleChannel(subscriber: Redis, publisher: Redis): Promise<() => Promise<void>> {
  const id = await publisher.incr('bbb-simulator:settle');
  const channel = `bbb-simulator:settle:${id}`;
  const waiting: (() => void)[] = [];
  subscriber.on('message', (name: string) => {
    if (name === channel) waiting.shift()?.();
  });
  await subscriber.subscribe(channel);
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      const giveUp = (): void => {
        const index = waiting.indexOf(resolve);
        if (index >= 0) waiting.splice(index, 1);
        resolve();
      };
      publisher.publish(channel, '').then((receivers) => (receivers === 0 ? giveUp() : undefined), giveUp);
    });
}
