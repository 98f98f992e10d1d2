/** Looks after recordings while the service runs: removes what was marked as soon as BBB tells of it, sweeps by night. */
import cron, { type ScheduledTask } from 'node-cron';
import type { Pool } from 'pg';
import type { RecordingsApi } from '../bbb-api/recordings-api';
import type { RecordingEvent, RecordingEventType } from '../bus/recording-event';
import type { Clock } from '../core/clock';
import type { Config } from '../core/config';
import { type RecordingVerdict, recordingVerdict } from '../core/recording-verdict';
import { messageOf } from '../errors';
import type { Log } from '../log';
import { readRecordedRun } from './record';
import type { Remover } from './remove';
import { sweepRecordings } from './sweep';

/** Every night, when nobody meets and BBB's own clean-up has not begun. */
const NIGHTLY = '17 3 * * *';

/** Steps after which something may be visible. */
const VISIBLE: ReadonlySet<RecordingEventType> = new Set([
  'rap-publish-ended',
  'rap-post-publish-ended',
  'rap-published',
]);

export interface RecordingKeeperOptions {
  readonly pool: Pool;
  readonly api: RecordingsApi;
  readonly remover: Remover;
  readonly config: () => Config;
  readonly clock: Clock;
  /** Epoch ms of BBB's clock. */
  readonly now: () => number;
  readonly dryRun: boolean;
  readonly log: Log;
}

export interface RecordingKeeper {
  /** What the pipeline on the host is told. `unknown` when the database does not answer, too. */
  verdict(recordId: string): Promise<RecordingVerdict>;
  /** A recording is, or may be, there: it goes when it must. */
  review(recordId: string, externalMeetingId: string | undefined): Promise<void>;
  onEvent(event: RecordingEvent): void;
  /** Removes what is due now. Rejects when BBB or the database did not answer. */
  sweep(): Promise<number>;
  stop(): Promise<void>;
}

function quietCron(log: Log): void {
  const say = (level: 'debug' | 'warn' | 'error') => (message: string | Error) =>
    log[level]({ reported: messageOf(message) }, 'scheduler');
  cron.setLogger({ info: say('debug'), warn: say('warn'), error: say('error'), debug: say('debug') });
}

/** Starts the nightly sweep. */
export function createRecordingKeeper(options: RecordingKeeperOptions): RecordingKeeper {
  const { pool, api, remover, log } = options;
  quietCron(log);

  async function verdict(recordId: string): Promise<RecordingVerdict> {
    try {
      return recordingVerdict(await readRecordedRun(pool, recordId));
    } catch (error) {
      log.warn({ recordId, error: messageOf(error) }, 'verdict on a recording: the database did not answer');
      return { verdict: 'unknown', reason: 'the database does not answer', code: undefined };
    }
  }

  async function review(recordId: string, externalMeetingId: string | undefined): Promise<void> {
    const found = await verdict(recordId);
    if (found.verdict !== 'remove') return;
    try {
      await remover.remove({
        recordId,
        externalMeetingId,
        tenant: undefined,
        tier: undefined,
        reason: 'forbidden',
        code: found.code,
      });
    } catch (error) {
      // The host's hook asks for itself, and whatever is told of this recording next brings us here again.
      log.warn(
        { recordId, error: messageOf(error) },
        'a recording that must not come out could not be removed yet',
      );
    }
  }

  async function sweep(): Promise<number> {
    const sweepOptions = {
      api,
      pool,
      config: options.config(),
      now: options.now(),
      log,
      write: !options.dryRun,
    };
    return sweepRecordings(sweepOptions, remover);
  }

  const nightly: ScheduledTask = cron.schedule(
    NIGHTLY,
    async () => {
      try {
        log.info({ removed: await sweep() }, 'recordings swept');
      } catch (error) {
        log.warn(
          { error: messageOf(error) },
          'recordings could not be swept; nothing is concluded from that',
        );
      }
    },
    { noOverlap: true, name: 'recordings' },
  );

  return {
    verdict,
    review,
    onEvent({ type, recordId, externalMeetingId, at }) {
      if (type === 'rap-deleted') {
        remover
          .deleted(recordId, at)
          .catch((error: unknown) =>
            log.warn({ recordId, error: messageOf(error) }, 'a deletion could not be noted'),
          );
      } else if (VISIBLE.has(type)) void review(recordId, externalMeetingId);
    },
    sweep,
    async stop() {
      await nightly.destroy();
    },
  };
}
