/** Meetings that changed and are to be sent soon: a burst of changes is one message, a change that shows nowhere is left out. */
import type { InternalMeetingId } from '../../core/meeting';
import type { LiveMeeting } from '../schemas';

export interface Pending {
  /** To be looked at. */
  mark(id: InternalMeetingId): void;
  forget(id: InternalMeetingId): void;
  /** Takes out what has changed to the eye since it was last sent. */
  take(): readonly LiveMeeting[];
  /** Meetings whose next step was due by now: they look different by the clock alone. */
  markDue(now: number): void;
  /** All of these were sent. */
  markSent(meetings: readonly LiveMeeting[]): void;
  clear(): void;
  readonly size: number;
}

interface Sent {
  readonly face: string;
  readonly nextAt: number | undefined;
}

/** All but the seconds left, which run by themselves. */
function faceOf(meeting: LiveMeeting): string {
  return JSON.stringify({ ...meeting, remaining_seconds: null });
}

/** Nothing changed yet; `one` returns a meeting as it is shown now. */
export function createPending(one: (id: InternalMeetingId) => LiveMeeting | undefined): Pending {
  const marked = new Set<InternalMeetingId>();
  const faces = new Map<InternalMeetingId, Sent>();

  function takeIfChanged(meeting: LiveMeeting): boolean {
    const id = meeting.internal_meeting_id as InternalMeetingId;
    const face = faceOf(meeting);
    const isSame = faces.get(id)?.face === face;
    faces.set(id, { face, nextAt: meeting.next?.at });
    return !isSame;
  }

  return {
    mark: (id) => void marked.add(id),
    forget(id) {
      marked.delete(id);
      faces.delete(id);
    },
    take() {
      const ids = [...marked];
      marked.clear();
      return ids
        .map(one)
        .filter((meeting) => meeting !== undefined && takeIfChanged(meeting)) as LiveMeeting[];
    },
    markDue(now) {
      for (const [id, { nextAt }] of faces) if (nextAt !== undefined && nextAt <= now) marked.add(id);
    },
    markSent(meetings) {
      for (const meeting of meetings) takeIfChanged(meeting);
    },
    clear() {
      marked.clear();
      faces.clear();
    },
    get size() {
      return marked.size;
    },
  };
}
