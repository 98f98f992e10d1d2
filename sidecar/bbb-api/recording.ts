/** What BBB's replies say of recordings; it reads leniently and decides nothing. */
import { z } from 'zod';
import type { InternalMeetingId } from '../core/meeting';
import { id, listIn, metadata, text, whole, yes } from './fields';
import type { Reply } from './xml';

/** A recording as the API lists it; no names. */
export interface Recording {
  readonly recordId: string;
  readonly internalMeetingId: InternalMeetingId;
  readonly externalMeetingId: string;
  /** `processing`, `processed`, `published`, `unpublished` or `deleted`. */
  readonly state: string;
  readonly published: boolean;
  /** Epoch ms. */
  readonly startTime: number;
  readonly endTime: number;
  /** Of all formats together; undefined where BBB does not say. */
  readonly sizeBytes: number | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

const recording = z
  .object({
    recordID: id,
    meetingID: id,
    internalMeetingID: id.optional(),
    state: text.default('published'),
    published: yes,
    startTime: whole,
    endTime: whole,
    size: whole.optional().catch(undefined),
    metadata,
  })
  .transform(
    (parsed): Recording => ({
      recordId: parsed.recordID,
      internalMeetingId: (parsed.internalMeetingID ?? parsed.recordID) as InternalMeetingId,
      externalMeetingId: parsed.meetingID,
      state: parsed.state,
      published: parsed.published,
      startTime: parsed.startTime,
      endTime: parsed.endTime,
      sizeBytes: parsed.size,
      metadata: parsed.metadata,
    }),
  );

/** `unreadable`: listed, but without a field we need. */
export interface RecordingList {
  readonly recordings: readonly Recording[];
  readonly unreadable: number;
}

/** The recordings of getRecordings. */
export function readRecordings(reply: Reply): RecordingList {
  const listed = listIn(reply.recordings, 'recording').map((each) => recording.safeParse(each));
  const recordings = listed.flatMap((checked) => (checked.success ? [checked.data] : []));
  return { recordings, unreadable: listed.length - recordings.length };
}
