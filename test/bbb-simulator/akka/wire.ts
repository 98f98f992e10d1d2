/** The Redis of a running akka-apps: publishes what bbb-web, browsers and the telephone send, and hands out all that passes by. */
import { Redis } from 'ioredis';

/** A message as it stands on the bus. */
export interface BusMessage {
  readonly envelope: {
    readonly name: string;
    readonly routing: Readonly<Record<string, string>>;
    readonly timestamp: number;
  };
  readonly core: {
    readonly header: { readonly name: string; readonly meetingId?: string; readonly userId?: string };
    readonly body: Readonly<Record<string, unknown>>;
  };
}

export interface Heard {
  /** Epoch ms of the machine. */
  readonly at: number;
  readonly channel: string;
  readonly name: string;
  readonly meetingId: string;
  readonly userId: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly message: BusMessage;
}

export interface Wire {
  publish(channel: string, message: BusMessage): void;
  /** Returns the removal. Listeners run in the order in which they were added. */
  onMessage(listener: (heard: Heard) => void): () => void;
  /** The next message that matches; undefined when none came within `withinMs`. */
  next(matches: (heard: Heard) => boolean, withinMs: number): Promise<Heard | undefined>;
  close(): Promise<void>;
}

const CHANNELS = '*-redis-channel';

/** Subscribes to all channels of BBB. Rejects when Redis cannot be reached. */
export async function connectWire(redisUrl: string): Promise<Wire> {
  const connection = { lazyConnect: true, protocol: 2 as const, maxRetriesPerRequest: 1 };
  const publisher = new Redis(redisUrl, connection);
  const subscriber = new Redis(redisUrl, connection);
  for (const redis of [publisher, subscriber]) redis.on('error', () => undefined);
  await Promise.all([publisher.connect(), subscriber.connect()]);
  const listeners = new Set<(heard: Heard) => void>();

  subscriber.on('pmessage', (_pattern: string, channel: string, text: string) => {
    const heard = readHeard(channel, text);
    if (heard === undefined) return;
    for (const listener of [...listeners]) listener(heard);
  });
  await subscriber.psubscribe(CHANNELS);

  function onMessage(listener: (heard: Heard) => void): () => void {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }
  return {
    publish: (channel, message) =>
      void publisher.publish(channel, JSON.stringify(message)).catch(() => undefined),
    onMessage,
    next: (matches, withinMs) =>
      new Promise((resolve) => {
        const settle = (heard: Heard | undefined): void => {
          clearTimeout(timer);
          remove();
          resolve(heard);
        };
        const timer = setTimeout(() => settle(undefined), withinMs);
        const remove = onMessage((heard) => matches(heard) && settle(heard));
      }),
    async close() {
      listeners.clear();
      await Promise.allSettled([publisher.quit(), subscriber.quit()]);
    },
  };
}

function readHeard(channel: string, text: string): Heard | undefined {
  try {
    const message = JSON.parse(text) as BusMessage;
    const { header, body } = message.core;
    const meetingId = header.meetingId ?? (typeof body.meetingId === 'string' ? body.meetingId : '');
    const { name } = message.envelope;
    return {
      at: Date.now(),
      channel,
      name,
      meetingId,
      userId: header.userId ?? '',
      body,
      text,
      message,
    };
  } catch {
    return undefined;
  }
}
