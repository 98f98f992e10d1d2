/** `bbb-tiers record`: writes down BBB's bus for some minutes, with names and texts replaced, for whoever looks into a fault. */
import type { Command } from 'commander';
import { LONGEST_RECORDING_MINUTES, recordBus, recordingMs } from '../../bus/bus-recorder';
import { messageOf, TransientError } from '../../errors';
import { CliError, EXIT } from '../exit-codes';
import type { CliIo } from '../io';
import { plain } from '../table';

interface RecordOptions {
  readonly minutes: string;
  readonly out?: string;
}

/** `bus-2026-11-02-1000.jsonl`. */
function defaultFile(now: number): string {
  return `bus-${new Date(now).toISOString().slice(0, 16).replace('T', '-').replace(':', '')}.jsonl`;
}

function remedyFor(error: unknown): string {
  return error instanceof TransientError
    ? "REDIS_URL has to name BBB's own Redis, and it has to be running"
    : 'free some space there, or name a new file in a writable folder with --out';
}

async function record(io: CliIo, options: RecordOptions): Promise<void> {
  const ms = recordingMs(options.minutes);
  if (ms === undefined)
    throw new CliError(
      `--minutes: expected a number above 0, up to ${LONGEST_RECORDING_MINUTES}, got '${plain(options.minutes)}'`,
      EXIT.usage,
    );
  const redisUrl = io.env.REDIS_URL;
  if (redisUrl === undefined)
    throw new CliError("REDIS_URL: expected the URL of BBB's own Redis, got nothing", EXIT.config);
  const file = options.out ?? defaultFile(io.now());
  io.stderr.write(`Recording for ${options.minutes} minutes into ${plain(file)}; Ctrl-C ends it earlier.\n`);
  const end = new AbortController();
  const recording = await recordBus({ redisUrl, file, now: io.now, until: io.sleep(ms, end.signal) })
    .catch((error: unknown) => {
      throw new CliError(`${messageOf(error)}; ${remedyFor(error)}`, EXIT.unavailable);
    })
    .finally(() => end.abort());
  const full = recording.isFull ? ' The file is full; later messages are not in it.' : '';
  io.stdout.write(
    `${recording.written} messages recorded, ${recording.leftOut} left out (too long or not JSON).${full} Look through ${plain(file)} before you pass it on.\n`,
  );
}

/** Adds `record`. */
export function registerRecord(program: Command, io: CliIo): void {
  program
    .command('record')
    .description("record BBB's bus with names and texts replaced, to look into a fault or to contribute")
    .option('--minutes <number>', 'how long', '10')
    .option('--out <file>', 'a new file; bus-<date>-<time>.jsonl unless given')
    .action((options: RecordOptions) => record(io, options));
}
