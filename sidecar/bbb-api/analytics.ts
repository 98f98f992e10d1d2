/** akka-apps' own list of meetings with internal user ids, read from its local HTTP port; it decides nothing. */
import { z } from 'zod';
import { id, name, role } from '../bbb-fields';
import { withoutLobby } from '../bbb-lobby';
import type { Clock } from '../core/clock';
import { SECOND_MS } from '../core/duration';
import type { AnalyticsSnapshot } from '../core/events';
import type { InternalMeetingId, InternalUserId } from '../core/meeting';
import { TransientError } from '../errors';
import { createHttpGet } from './http-get';

export interface AnalyticsOptions {
  /** `http://127.0.0.1:8901/analytics` as akka-apps comes. */
  readonly url: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly timeoutMs?: number;
}

export interface Analytics {
  /** `unreadable`: listed, but without a field we need. Rejects with TransientError when the list cannot be relied on. */
  read(): Promise<{ readonly snapshots: readonly AnalyticsSnapshot[]; readonly unreadable: number }>;
  close(): void;
}

const TIMEOUT_MS = 5 * SECOND_MS;
const LONGEST_REPLY_BYTES = 16 * 1024 * 1024;
/** Each meeting's part is renewed every 30 s (`MeetingActor`), and takes its way. */
const STALE_MS = 35 * SECOND_MS;

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
  let told: unknown;
  try {
    told = JSON.parse(body);
  } catch {
    throw new TransientError('analytics: the answer is no JSON');
  }
  if (Array.isArray(told)) return told;
  if (none.safeParse(told).success) return [];
  throw new TransientError('analytics: expected a list of meetings, got something else');
}

/** A reader with its own connection. */
export function createAnalytics(options: AnalyticsOptions): Analytics {
  const { clock, url, timeoutMs = TIMEOUT_MS } = options;
  const transport = createHttpGet({ timeoutMs, maxBytes: LONGEST_REPLY_BYTES });
  return {
    async read() {
      const at = clock.now() - STALE_MS;
      const listed = listOf(await transport.get('analytics', url)).map((told) => meeting.safeParse(told));
      const until = clock.now();
      const snapshots = listed.flatMap((checked): AnalyticsSnapshot[] => {
        if (!checked.success) return [];
        const { internalId, isMeetingRecorded, users, audio } = checked.data;
        return [
          {
            type: 'analytics-snapshot',
            internalMeetingId: internalId as InternalMeetingId,
            at,
            until,
            users: withoutLobby(
              users.map((each) => ({
                internalUserId: each.id as InternalUserId,
                fullName: each.name,
                role: each.role,
              })),
              audio,
            ),
            recordingActive: isMeetingRecorded,
          },
        ];
      });
      return { snapshots, unreadable: listed.length - snapshots.length };
    },
    close: transport.close,
  };
}
