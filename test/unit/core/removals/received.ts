/** Everything that one process of the service received of a meeting and its breakout rooms, by session; nothing is concluded here. */
import type { MeetingEvent } from '../../../../sidecar/core/events';
import type { InternalMeetingId, InternalUserId, Role } from '../../../../sidecar/core/meeting';

/** `joined`: the arrival. `back`: the connection returned. `flagged`: it was lost. */
export type ReportKind = 'joined' | 'back' | 'flagged' | 'left' | 'ejected';

export interface Report {
  readonly at: number;
  readonly kind: ReportKind;
  /** Set by webhooks, which are late: it was between this and `at`. */
  readonly notBefore: number;
}

/** A row that an earlier process wrote down. */
export interface MemoryRow {
  readonly joinedAt: number;
  readonly notBefore: number | undefined;
  readonly leftAt: number | undefined;
  readonly ejected: boolean;
  /** That process wrote until then. */
  readonly writtenUntil: number;
}

export interface SessionRecord {
  readonly id: InternalUserId;
  readonly meeting: InternalMeetingId;
  /** Oldest first. */
  readonly bus: Report[];
  readonly webhook: Report[];
  readonly memory: MemoryRow[];
  /** The external user id. */
  account: string | undefined;
  /** By the bus, or by an earlier process: nothing else distinguishes bots. */
  bot: boolean;
  /** True when an event of the join was received; lists do not distinguish bots. */
  isJoinSeen: boolean;
  role: { readonly role: Role; readonly at: number };
}

/** akka-apps' list, made between `at` and `until`. */
export interface AkkaList {
  readonly at: number;
  readonly until: number;
  readonly users: ReadonlyMap<InternalUserId, { readonly fullName: string; readonly role: Role }>;
}

/** bbb-web's list, made after `at`; without attendees: there was no answer. */
export interface WebList {
  readonly at: number;
  readonly attendees:
    | readonly { readonly externalUserId: string; readonly fullName: string; readonly role: Role }[]
    | undefined;
}

export interface Interval {
  readonly from: number;
  readonly to: number;
}

export interface Received {
  take(event: MeetingEvent): void;
  sessions(): readonly SessionRecord[];
  session(id: InternalUserId): SessionRecord | undefined;
  akkaLists(meeting: InternalMeetingId): readonly AkkaList[];
  webLists(meeting: InternalMeetingId): readonly WebList[];
  /** In which the bus was not received, oldest first. */
  gaps(meeting: InternalMeetingId): readonly Interval[];
  /** When the bus reported its creation: nobody was there before. */
  createdAt(meeting: InternalMeetingId): number | undefined;
  /** Until when an earlier process saw everybody who came, and wrote that down; undefined: none did, or nothing was read of it. */
  rememberedUntil(meeting: InternalMeetingId): number | undefined;
}

interface Room {
  rememberedUntil: number | undefined;
  createdAt: number | undefined;
  readonly akkaLists: AkkaList[];
  readonly webLists: WebList[];
  gaps: Interval[];
}

