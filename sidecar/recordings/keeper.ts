/** Looks after recordings while the service runs: removes what was marked as soon as BBB reports it, sweeps by night. */
import cron, { type ScheduledTask } from 'node-cron';
import type { Pool } from 'pg';
import type { RecordingsApi } from '../bbb-api/recordings-api';
import type { RecordingEvent, RecordingEventType } from '../bus/recording-event';
import type { Clock } from '../core/clock';
import type { Config } from '../core/config';
import { type RecordingVerdict, type RemovalReason, recordingVerdict } from '../core/recording-verdict';
import { messageOf } from '../errors';
import type { Log } from '../log';
import type { LedgerMeeting } from '../store/meetings';
import { readFilesToRemove, readRecorded } from './record';
import type { Remover } from './remove';
import { settleRecordings } from './settle';
import { sweepRecordings } from './sweep';

/** Every night, when nobody meets and BBB's own clean-up has not begun. */
const NIGHTLY = '17 3 * * *';
/** As often as the host settles what waits there. */
const EVERY_TEN_MINUTES = '*/10 * * * *';

/** Steps of the pipeline after which something may be visible. */
const PUBLISHED_BY_PIPELINE: ReadonlySet<RecordingEventType> = new Set([
  'rap-publish-ended',
  'rap-post-publish-ended',
]);

export interface RecordingKeeperOptions {
  readonly pool: Pool;
  readonly api: RecordingsApi;
  readonly remover: Remover;
  readonly config: () => Config;
  readonly clock: Clock;
  readonly dryRun: boolean;
  readonly log: Log;
}

/** `person`: somebody published it by hand. */
export type PublishedBy = 'pipeline' | 'person';

export interface RecordingKeeper {
  /** The answer to the pipeline on the host. `unknown` when the database does not answer, too; in a dry run nothing is held back. */
  verdict(recordId: string): Promise<RecordingVerdict>;
  /** What the host is to erase. Rejects with what the database says. */
  filesToRemove(): Promise<readonly string[]>;
  /** The host has erased the files. Rejects with what the database says. */
  erased(recordId: string, bytes: number | undefined): Promise<void>;
  /** A recording is, or may be, there: it goes when it must, and out of sight when its record speaks against it. */
  review(recordId: string, externalMeetingId: string | undefined, publishedBy: PublishedBy): Promise<void>;
  onEvent(event: RecordingEvent): void;
  /** Removes what could not be removed, and notes what is gone. Rejects when BBB or the database did not answer. */
  settle(): Promise<void>;
  /** Removes what is due now. Rejects when BBB or the database did not answer. */
  sweep(): Promise<number>;
  stop(): Promise<void>;
}

interface Judgement {
  readonly found: RecordingVerdict;
  readonly meeting: LedgerMeeting | undefined;
  /** Why it is removed, if it is. */
  readonly removal: RemovalReason;
  /** It is doubtful for what is on record of it, not for want of a record. */
  readonly spokenAgainst: boolean;
}

function quietCron(log: Log): void {
  const say = (level: 'debug' | 'warn' | 'error') => (message: string | Error) =>
    log[level]({ reported: messageOf(message) }, 'scheduler');
  cron.setLogger({ info: say('debug'), warn: say('warn'), error: say('error'), debug: say('debug') });
}

/** What is on record, and what follows from it. */
function createJudge({ pool, log, config }: RecordingKeeperOptions) {
  return async (recordId: string): Promise<Judgement> => {
    try {
      const { run, meeting } = await readRecorded(pool, recordId, config());
      const found = recordingVerdict(run);
      const spokenAgainst = found.verdict === 'unknown' && (run.allowed === false || run.mark !== undefined);
      return { found, meeting, removal: run.removal?.reason ?? 'forbidden', spokenAgainst };
    } catch (error) {
      log.warn(
        { recordId, error: messageOf(error) },
        'cannot read about a recording from the database; nothing is decided about it now',
      );
      const reason = 'the database does not answer';
      return {
        found: { verdict: 'unknown', reason, code: undefined },
        meeting: undefined,
        removal: 'forbidden',
        spokenAgainst: false,
      };
    }
  };
}

