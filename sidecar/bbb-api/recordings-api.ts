/** BBB's calls about recordings; it decides nothing. */
import { type Caller, expectSuccess } from './caller';
import { type RecordingList, readRecordings } from './recording';

/** Without any field: all published and unpublished ones. */
export interface RecordingQuery {
  readonly externalMeetingId?: string;
  readonly recordIds?: readonly string[];
  /** `published`, `unpublished`, `deleted`, …, or `any`. */
  readonly state?: string;
  readonly offset?: number;
  /** 1–100. */
  readonly limit?: number;
}

/** Each rejects with TransientError when BBB did not answer something that can be relied on, with TerminalError when it refused. */
export interface RecordingsApi {
  getRecordings(query: RecordingQuery): Promise<RecordingList>;
  publishRecordings(recordIds: readonly string[], publish: boolean): Promise<void>;
  /** BBB only moves them to the state `deleted`. */
  deleteRecordings(recordIds: readonly string[]): Promise<void>;
}

/** Its own caller: listing reads files and takes its time. */
export function createRecordingsApi(caller: Caller): RecordingsApi {
  return {
    async getRecordings({ externalMeetingId, recordIds, state, offset, limit }) {
      const params = { meetingID: externalMeetingId, recordID: recordIds?.join(','), state, offset, limit };
      return readRecordings(expectSuccess('getRecordings', await caller.read('getRecordings', params)));
    },
    async publishRecordings(recordIds, publish) {
      const params = { recordID: recordIds.join(','), publish };
      expectSuccess('publishRecordings', await caller.act('publishRecordings', params));
    },
    async deleteRecordings(recordIds) {
      const params = { recordID: recordIds.join(',') };
      expectSuccess('deleteRecordings', await caller.act('deleteRecordings', params));
    },
  };
}
