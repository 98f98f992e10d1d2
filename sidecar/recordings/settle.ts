/** Finishes what was begun: recordings that must not come out, or were to go, and of which BBB or we were away at the moment that mattered. */
import type { Pool } from 'pg';
import type { Recording } from '../bbb-api/recording';
import type { RecordingsApi } from '../bbb-api/recordings-api';
import { DAY_MS } from '../core/duration';
import { readUnsettled } from './record';

/** A pipeline that is stuck is mended within days; after that nobody asks BBB for it any more. */
const LOOK_BACK_MS = 30 * DAY_MS;
/** Ids in one question: they travel in the URL. BBB lists at most a hundred, and a run may have chapters. */
const ASKED_AT_ONCE = 25;
const MOST_LISTED = 100;
const STATES = 'published,unpublished,deleted';

export interface SettleOptions {
  readonly pool: Pool;
  readonly api: Pick<RecordingsApi, 'getRecordings'>;
  /** Epoch ms of our steady clock. */
  readonly now: number;
  /** It is there. BBB takes an id for the beginning of one, so it may be another one than was asked for: judge it by itself. */
  readonly onThere: (recording: Recording) => Promise<void>;
  /** It is deleted, or BBB knows nothing of it any more. */
  readonly onGone: (recordId: string) => Promise<void>;
}

/** Rejects when BBB or the database did not answer: then nothing is concluded. */
export async function settleRecordings(options: SettleOptions): Promise<void> {
  const { pool, api } = options;
  const { recordIds, runs } = await readUnsettled(pool, options.now - LOOK_BACK_MS);
  const decided = new Set(recordIds);
  const ids = [...new Set([...recordIds, ...runs])];
  for (let start = 0; start < ids.length; start += ASKED_AT_ONCE) {
    const asked = ids.slice(start, start + ASKED_AT_ONCE);
    const listed = await api.getRecordings({ recordIds: asked, state: STATES, limit: MOST_LISTED });
    for (const recording of listed.recordings) {
      const { recordId, state } = recording;
      if (state !== 'deleted') await options.onThere(recording);
      else if (decided.has(recordId)) await options.onGone(recordId);
    }
    if (listed.recordings.length + listed.unreadable >= MOST_LISTED || listed.unreadable > 0) continue;
    const there = new Set(listed.recordings.map((recording) => recording.recordId));
    for (const id of asked) if (decided.has(id) && !there.has(id)) await options.onGone(id);
  }
}