export function createReceived(): Received {
  const rooms = new Map<InternalMeetingId, Room>();
  const records = new Map<InternalUserId, SessionRecord>();

  function roomOf(meeting: InternalMeetingId): Room {
    const room = rooms.get(meeting) ?? {
      rememberedUntil: undefined,
      createdAt: undefined,
      akkaLists: [],
      webLists: [],
      gaps: [],
    };
    rooms.set(meeting, room);
    return room;
  }

  function recordOf(id: InternalUserId, meeting: InternalMeetingId): SessionRecord {
    const record = records.get(id) ?? {
      id,
      meeting,
      bus: [],
      webhook: [],
      memory: [],
      account: undefined,
      bot: false,
      isJoinSeen: false,
      role: { role: 'VIEWER', at: Number.NEGATIVE_INFINITY },
    };
    records.set(id, record);
    return record;
  }

  function report(record: SessionRecord, via: 'bus' | 'webhook', entry: Report): void {
    const reports = record[via];
    if (reports.some(({ at, kind }) => at === entry.at && kind === entry.kind)) return;
    reports.splice(reports.filter(({ at }) => at <= entry.at).length, 0, entry);
  }

  function setRole(record: SessionRecord, role: Role, at: number): void {
    if (record.role.at < at || (record.role.at === at && role === 'MODERATOR')) record.role = { role, at };
  }

  function recall(meeting: InternalMeetingId, event: MeetingEvent & { type: 'meeting-remembered' }): void {
    roomOf(meeting).rememberedUntil = Math.min(event.at, event.missingSince ?? event.at);
    for (const row of event.attendees) {
      const record = recordOf(row.internalUserId, meeting);
      record.account ??= row.externalUserId;
      record.bot ||= row.bot;
      setRole(record, row.role, row.joinedAt);
      record.isJoinSeen ||= row.notBefore === undefined;
      const { joinedAt, notBefore, leftAt, ejected } = row;
      record.memory.push({ joinedAt, notBefore, leftAt, ejected, writtenUntil: event.at });
    }
  }

  function interrupt(room: Room, from: number, until: number | undefined): void {
    // That nothing was received before the subscription is no news of a meeting whose creation was.
    if (room.createdAt !== undefined && from < room.createdAt) return;
    // What is received of an interruption's end replaces what was received of its beginning.
    room.gaps = room.gaps.filter(({ to }) => Number.isFinite(to));
    room.gaps.push({ from, to: until ?? Number.POSITIVE_INFINITY });
  }

  /** Not reported to be gone, nor written down as gone and seen by nobody since. */
  function mayBeThere({ id, bus, webhook, memory }: SessionRecord, { akkaLists }: Room): boolean {
    if (memory.some(({ ejected }) => ejected)) return false;
    if (bus.length > 0) return !['left', 'ejected'].includes(bus.at(-1)?.kind ?? '');
    const isSeen = webhook.length > 0 || akkaLists.some(({ users }) => users.has(id));
    return isSeen || memory.some(({ leftAt }) => leftAt === undefined);
  }

  function take(event: MeetingEvent): void {
    const { internalMeetingId: meeting, at } = event;
    const room = roomOf(meeting);
    switch (event.type) {
      case 'meeting-created':
        if (event.via === 'bus') room.createdAt = at;
        break;
      case 'user-joined':
      case 'dial-in-joined': {
        const record = recordOf(event.internalUserId, meeting);
        if (event.type === 'user-joined') {
          record.account = event.externalUserId;
          record.bot ||= event.bot;
          setRole(record, event.role, event.notBefore ?? at);
        }
        record.isJoinSeen ||= event.via === 'bus';
        report(record, event.via, { at, kind: 'joined', notBefore: event.notBefore ?? at });
        break;
      }
      case 'user-left':
        report(recordOf(event.internalUserId, meeting), event.via, {
          at,
          kind: event.ejected ? 'ejected' : 'left',
          notBefore: at,
        });
        break;
      case 'user-left-flag-updated':
        report(recordOf(event.internalUserId, meeting), event.via, {
          at,
          kind: event.left ? 'flagged' : 'back',
          notBefore: at,
        });
        break;
      case 'user-role-changed':
        setRole(recordOf(event.internalUserId, meeting), event.role, at);
        break;
      case 'analytics-snapshot':
        for (const user of event.users) setRole(recordOf(user.internalUserId, meeting), user.role, at);
        room.akkaLists.push({
          at,
          until: event.until,
          users: new Map(event.users.map((user) => [user.internalUserId, user])),
        });
        break;
      case 'meeting-snapshot':
        room.webLists.push({ at, attendees: event.attendees });
        break;
      case 'meeting-unanswered':
        room.webLists.push({ at, attendees: undefined });
        break;
      case 'bus-interrupted':
        interrupt(room, at, event.until);
        break;
      case 'meeting-remembered':
        recall(meeting, event);
        break;
      case 'meeting-ended':
        // Whoever was there until then left with it.
        for (const record of records.values())
          if (record.meeting === meeting && mayBeThere(record, room))
            report(record, 'bus', { at, kind: 'left', notBefore: at });
        break;
      default:
    }
  }

  function gaps(meeting: InternalMeetingId): readonly Interval[] {
    const { createdAt, gaps: received } = roomOf(meeting);
    // Of a meeting that came up by itself nothing is certain yet.
    if (createdAt === undefined && received.length === 0)
      return [{ from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }];
    const since = createdAt ?? Number.NEGATIVE_INFINITY;
    return received
      .filter(({ to }) => to > since)
      .map(({ from, to }) => ({ from: Math.max(from, since), to }))
      .toSorted((a, b) => a.from - b.from);
  }

  return {
    take,
    gaps,
    createdAt: (meeting) => roomOf(meeting).createdAt,
    rememberedUntil: (meeting) => roomOf(meeting).rememberedUntil,
    sessions: () => [...records.values()],
    session: (id) => records.get(id),
    akkaLists: (meeting) => roomOf(meeting).akkaLists,
    webLists: (meeting) => roomOf(meeting).webLists,
  };
}
