/** Writes down what passes on BBB's bus, with names and texts replaced while recording: nothing else reaches the file. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Redis } from 'ioredis';
import { MINUTE_MS } from '../core/duration';
import { messageOf, TerminalError, TransientError } from '../errors';
import { openConnection } from './connection';
import { createPseudonyms } from './pseudonyms';

/** All of BBB's channels, commands included, so that each event can be seen beside its cause. */
const CHANNELS = [
  'from-akka-apps-redis-channel',
  'from-akka-apps-frontend-redis-channel',
  'from-akka-apps-pres-redis-channel',
  'from-akka-apps-chat-redis-channel',
  'to-akka-apps-redis-channel',
  'from-voice-conf-redis-channel',
  'to-voice-conf-redis-channel',
  'from-bbb-web-redis-channel',
  'bigbluebutton:from-rap',
] as const;
const CONNECT_WITHIN_MS = 10_000;
const LONGEST_MESSAGE_BYTES = 1024 * 1024;
const LONGEST_FILE_BYTES = 512 * 1024 * 1024;

export interface BusRecording {
  /** Messages written. */
  readonly written: number;
  /** Too long, or no JSON: left out. */
  readonly leftOut: number;
  /** The file reached 512 MiB: what came later is not in it. */
  readonly isFull: boolean;
}

export interface BusRecorderOptions {
  readonly redisUrl: string;
  /** Created with mode 0600; must not exist. */
  readonly file: string;
  /** Epoch ms. */
  readonly now: () => number;
  /** Records until this resolves. */
  readonly until: Promise<unknown>;
}

async function connected(connection: Redis): Promise<void> {
  if (connection.status === 'ready') return;
  try {
    await once(connection, 'ready', { signal: AbortSignal.timeout(CONNECT_WITHIN_MS) });
  } catch (error) {
    throw new TransientError(`cannot connect to BBB's bus (${messageOf(error)})`);
  }
}

/**
 * Records until `until` resolves: one line a message, `{"t": ms since the beginning, "channel", "message"}`. Rejects at once when the file
 * (TerminalError) or Redis (TransientError) cannot be used; what is in the file by then stays.
 */
export async function recordBus({ redisUrl, file, now, until }: BusRecorderOptions): Promise<BusRecording> {
  const beganAt = now();
  const pseudonyms = createPseudonyms(randomBytes(32), beganAt);
  let written = 0;
  let queued = 0;
  let leftOut = 0;
  let bytes = 0;
  let isFull = false;

  const handle = await open(file, 'wx', 0o600).catch((error: unknown) => {
    throw new TerminalError(`cannot create ${file} (${messageOf(error)})`);
  });
  const stream = createWriteStream('', { fd: handle, highWaterMark: 1024 * 1024 });
  const connection = openConnection(redisUrl, 'bbb-tiers record');
  connection.on('error', () => undefined);

  let fail: (error: Error) => void = () => undefined;
  const failure = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  // Nothing may be waiting for it when it rejects.
  failure.catch(() => undefined);
  stream.on('error', ({ message }) =>
    fail(
      new TerminalError(
        `cannot write ${file} (${message}); recording has stopped, at least ${written} messages are in the file`,
      ),
    ),
  );
  const onLost = (): void =>
    fail(
      new TransientError(
        `lost the connection to BBB's bus; recording has stopped, ${queued} messages are in ${file}`,
      ),
    );

  function take(channel: string, message: Buffer): void {
    if (isFull) return;
    let line: string;
    try {
      if (message.length > LONGEST_MESSAGE_BYTES) throw new RangeError('too long');
      const body = pseudonyms.message(JSON.parse(message.toString('utf8')));
      line = `${JSON.stringify({ t: now() - beganAt, channel, message: body })}\n`;
    } catch {
      leftOut += 1;
      return;
    }
    bytes += line.length;
    if (bytes > LONGEST_FILE_BYTES) {
      isFull = true;
      return;
    }
    queued += 1;
    stream.write(line, (error) => {
      if (!error) written += 1;
    });
  }

  try {
    await connected(connection);
    connection.on('close', onLost);
    connection.on('messageBuffer', (channel: Buffer, message: Buffer) =>
      take(channel.toString('utf8'), message),
    );
    await connection.subscribe(...CHANNELS);
    await Promise.race([until, failure]);
  } finally {
    connection.off('close', onLost);
    connection.disconnect();
    stream.end();
  }
  if (!stream.closed) await Promise.race([once(stream, 'close'), failure]);
  return { written, leftOut, isFull };
}

/** How long a recording may last, in minutes. */
export const LONGEST_RECORDING_MINUTES = 24 * 60;

/** Minutes as ms; undefined when the text is no number above 0 within bounds. */
export function recordingMs(minutes: string): number | undefined {
  if (!/^\d{1,4}(\.\d{1,3})?$/.test(minutes)) return undefined;
  const count = Number(minutes);
  return count > 0 && count <= LONGEST_RECORDING_MINUTES ? count * MINUTE_MS : undefined;
}