/** Of two clocks that differ the one that deletes less: what is deleted does not come back when a clock is set right. */
function earliestNow(clock: Clock): number {
  return Math.min(clock.now(), clock.wall());
}

/** One at a time; a failure is logged, and the next run tries again. */
function createTask(log: Log, name: string, run: () => Promise<unknown>) {
  let running: Promise<void> | undefined;
  const once = async (): Promise<void> => {
    try {
      await run();
    } catch (error) {
      log.warn({ task: name, error: messageOf(error) }, 'recording task failed; retrying at its next run');
    } finally {
      running = undefined;
    }
  };
  return {
    start(): Promise<void> {
      running ??= once();
      return running;
    },
    done: async (): Promise<void> => running,
  };
}

/** Settles at once, and starts what is done every ten minutes and every night. */
export function createRecordingKeeper(options: RecordingKeeperOptions): RecordingKeeper {
  const { pool, api, remover, log, dryRun, clock } = options;
  const now = (): number => clock.now();
  quietCron(log);
  const judge = createJudge(options);

  async function verdict(recordId: string): Promise<RecordingVerdict> {
    const { found } = await judge(recordId);
    if (!dryRun || found.verdict === 'keep') return found;
    return { verdict: 'keep', reason: `dry run; else ${found.verdict}: ${found.reason}`, code: found.code };
  }

  async function hide(recordId: string, { reason, code }: RecordingVerdict): Promise<void> {
    if (!dryRun) await api.publishRecordings([recordId], false);
    log.warn(
      { recordId, reason, code, dryRun },
      'a recording is unpublished in doubt; publish or delete it by hand',
    );
  }

  async function review(
    recordId: string,
    externalMeetingId: string | undefined,
    publishedBy: PublishedBy,
  ): Promise<void> {
    const { found, meeting, removal, spokenAgainst } = await judge(recordId);
    try {
      if (found.verdict === 'remove')
        await remover.remove({
          recordId,
          externalMeetingId: meeting?.externalMeetingId ?? externalMeetingId,
          tenant: meeting?.tenant,
          tier: meeting?.tier,
          reason: removal,
        });
      else if (spokenAgainst && publishedBy === 'pipeline') await hide(recordId, found);
    } catch (error) {
      const about = { recordId, error: messageOf(error) };
      log.warn(about, 'cannot unpublish or remove a recording; removals are retried');
    }
  }

  async function settle(): Promise<void> {
    if (dryRun) return;
    await settleRecordings({
      pool,
      api,
      now: now(),
      onThere: ({ recordId, externalMeetingId }) => review(recordId, externalMeetingId, 'person'),
      onGone: (recordId) => remover.deleted(recordId, now()),
    });
  }

  const sweep = (): Promise<number> =>
    sweepRecordings(
      { api, pool, config: options.config(), now: earliestNow(clock), log, write: !dryRun },
      remover,
    );

  const settling = createTask(log, 'settle', settle);
  const sweeping = createTask(log, 'sweep', async () => {
    log.info({ removed: await sweep() }, 'recordings swept');
  });
  const schedules: readonly ScheduledTask[] = [
    cron.schedule(EVERY_TEN_MINUTES, settling.start, { name: 'settle recordings' }),
    cron.schedule(NIGHTLY, sweeping.start, { name: 'sweep recordings' }),
  ];
  void settling.start();

  return {
    verdict,
    filesToRemove: () => (dryRun ? Promise.resolve([]) : readFilesToRemove(pool)),
    erased: remover.erased,
    review,
    onEvent({ type, recordId, externalMeetingId }) {
      if (type === 'rap-deleted') {
        remover
          .deleted(recordId, now())
          .catch((error: unknown) =>
            log.warn({ recordId, error: messageOf(error) }, 'cannot record a deletion in the database'),
          );
      } else if (type === 'rap-published') void review(recordId, externalMeetingId, 'person');
      else if (PUBLISHED_BY_PIPELINE.has(type)) void review(recordId, externalMeetingId, 'pipeline');
    },
    settle,
    sweep,
    async stop() {
      for (const schedule of schedules) await schedule.destroy();
      await settling.done();
      await sweeping.done();
    },
  };
}
