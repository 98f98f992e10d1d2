/** Sends our commands to akka-apps: now or not at all, and not when nobody listens. It never waits for BBB, which never answers. */
import type { Clock } from '../core/clock';
import type { InternalMeetingId, InternalUserId } from '../core/meeting';
import { messageOf, TransientError } from '../errors';
import type { Log } from '../log';
import * as commands from './commands';
import { openConnection } from './connection';
import { createOutageLog } from './outage-log';
import { TO_AKKA_APPS } from './protocol';

export interface PublisherOptions {
  readonly redisUrl: string;
  readonly log: Log;
  /** Stamps the envelopes. */
  readonly clock: Pick<Clock, 'wall'>;
}

/** Each rejects with TransientError when the command did not reach akka-apps' subscription. */
export interface Publisher {
  ejectUser(meeting: InternalMeetingId, user: InternalUserId): Promise<void>;
  endMeeting(meeting: InternalMeetingId): Promise<void>;
  stopRecording(meeting: InternalMeetingId, as: InternalUserId): Promise<void>;
  sendChatMessage(meeting: InternalMeetingId, userName: string, text: string): Promise<void>;
  getRecordingStatus(meeting: InternalMeetingId): Promise<void>;
  /** The answer repeats `asked`. */
  checkAlive(asked: number): Promise<void>;
  /** Lets the connection go; later calls reject. */
  close(): void;
  readonly connected: boolean;
}

/** Connects in the background. Throws ConfigError when the URL is none of Redis. */
export function createPublisher(options: PublisherOptions): Publisher {
  const { clock } = options;
  const redis = openConnection(options.redisUrl, 'bbb-tiers-commands');
  const outage = createOutageLog(options.log, 'commands');
  redis.on('error', outage.failed);
  redis.on('ready', outage.over);

  async function publish({ name, json }: commands.Command): Promise<void> {
    const receivers = await redis.publish(TO_AKKA_APPS, json).catch((error: unknown) => {
      throw new TransientError(`${name} could not be sent: ${messageOf(error)}`);
    });
    if (receivers === 0) throw new TransientError(`${name} was lost: nobody listens on ${TO_AKKA_APPS}`);
  }

  return {
    ejectUser: (meeting, user) => publish(commands.ejectUserFromMeeting(meeting, user, clock.wall())),
    endMeeting: (meeting) => publish(commands.endMeeting(meeting, clock.wall())),
    stopRecording: (meeting, as) => publish(commands.stopRecording(meeting, as, clock.wall())),
    sendChatMessage: (meeting, userName, text) =>
      publish(commands.sendGroupChatMessage(meeting, userName, text, clock.wall())),
    getRecordingStatus: (meeting) => publish(commands.getRecordingStatus(meeting, clock.wall())),
    checkAlive: (asked) => publish(commands.checkAlivePing(clock.wall(), asked)),
    close: () => redis.disconnect(),
    get connected() {
      return redis.status === 'ready';
    },
  };
}
