/** BBB's messages about recordings after a meeting: bbb-web's three and the pipeline's steps; it decides nothing. */
import { bbbInstant } from '../core/bbb-instant';
import type { InternalMeetingId } from '../core/meeting';
import { rapMessage, recordingSysMessage } from './protocol';
import { IRRELEVANT, type Read, reading } from './reading';
import { pipelineStep, type RecordingEventType } from './recording-event';

const SECOND_MS = 1000;

/** A chapter of a run has the id `<internal meeting id>-<timestamp>`. */
function runOf(recordId: string): InternalMeetingId {
  return recordId.replace(/^([^-]+-\d+)-\d+$/, '$1') as InternalMeetingId;
}

function fromBbbWeb(type: RecordingEventType): Read {
  return reading(recordingSysMessage, ({ envelope, core }) => ({
    result: 'recording',
    recording: {
      type,
      at: envelope.timestamp,
      internalMeetingId: runOf(core.body.recordId),
      recordId: core.body.recordId,
      externalMeetingId: undefined,
      success: undefined,
      workflow: undefined,
      metadata: {},
    },
  }));
}

/** By message name. */
export const RECORDING_MESSAGES: readonly (readonly [string, Read])[] = [
  ['PublishedRecordingSysMsg', fromBbbWeb('rap-published')],
  ['UnpublishedRecordingSysMsg', fromBbbWeb('rap-unpublished')],
  ['DeletedRecordingSysMsg', fromBbbWeb('rap-deleted')],
];

/** A message of the pipeline (`events_archiver.rb`); a step that we do not know is irrelevant. */
export const readPipelineMessage: Read = reading(rapMessage, ({ header, payload }) => {
  const type = pipelineStep(header.name);
  if (type === undefined) return IRRELEVANT;
  const recordId = payload.record_id ?? payload.meeting_id;
  return {
    result: 'recording',
    recording: {
      type,
      at: bbbInstant(header.current_time * SECOND_MS),
      internalMeetingId: runOf(recordId),
      recordId,
      externalMeetingId: payload.external_meeting_id,
      success: payload.success,
      workflow: payload.workflow,
      metadata: payload.metadata ?? {},
    },
  };
});
