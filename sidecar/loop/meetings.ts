/** The meetings as they are known now, in memory, with who is whose breakout room; holds no policy and never forgets by itself. */
import type { MeetingView } from '../core/decide';
import type { InternalMeetingId, Meeting } from '../core/meeting';

export interface Meetings {
  get(internalMeetingId: InternalMeetingId): Meeting | undefined;
  set(meeting: Meeting): void;
  remove(internalMeetingId: InternalMeetingId): void;
  /** The meeting with its parent, and its breakout rooms: those that run, and those whose end BBB announced, with who was there until then. */
  view(internalMeetingId: InternalMeetingId): MeetingView | undefined;
  /** Internal ids of the rooms ever seen under this parent. */
  breakoutsOf(internalMeetingId: InternalMeetingId): readonly InternalMeetingId[];
  /** Another run goes on under its external id: after a restart of bbb-web, or two creates at once. */
  sharesExternalId(meeting: Meeting): boolean;
  all(): IterableIterator<Meeting>;
  readonly size: number;
}

/** An empty store. */
export function createMeetings(): Meetings {
  const byId = new Map<InternalMeetingId, Meeting>();
  const rooms = new Map<InternalMeetingId, Set<InternalMeetingId>>();

  function breakoutsOf(parent: InternalMeetingId): readonly InternalMeetingId[] {
    return [...(rooms.get(parent) ?? [])];
  }

  return {
    get: (id) => byId.get(id),
    set(meeting) {
      byId.set(meeting.internalMeetingId, meeting);
      const parent = meeting.props?.parentInternalMeetingId;
      if (parent === undefined) return;
      const known = rooms.get(parent);
      if (known === undefined) rooms.set(parent, new Set([meeting.internalMeetingId]));
      else known.add(meeting.internalMeetingId);
    },
    remove(id) {
      const parent = byId.get(id)?.props?.parentInternalMeetingId;
      byId.delete(id);
      if (parent === undefined) return;
      const known = rooms.get(parent);
      known?.delete(id);
      if (known?.size === 0) rooms.delete(parent);
    },
    view(id) {
      const meeting = byId.get(id);
      if (meeting === undefined) return undefined;
      const parentId = meeting.props?.parentInternalMeetingId;
      const breakouts = breakoutsOf(id)
        .map((room) => byId.get(room))
        .filter((room): room is Meeting => room !== undefined && room.ended?.certain !== false);
      return { meeting, parent: parentId === undefined ? undefined : byId.get(parentId), breakouts };
    },
    breakoutsOf,
    sharesExternalId({ internalMeetingId, props }) {
      for (const other of byId.values()) {
        const isOther = other.internalMeetingId !== internalMeetingId && other.ended === undefined;
        if (isOther && props !== undefined && other.props?.externalMeetingId === props.externalMeetingId)
          return true;
      }
      return false;
    },
    all: () => byId.values(),
    get size() {
      return byId.size;
    },
  };
}
