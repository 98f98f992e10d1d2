/** getRecordings, publishRecordings and deleteRecordings; deleting moves files to the state `deleted`, it erases nothing. */
import { isListed, playbackUrl, recordingMetadata, setRecordingState } from '../model/rap';
import type { Recording, RecordingStatus } from '../model/recording-state';
import type { ApiAnswer, ApiCall } from './api';
import { metadataOf, type Params } from './params';
import { failed, success, type XmlElement } from './xml';

const SHOWN_BY_DEFAULT = ['published', 'unpublished'];

export function getRecordingsCall({ params, simulation }: ApiCall): ApiAnswer {
  const states = params.state === undefined ? SHOWN_BY_DEFAULT : words(params.state);
  const meetings = words(params.meetingID);
  const records = words(params.recordID);
  const wanted = Object.entries(metadataOf(params));
  const found = [...simulation.bbb.recordings.values()].filter(
    (recording) =>
      isListed(recording) &&
      (states.includes('any') || states.includes(recording.state)) &&
      (meetings.length === 0 || meetings.includes(recording.externalMeetingId)) &&
      (records.length === 0 || records.some((id) => recording.recordId.startsWith(id))) &&
      wanted.every(([key, value]) => recording.metadata[key] === value),
  );
  const page = pageOf(found, params);
  if (page === undefined) return failed('validationError', 'limit must be 1 to 100, offset 0 or more');
  const nothing: XmlElement[] = [
    ['messageKey', 'noRecordings'],
    ['message', 'There are no recordings for the meeting(s).'],
  ];
  return success([
    ['recordings', page.map((recording) => ['recording', recordingElements(recording)] as const)],
    ...(page.length === 0 ? nothing : []),
  ]);
}

function words(list: string | undefined): string[] {
  return (list ?? '').split(',').filter((word) => word !== '');
}

function pageOf(found: Recording[], { offset = '0', limit }: Params): Recording[] | undefined {
  if (!/^\d+$/.test(offset)) return undefined;
  if (limit === undefined) return found.slice(Number(offset));
  const size = Number(limit);
  return Number.isInteger(size) && size >= 1 && size <= 100
    ? found.slice(Number(offset), Number(offset) + size)
    : undefined;
}

function recordingElements(recording: Recording): XmlElement[] {
  return [
    ['recordID', recording.recordId],
    ['meetingID', recording.externalMeetingId],
    ['internalMeetingID', recording.recordId],
    ['name', recording.name],
    ['isBreakout', recording.isBreakout],
    ['published', recording.state === 'published'],
    ['state', recording.state],
    ['startTime', recording.startTime],
    ['endTime', recording.endTime],
    ['participants', recording.participants],
    ['metadata', Object.entries(recordingMetadata(recording))],
    ['playback', playbackElements(recording)],
  ];
}

function playbackElements(recording: Recording): XmlElement[] {
  if (recording.state === 'processing' || recording.state === 'processed') return [];
  const length = Math.round((recording.endTime - recording.startTime) / 60_000);
  return [
    [
      'format',
      [
        ['type', 'presentation'],
        ['url', playbackUrl(recording.recordId)],
        ['processingTime', 1],
        ['length', length],
      ],
    ],
  ];
}

export function publishRecordingsCall(call: ApiCall): ApiAnswer {
  const { publish } = call.params;
  if (publish === undefined)
    return failed('missingParamPublish', 'You must specify one publish value true or false.');
  return changeState(call, publish === 'true' ? 'published' : 'unpublished', [
    'published',
    publish === 'true',
  ]);
}

export function deleteRecordingsCall(call: ApiCall): ApiAnswer {
  return changeState(call, 'deleted', ['deleted', true]);
}

/** All or nothing is not promised: those that exist are changed, none at all is `notFound`. */
function changeState({ params, simulation }: ApiCall, state: RecordingStatus, done: XmlElement): ApiAnswer {
  const ids = words(params.recordID);
  if (ids.length === 0) return failed('missingParamRecordID', 'You must specify one or more a record IDs.');
  const changed = ids.filter((id) => setRecordingState(simulation.bbb, id, state));
  return changed.length === 0 ? failed('notFound', 'We could not find recordings') : success([done]);
}
