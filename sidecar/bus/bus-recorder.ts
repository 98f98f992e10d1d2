/** Writes down what passes on BBB's bus, with names and texts replaced while recording: nothing else reaches the file. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { MINUTE_MS } from '../core/duration';
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

/**
 * Records until `until` resolves: one line a message, `{"t": ms since the beginning, "channel", "message"}`. Rejects when Redis or the file
 * cannot be used.
 */
export async function recordBus({ redisUrl, file, now, until }: BusRecorderOptions): Promise<BusRecording> {
  const beganAt = now();
  const pseudonyms = createPseudonyms(randomBytes(32), beganAt);
  const handle = await open(file, 'wx', 0o600);
  const stream = createWriteStream('', { fd: handle, highWaterMark: 1024 * 1024 });
  let failure: Error | undefined;
  stream.on('error', (error) => {
    failure = error;
  });
  const connection = openConnection(redisUrl, 'bbb-tiers record');
  connection.on('error', () => undefined);
  let written = 0;
  let leftOut = 0;
  let bytes = 0;
  let isFull = false;

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
    written += 1;
    stream.write(line);
  }

  try {
    if (connection.status !== 'ready')
      await once(connection, 'ready', { signal: AbortSignal.timeout(10_000) });
    connection.on('messageBuffer', (channel: Buffer, message: Buffer) =>
      take(channel.toString('utf8'), message),
    );
    await connection.subscribe(...CHANNELS);
    await until;
    if (failure !== undefined) throw failure;
    return { written, leftOut, isFull };
  } finally {
    connection.disconnect();
    stream.end();
    if (failure === undefined) await once(stream, 'close');
  }
}

/** How long a recording may last, in minutes. */
export const LONGEST_RECORDING_MINUTES = 24 * 60;

/** Minutes as ms; undefined when the text is no number above 0 within bounds. */
export function recordingMs(minutes: string): number | undefined {
  if (!/^\d{1,4}(\.\d{1,3})?$/.test(minutes)) return undefined;
  const count = Number(minutes);
  return count > 0 && count <= LONGEST_RECORDING_MINUTES ? count * MINUTE_MS : undefined;
}
