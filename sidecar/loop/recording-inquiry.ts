/** Asks BBB whether meetings are recording now, after an interruption of the bus: BBB's lists show that up to 35 s late. The answers arrive on the bus. */
import type { InternalMeetingId, Meeting } from '../core/meeting';
import { messageOf } from '../errors';
import type { Log } from '../log';
import type { Meetings } from './meetings';

export interface RecordingInquiryOptions {
  readonly meetings: Meetings;
  /** Sends the question; the answer comes as an event. Rejects when it could not be sent. */
  readonly ask: (id: InternalMeetingId) => Promise<void>;
  readonly log: Log;
}

export interface RecordingInquiry {
  /** Asks for each meeting and gap until the question gets through once. */
  run(): void;
  forget(id: InternalMeetingId): void;
}

/** Of the others BBB publishes nothing, whatever is switched (bbb-web archives by the record flag alone). */
function mayHaveChangedUnseen({ ended, props, gap }: Meeting): boolean {
  return ended === undefined && props?.record === true && gap !== undefined && Number.isFinite(gap.until);
}

/** Nothing asked yet. */
export function createRecordingInquiry({ meetings, ask, log }: RecordingInquiryOptions): RecordingInquiry {
  const askedFor = new Map<InternalMeetingId, number>();

  /** One that reached nobody is put again at the next run; once too often does no harm. */
  async function put(internalMeetingId: InternalMeetingId, gap: number): Promise<void> {
    askedFor.set(internalMeetingId, gap);
    try {
      await ask(internalMeetingId);
    } catch (error) {
      askedFor.delete(internalMeetingId);
      log.debug({ internalMeetingId, error: messageOf(error) }, 'recording status could not be asked for');
    }
  }

  return {
    run() {
      for (const meeting of meetings.all()) {
        const { internalMeetingId, gap } = meeting;
        if (!mayHaveChangedUnseen(meeting) || gap === undefined) continue;
        if (askedFor.get(internalMeetingId) === gap.until) continue;
        void put(internalMeetingId, gap.until);
      }
    },
    forget: (id) => void askedFor.delete(id),
  };
}
