/** Does to BBB what was decided: by its API where there is a call for it, else, or when that fails, by the bus. Decides nothing. */
import type { Clock } from '../core/clock';
import type { InternalMeetingId, InternalUserId } from '../core/meeting';
import { messageOf, TransientError } from '../errors';
import type { Log } from '../log';
import type { Effects, MeetingRef, Sent } from '../loop/ports';
import { fitText, LONGEST_MESSAGE, LONGEST_SENDER } from './chat-text';
import type { MeetingsApi } from './meetings-api';

/** The commands of the bus that are needed here; each rejects with TransientError when it could not be sent. */
export interface Bus {
  ejectUser(meeting: InternalMeetingId, user: InternalUserId): Promise<void>;
  endMeeting(meeting: InternalMeetingId): Promise<void>;
  stopRecording(meeting: InternalMeetingId, as: InternalUserId): Promise<void>;
  sendChatMessage(meeting: InternalMeetingId, userName: string, text: string): Promise<void>;
}

export interface EffectsOptions {
  readonly api: Pick<MeetingsApi, 'getMeetingInfo' | 'end' | 'sendChatMessage'>;
  readonly bus: Bus;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** Who speaks in the chat. */
  readonly senderName?: string;
}

const SENDER_NAME = 'Service level';

const ACCEPTED: Sent = { via: 'api', accepted: true };
const SENT: Sent = { via: 'bus', accepted: false };

/** One thing to do, and the two ways of doing it. */
interface Deed {
  readonly call: string;
  readonly meeting: MeetingRef;
  readonly byApi: () => Promise<unknown>;
  readonly byBus: () => Promise<void>;
  readonly byBusOnly?: boolean | undefined;
}

/** By the API where the meeting's external id is known, then by the bus. */
async function eitherWay(deed: Deed, log: Log): Promise<Sent> {
  const { internalMeetingId, externalMeetingId } = deed.meeting;
  let failure = 'its external id is not known';
  let mayHaveHappened = false;
  if (deed.byBusOnly === true)
    failure = 'an earlier call got no answer, or another run has the same external id';
  else if (externalMeetingId !== '') {
    try {
      await deed.byApi();
      return ACCEPTED;
    } catch (error) {
      failure = messageOf(error);
      mayHaveHappened = error instanceof TransientError && error.mayHaveHappened;
    }
  }
  log.info(
    { call: deed.call, internalMeetingId, error: failure },
    "cannot use BBB's API; sending over the bus instead",
  );
  try {
    await deed.byBus();
    return SENT;
  } catch (error) {
    throw new TransientError(`${failure}; ${messageOf(error)}`, { mayHaveHappened });
  }
}

/** Builds the effects over the API and the bus. */
export function createEffects(options: EffectsOptions): Effects {
  const { api, bus, clock, log } = options;
  const senderName = fitText(options.senderName ?? SENDER_NAME, LONGEST_SENDER);

  /**
   * The API ends whatever bbb-web has under the external id. Throws where that is not this very run: after a restart bbb-web has none, or a
   * younger one, while akka-apps and the people go on.
   */
  async function endThisRun({ internalMeetingId, externalMeetingId }: MeetingRef): Promise<void> {
    const named = await api.getMeetingInfo(externalMeetingId, clock.now(), 'urgent');
    if (named?.internalMeetingId !== internalMeetingId)
      throw new TransientError(`getMeetingInfo: names ${named === undefined ? 'no run' : 'another run'}`);
    if ((await api.end(externalMeetingId)) === 'not-found') throw new TransientError('end: no such meeting');
  }

  return {
    sendChatMessage(meeting, text, byBusOnly) {
      const line = fitText(text, LONGEST_MESSAGE);
      const byApi = () => api.sendChatMessage(meeting.externalMeetingId, senderName, line);
      const byBus = () => bus.sendChatMessage(meeting.internalMeetingId, senderName, line);
      return eitherWay({ call: 'sendChatMessage', meeting, byApi, byBus, byBusOnly }, log);
    },
    endMeeting(meeting) {
      const byApi = () => endThisRun(meeting);
      const byBus = () => bus.endMeeting(meeting.internalMeetingId);
      return eitherWay({ call: 'end', meeting, byApi, byBus }, log);
    },
    async ejectUser(internalMeetingId, internalUserId) {
      await bus.ejectUser(internalMeetingId, internalUserId);
      return SENT;
    },
    async stopRecording(internalMeetingId, as) {
      await bus.stopRecording(internalMeetingId, as);
      return SENT;
    },
  };
}
