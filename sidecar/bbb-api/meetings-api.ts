/** BBB's calls about running meetings; it knows what BBB answers, not what to do about it. */
import type { MeetingSnapshot } from '../core/events';
import { TransientError } from '../errors';
import { type Caller, expectSuccess, keyOf, succeeded, textField } from './caller';
import { type MeetingList, readMeeting, readMeetings } from './schema';
import type { Reply } from './xml';

/**
 * Each rejects with TransientError when BBB did not answer something that can be relied on, and with TerminalError when it refused
 * the call. `at` stamps what was read: our steady clock, epoch ms.
 */
export interface MeetingsApi {
  /** BBB's own version, e.g. `3.0.4`; undefined where it is missing. Needs no secret. */
  version(): Promise<string | undefined>;
  getMeetings(at: number): Promise<MeetingList>;
  /** Undefined: BBB has no meeting under this external id. `urgent`: a single attempt, as short as that of `end`. */
  getMeetingInfo(
    externalMeetingId: string,
    at: number,
    urgent?: 'urgent',
  ): Promise<MeetingSnapshot | undefined>;
  /** `not-found`: bbb-web has no such meeting, akka-apps may. BBB ends asynchronously. */
  end(externalMeetingId: string): Promise<'sent' | 'not-found'>;
  /** BBB ≥ 3.0. `message` ≤ 500 and `userName` ≤ 255 characters. */
  sendChatMessage(externalMeetingId: string, userName: string, message: string): Promise<void>;
}

/** BBB has several names for a meeting that it does not have. */
const UNKNOWN_MEETING: ReadonlySet<string> = new Set([
  'notFound',
  'meetingNotFound',
  'invalidMeetingIdentifier',
]);

function isUnknownMeeting(reply: Reply): boolean {
  return !succeeded(reply) && UNKNOWN_MEETING.has(keyOf(reply));
}

function meetingsIn(reply: Reply, at: number): MeetingList {
  expectSuccess('getMeetings', reply);
  if (reply.meetings === undefined && keyOf(reply) !== 'noMeetings')
    throw new TransientError('getMeetings: expected <meetings> or noMeetings, got neither');
  return readMeetings(reply, at);
}

function meetingIn(reply: Reply, at: number): MeetingSnapshot | undefined {
  if (isUnknownMeeting(reply)) return undefined;
  const meeting = readMeeting(expectSuccess('getMeetingInfo', reply), at);
  if ('field' in meeting) throw new TransientError(`getMeetingInfo: cannot read ${meeting.field}`);
  return meeting;
}

/** `urgent` carries what people wait for; it gives up sooner, for the bus is there too. */
export function createMeetingsApi(caller: Caller, urgent: Caller): MeetingsApi {
  return {
    version: async () => textField(expectSuccess('version', await caller.readRoot()), 'bbbVersion'),
    getMeetings: async (at) => meetingsIn(await caller.read('getMeetings'), at),
    async getMeetingInfo(externalMeetingId, at, haste) {
      const params = { meetingID: externalMeetingId };
      const asked =
        haste === undefined ? caller.read('getMeetingInfo', params) : urgent.act('getMeetingInfo', params);
      return meetingIn(await asked, at);
    },
    async end(externalMeetingId) {
      const reply = await urgent.act('end', { meetingID: externalMeetingId });
      if (isUnknownMeeting(reply)) return 'not-found';
      expectSuccess('end', reply);
      return 'sent';
    },
    async sendChatMessage(externalMeetingId, userName, message) {
      const params = { meetingID: externalMeetingId, userName, message };
      expectSuccess('sendChatMessage', await urgent.act('sendChatMessage', params));
    },
  };
}
