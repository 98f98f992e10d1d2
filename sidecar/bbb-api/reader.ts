/** Reads what runs on BBB, both of its lists at once, as events; what could not be read makes no event and no conclusion. */
import type { Clock } from '../core/clock';
import type { MeetingEvent } from '../core/events';
import type { InternalMeetingId } from '../core/meeting';
import { messageOf, TransientError } from '../errors';
import type { Log } from '../log';
import type { Reader } from '../loop/ports';
import type { Analytics } from './analytics';
import { createListOutages, type ListName } from './list-outages';
import type { MeetingsApi } from './meetings-api';

export interface ReaderOptions {
  readonly api: Pick<MeetingsApi, 'getMeetings' | 'getMeetingInfo'>;
  readonly analytics: Pick<Analytics, 'read'>;
  /** What is read is stamped with the moment it was asked for. */
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

interface List {
  readonly snapshots: readonly (MeetingEvent & { readonly internalMeetingId: InternalMeetingId })[];
  readonly unreadable: number;
}

const NOTHING: List = { snapshots: [], unreadable: 0 };

function listIn(settled: PromiseSettledResult<List>): List {
  return settled.status === 'fulfilled' ? settled.value : NOTHING;
}

/** Builds the reader over BBB's API and akka-apps' analytics. */
export function createReader(options: ReaderOptions): Reader {
  const { api, analytics, clock, log } = options;
  const tellOutages = createListOutages(log);

  function tell(lists: ReadonlyMap<ListName, PromiseSettledResult<List>>): void {
    const failed = new Map<ListName, unknown>();
    for (const [list, settled] of lists) {
      if (settled.status === 'rejected') failed.set(list, settled.reason);
      else if (settled.value.unreadable > 0)
        log.warn(
          { list, unreadable: settled.value.unreadable },
          "meetings in one of BBB's lists could not be read",
        );
    }
    tellOutages(failed);
  }

  return {
    async readAll() {
      const startedAt = clock.now();
      const [listed, internal] = await Promise.allSettled([api.getMeetings(startedAt), analytics.read()]);
      tell(
        new Map<ListName, PromiseSettledResult<List>>([
          ['getMeetings', listed],
          ['analytics', internal],
        ]),
      );
      if (listed.status === 'rejected' && internal.status === 'rejected')
        throw new TransientError(`${messageOf(listed.reason)}; ${messageOf(internal.reason)}`);
      // Internal ids first: the other list then gives them their accounts.
      const lists = [listIn(internal), listIn(listed)];
      const events = lists.flatMap((list) => list.snapshots);
      return {
        events,
        running: new Set(events.map((event) => event.internalMeetingId)),
        complete:
          listed.status === 'fulfilled' &&
          internal.status === 'fulfilled' &&
          lists.every((list) => list.unreadable === 0),
        startedAt,
      };
    },
    async readMeeting({ internalMeetingId, externalMeetingId }) {
      const snapshot = await api.getMeetingInfo(externalMeetingId, clock.now(), 'urgent');
      return snapshot?.internalMeetingId === internalMeetingId ? snapshot : undefined;
    },
  };
}
