/** The recording scripts at work: one step after the other, told on `bigbluebutton:from-rap`; publishing tells bbb-web. */
import { putDue } from './due';
import { RAP_STEPS, type RapStep, type Recording, type RecordingStatus } from './recording-state';
import { type Bbb, tell, wallNow } from './state';

/** Runs one step and queues the next; a recording without marks ends at archiving, an erased one fails where it stands. */
export function runRapStep(bbb: Bbb, recordId: string, step: string): void {
  const recording = bbb.recordings.get(recordId);
  if (recording === undefined) return;
  const rapStep = step as RapStep;
  tellRap(bbb, recording, `${rapStep}_started`, {});
  if (rapStep === 'archive' && !recording.marked) {
    recording.state = 'norecord';
    tellRap(bbb, recording, 'archive_norecord', { success: true });
    return;
  }
  if (recording.erased) {
    tellRap(bbb, recording, `${rapStep}_ended`, { success: false, step_time: bbb.settings.recordingStepMs });
    return;
  }
  finishStep(bbb, recording, rapStep);
  const next = RAP_STEPS[RAP_STEPS.indexOf(rapStep) + 1];
  if (next === undefined) return;
  putDue(bbb, { at: bbb.now + bbb.settings.recordingStepMs, kind: 'rap', id: recordId, detail: next });
}

function finishStep(bbb: Bbb, recording: Recording, step: RapStep): void {
  const done = { success: true, step_time: bbb.settings.recordingStepMs };
  if (step === 'archive') {
    tellRap(bbb, recording, 'archive_ended', {
      ...done,
      recorded: true,
      duration: recording.endTime - recording.startTime,
    });
    return;
  }
  if (step === 'sanity') recording.state = 'processing';
  if (step === 'process') recording.state = 'processed';
  if (step === 'publish') recording.state = 'published';
  const workflow = { workflow: 'presentation' };
  if (step !== 'publish') {
    tellRap(bbb, recording, `${step}_ended`, step === 'sanity' ? done : { ...done, ...workflow });
    return;
  }
  tellRap(bbb, recording, 'publish_ended', { ...done, ...publishedPayload(recording), ...workflow });
}

function publishedPayload(recording: Recording): Record<string, unknown> {
  return {
    playback: {
      format: 'presentation',
      link: playbackUrl(recording.recordId),
      processing_time: 1,
      duration: 1,
      size: 1,
    },
    metadata: recordingMetadata(recording),
    download: {},
    raw_size: 1,
    start_time: String(recording.startTime),
    end_time: String(recording.endTime),
  };
}

export function playbackUrl(recordId: string): string {
  return `https://bbb.example/playback/presentation/2.3/${recordId}`;
}

/** What ends up in the recording's `<meta>`: the meeting's own and BBB's three. */
export function recordingMetadata(recording: Recording): Record<string, string> {
  return {
    ...recording.metadata,
    meetingId: recording.externalMeetingId,
    meetingName: recording.name,
    isBreakout: String(recording.isBreakout),
  };
}

function tellRap(bbb: Bbb, recording: Recording, name: string, payload: Record<string, unknown>): void {
  bbb.outbox.push({
    kind: 'rap',
    name,
    at: wallNow(bbb),
    payload: structuredClone({
      ...payload,
      external_meeting_id: recording.externalMeetingId,
      record_id: recording.recordId,
      meeting_id: recording.recordId,
    }),
  });
}

/** publishRecordings and deleteRecordings of the API: bbb-web moves the files and says so. */
export function setRecordingState(bbb: Bbb, recordId: string, state: RecordingStatus): boolean {
  const recording = bbb.recordings.get(recordId);
  if (recording === undefined || !isListed(recording)) return false;
  recording.state = state;
  if (state === 'published') tell(bbb, 'PublishedRecordingSysMsg', {}, { recordId });
  if (state === 'unpublished') tell(bbb, 'UnpublishedRecordingSysMsg', {}, { recordId });
  if (state === 'deleted') tell(bbb, 'DeletedRecordingSysMsg', {}, { recordId });
  return true;
}

/** True from the moment getRecordings can show it. */
export function isListed(recording: Recording): boolean {
  return !recording.erased && recording.state !== 'archived' && recording.state !== 'norecord';
}

/** `bbb-record --delete` on the host: nothing of it is left. */
export function eraseRecording(bbb: Bbb, recordId: string): boolean {
  const recording = bbb.recordings.get(recordId);
  if (recording === undefined) return false;
  recording.erased = true;
  return true;
}
