/** Reads what runs on BBB, both of its lists at once, as events; what could not be read makes no event and no conclusion. */
import type { Clock } from '../core/clock';
import type { MeetingEvent } from '../core/events';
import type { InternalMeetingId } from '../core/meeting';
import type { ListReading } from '../core/running';
import { messageOf, TransientError } from '../errors';
import type { Log } from '../log';
import type { Reader } from '../loop/ports';
import type { Analytics, AnalyticsList } from './analytics';
import { createListOutages, type ListName } from './list-outages';
import type { MeetingsApi } from './meetings-api';
import type { MeetingList } from './schema';
import type { SourceHealth } from './source-health';
import { createUnreadableLog, type UnreadableMeeting } from './unreadable-meetings';

export interface ReaderOptions {
  readonly api: Pick<MeetingsApi, 'getMeetings' | 'getMeetingInfo'>;
  readonly analytics: Pick<Analytics, 'read'>;
  /** What is read is stamped with the moment it was asked for. */
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** Is given how each reading went. */
  readonly sources?: Pick<SourceHealth, 'enter'>;
}

const NOT_READ: ListReading<InternalMeetingId> = { isComplete: false, entries: new Map() };

/** An entry that cannot be read still shows that its meeting is listed; one without an id could be anybody's. */
function listing(
  readable: ReadonlyMap<InternalMeetingId, string>,
  unreadable: readonly UnreadableMeeting[],
): ListReading<InternalMeetingId> {
  const entries = new Map(readable);
  for (const { internalMeetingId, field } of unreadable)
    if (internalMeetingId !== undefined) entries.set(internalMeetingId, `unreadable ${field}`);
  return {
    isComplete: unreadable.every(({ internalMeetingId }) => internalMeetingId !== undefined),
    entries,
  };
}

function webListing({ snapshots, unreadable }: MeetingList): ListReading<InternalMeetingId> {
  return listing(new Map(snapshots.map(({ internalMeetingId }) => [internalMeetingId, ''])), unreadable);
}

function akkaListing({ contents, unreadable }: AnalyticsList): ListReading<InternalMeetingId> {
  return listing(contents, unreadable);
}

/** Builds the reader over BBB's API and akka-apps' analytics. */
export function createReader(options: ReaderOptions): Reader {
  const { api, analytics, clock, log } = options;
  const logOutages = createListOutages(log);
  const logUnreadable = createUnreadableLog(log);

  function report(list: ListName, read: PromiseSettledResult<MeetingList | AnalyticsList>): void {
    if (read.status === 'fulfilled') logUnreadable(list, read.value.unreadable);
  }

  return {
    async readAll() {
      const startedAt = clock.now();
      const [web, akka] = await Promise.allSettled([api.getMeetings(startedAt), analytics.read()]);
      options.sources?.enter('bbb-api', web);
      options.sources?.enter('bbb-analytics', akka);
      report('getMeetings', web);
      report('analytics', akka);
      const failed = new Map<ListName, unknown>();
      if (web.status === 'rejected') failed.set('getMeetings', web.reason);
      if (akka.status === 'rejected') failed.set('analytics', akka.reason);
      logOutages(failed);
      if (web.status === 'rejected' && akka.status === 'rejected')
        throw new TransientError(`${messageOf(web.reason)}; ${messageOf(akka.reason)}`);
      // Internal ids first: the other list then gives them their accounts.
      const events: readonly MeetingEvent[] = [
        ...(akka.status === 'fulfilled' ? akka.value.snapshots : []),
        ...(web.status === 'fulfilled' ? web.value.snapshots : []),
      ];
      return {
        events,
        akka: akka.status === 'fulfilled' ? akkaListing(akka.value) : NOT_READ,
        web: web.status === 'fulfilled' ? webListing(web.value) : NOT_READ,
        startedAt,
      };
    },
    async readMeeting({ internalMeetingId, externalMeetingId }) {
      const snapshot = await api.getMeetingInfo(externalMeetingId, clock.now(), 'urgent');
      return snapshot?.internalMeetingId === internalMeetingId ? snapshot : undefined;
    },
  };
}
