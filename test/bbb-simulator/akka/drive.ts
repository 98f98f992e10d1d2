/** What people do in front of a running akka-apps, by the messages that their browsers and telephones send. */
import type { JoinRequest } from '../model/register';
import type { Role } from '../model/state';
import type { WebMeeting } from '../model/web';
import type { Client } from './browsers';
import type { Front } from './front';

export interface Guest {
  readonly externalUserId?: string;
  readonly name?: string;
  readonly role?: Role;
  readonly guest?: boolean;
}

export interface Arrival {
  /** Empty for somebody whom bbb-web refused. */
  readonly userId: string;
  readonly state: 'joined' | 'waiting' | 'refused';
}

export interface FrontDrive {
  /** `/join` and no further. */
  register(meeting: string, guest: Guest): Client | 'maxParticipantsReached';
  /** `/join`, the token check and the join. */
  join(meeting: string, guest: Guest): Promise<Arrival>;
  /** All connections close; akka-apps waits 10 to 20 s for them to come back. */
  disconnect(userId: string): void;
  reconnect(userId: string): Promise<Arrival>;
  leave(userId: string): void;
  /** A command of this client, e.g. ChangeUserRoleCmdMsg. */
  command(name: string, by: string, body: Readonly<Record<string, unknown>>): void;
  /** Returns the caller's user id (`v_…`). */
  dialIn(meeting: string, callerName: string): string;
  hangUp(meeting: string, userId: string): void;
  end(meeting: string): void;
}

/** Meetings are named by internal or external id. Throws for one that bbb-web does not list. */
export function frontDrive({ simulation, web, browsers, telephone }: Front): FrontDrive {
  function meetingAt(id: string): WebMeeting {
    const found = [...simulation.bbb.web.values()].find(({ intId, extId }) => intId === id || extId === id);
    if (found === undefined) throw new Error(`bbb-web lists no meeting '${id}'`);
    return found;
  }
  function register(meeting: string, guest: Guest): Client | 'maxParticipantsReached' {
    const { externalUserId, name = externalUserId ?? 'Somebody', role = 'VIEWER' } = guest;
    const request: JoinRequest = {
      name,
      role,
      ...(externalUserId === undefined ? {} : { externalUserId }),
      ...(guest.guest === undefined ? {} : { guest: guest.guest }),
    };
    const registered = web.register(meetingAt(meeting), request);
    return registered === 'maxParticipantsReached' ? registered : web.client(registered.intId);
  }
  const open = async (client: Client): Promise<Arrival> => ({
    userId: client.userId,
    state: await browsers.open(client),
  });
  return {
    register,
    async join(meeting, guest) {
      const client = register(meeting, guest);
      return client === 'maxParticipantsReached' ? { userId: '', state: 'refused' } : open(client);
    },
    disconnect: (userId) => browsers.leave(web.client(userId), false),
    reconnect: (userId) => open(web.client(userId)),
    leave: (userId) => browsers.leave(web.client(userId), true),
    command: (name, by, body) => browsers.send(name, web.client(by), body),
    dialIn: (meeting, callerName) =>
      `v_${telephone.call(meetingAt(meeting).props.voiceProp.voiceConf, { callerName })}`,
    hangUp: (meeting, userId) =>
      telephone.hangUp(meetingAt(meeting).props.voiceProp.voiceConf, userId.replace(/^v_/, '')),
    end(meeting) {
      const { intId } = meetingAt(meeting);
      web.send('EndMeetingSysCmdMsg', intId, 'not-used', { meetingId: intId });
    },
  };
}
