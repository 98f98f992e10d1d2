/** akka-apps' own list of meetings with internal user ids, read from its local HTTP port; it decides nothing. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { id, name, role } from '../bbb-fields';
import { withoutLobby } from '../bbb-lobby';
import type { Clock } from '../core/clock';
import { SECOND_MS } from '../core/duration';
import type { AnalyticsSnapshot } from '../core/events';
import type { InternalMeetingId, InternalUserId } from '../core/meeting';
import { TransientError } from '../errors';
import { createHttpGet } from './http-get';
import { type UnreadableMeeting, unreadableMeeting } from './unreadable-meetings';

export interface AnalyticsOptions {
  /** `http://127.0.0.1:8901/analytics` as akka-apps comes. */
  readonly url: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly timeoutMs?: number;
}

export interface AnalyticsList {
  readonly snapshots: readonly AnalyticsSnapshot[];
  /** Listed, but without a field we need. */
  readonly unreadable: readonly UnreadableMeeting[];
  /** Per meeting a digest of its whole entry: an entry that is renewed changes sooner or later. */
  readonly contents: ReadonlyMap<InternalMeetingId, string>;
}

export interface Analytics {
  /** Rejects with TransientError when the list cannot be relied on. */
  read(): Promise<AnalyticsList>;
  close(): void;
}

const TIMEOUT_MS = 5 * SECOND_MS;
const LONGEST_REPLY_BYTES = 16 * 1024 * 1024;
/** Each meeting's part is renewed every 30 s (`MeetingActor`), and takes its way. */
const STALE_MS = 35 * SECOND_MS;

const ID_FIELDS = { internal: 'internalId', external: 'externalId' };

const user = z.object({ id, name, role });
const meeting = z.object({
  internalId: id,
  isMeetingRecorded: z.boolean(),
  users: z.array(user),
  audio: z.unknown().optional(),
});
/** An empty server answers an object: `{"message":"No active meetings"}` (`ApiService.scala`). */
const none = z.object({ message: z.string() });

function listOf(body: string): readonly unknown[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw new TransientError('analytics: the answer is no JSON');
  }
  if (Array.isArray(parsed)) return parsed;
  if (none.safeParse(parsed).success) return [];
  throw new TransientError('analytics: expected a list of meetings, got something else');
}

function digestOf(entry: unknown): string {
  return createHash('sha1').update(JSON.stringify(entry)).digest('base64');
}

function snapshotOf(entry: z.output<typeof meeting>, at: number, until: number): AnalyticsSnapshot {
  const { internalId, isMeetingRecorded, users, audio } = entry;
  const people = users.map((each) => ({
    internalUserId: each.id as InternalUserId,
    fullName: each.name,
    role: each.role,
  }));
  return {
    type: 'analytics-snapshot',
    internalMeetingId: internalId as InternalMeetingId,
    at,
    until,
    users: withoutLobby(people, audio),
    recordingActive: isMeetingRecorded,
  };
}

/** A reader with its own connection. */
export function createAnalytics(options: AnalyticsOptions): Analytics {
  const { clock, url, timeoutMs = TIMEOUT_MS } = options;
  const transport = createHttpGet({ timeoutMs, maxBytes: LONGEST_REPLY_BYTES });
  return {
    async read() {
      const at = clock.now() - STALE_MS;
      const entries = listOf(await transport.get('analytics', url));
      const until = clock.now();
      const snapshots: AnalyticsSnapshot[] = [];
      const unreadable: UnreadableMeeting[] = [];
      const contents = new Map<InternalMeetingId, string>();
      for (const entry of entries) {
        const checked = meeting.safeParse(entry);
        if (checked.success) {
          snapshots.push(snapshotOf(checked.data, at, until));
          contents.set(checked.data.internalId as InternalMeetingId, digestOf(entry));
        } else unreadable.push(unreadableMeeting(entry, checked.error, ID_FIELDS));
      }
      return { snapshots, unreadable, contents };
    },
    close: transport.close,
  };
}
