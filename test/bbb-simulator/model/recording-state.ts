/** Recordings on their way through archive, sanity, process and publish, as the recording scripts report it; policy is none of its business. */
import { putDue } from './due';
import type { Bbb, Meeting } from './state';

/** States as getRecordings names them; `archived` stands for what it does not list yet, `norecord` for what it never lists. */
export type RecordingStatus =
  | 'archived'
  | 'norecord'
  | 'processing'
  | 'processed'
  | 'published'
  | 'unpublished'
  | 'deleted';

export interface Recording {
  readonly recordId: string;
  readonly externalMeetingId: string;
  readonly name: string;
  readonly isBreakout: boolean;
  readonly parentIntId: string | undefined;
  readonly startTime: number;
  readonly endTime: number;
  readonly participants: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** True with at least one start mark: only then is anything processed. */
  readonly marked: boolean;
  state: RecordingStatus;
  /** The raw files were removed on the host: no step finds anything any more. */
  erased: boolean;
}

/** The steps in order; each is a `…_started` and a `…_ended`. */
export const RAP_STEPS = ['archive', 'sanity', 'process', 'post_process', 'publish', 'post_publish'] as const;
export type RapStep = (typeof RAP_STEPS)[number];

/** bbb-web queues archiving at the end of a meeting whose `record` flag is set, marked or not. */
export function queueRecording(bbb: Bbb, intId: string): void {
  const meeting = bbb.history.findLast((each) => each.intId === intId);
  if (meeting === undefined) return;
  bbb.recordings.set(intId, recordingOf(bbb, meeting));
  putDue(bbb, { at: bbb.now + bbb.settings.recordingStepMs, kind: 'rap', id: intId, detail: 'archive' });
}

function recordingOf(bbb: Bbb, meeting: Meeting): Recording {
  const { meetingProp, breakoutProps, durationProps, metadataProp } = meeting.props;
  return {
    recordId: meeting.intId,
    externalMeetingId: meeting.extId,
    name: meetingProp.name,
    isBreakout: meetingProp.isBreakout,
    parentIntId: meetingProp.isBreakout ? breakoutProps.parentId : undefined,
    startTime: durationProps.createdTime,
    endTime: bbb.now,
    participants: new Set([...meeting.registered.values()].map((user) => user.extId)).size,
    metadata: metadataProp.metadata,
    marked: meeting.recordingMarks.some((mark) => mark.recording),
    state: 'archived',
    erased: false,
  };
}
