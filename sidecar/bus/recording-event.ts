/** What BBB reports of recordings after a meeting; apart from meeting events, for no limit of a running meeting depends on it. */
import type { BbbInstant } from '../core/bbb-instant';
import type { InternalMeetingId } from '../core/meeting';

/** Steps of the pipeline, named as bbb-webhooks names them, and the three of bbb-web. */
export type RecordingEventType =
  | 'rap-archive-started'
  | 'rap-archive-ended'
  /** Recordable, but never marked: nothing will be processed. */
  | 'rap-archive-norecord'
  | 'rap-sanity-started'
  | 'rap-sanity-ended'
  | 'rap-process-started'
  | 'rap-process-ended'
  | 'rap-post-process-started'
  | 'rap-post-process-ended'
  | 'rap-publish-started'
  | 'rap-publish-ended'
  | 'rap-post-publish-started'
  | 'rap-post-publish-ended'
  | 'rap-published'
  | 'rap-unpublished'
  | 'rap-deleted';

export interface RecordingEvent {
  readonly type: RecordingEventType;
  /** Of the pipeline only whole seconds. */
  readonly at: BbbInstant;
  /** The run that was recorded; a pipeline id with a chapter's `-<timestamp>` is in `recordId`. */
  readonly internalMeetingId: InternalMeetingId;
  readonly recordId: string;
  readonly externalMeetingId: string | undefined;
  /** Undefined where the step does not say. */
  readonly success: boolean | undefined;
  /** `presentation`, `video`, …; undefined for steps before the formats. */
  readonly workflow: string | undefined;
  /** Keys lower-case, without `meta_`; empty where the step has none. */
  readonly metadata: Readonly<Record<string, string>>;
}

const PIPELINE_STEPS: ReadonlyMap<string, RecordingEventType> = new Map([
  ['archive_started', 'rap-archive-started'],
  ['archive_ended', 'rap-archive-ended'],
  ['archive_norecord', 'rap-archive-norecord'],
  ['sanity_started', 'rap-sanity-started'],
  ['sanity_ended', 'rap-sanity-ended'],
  ['process_started', 'rap-process-started'],
  ['process_ended', 'rap-process-ended'],
  ['post_process_started', 'rap-post-process-started'],
  ['post_process_ended', 'rap-post-process-ended'],
  ['publish_started', 'rap-publish-started'],
  ['publish_ended', 'rap-publish-ended'],
  ['post_publish_started', 'rap-post-publish-started'],
  ['post_publish_ended', 'rap-post-publish-ended'],
]);

/** The step's event type; undefined for a name that the pipeline does not have. */
export function pipelineStep(name: string): RecordingEventType | undefined {
  return PIPELINE_STEPS.get(name);
}
