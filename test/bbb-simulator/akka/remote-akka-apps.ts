/** bbb-web's side of a running akka-apps: what it publishes, and what it keeps of what it hears. */
import type { Clock } from '../../../sidecar/core/clock';
import type { AkkaApps } from '../akka-apps';
import { TO_AKKA_APPS } from '../bus/channels';
import type { BusHappening } from '../model/happenings';
import { type DefaultProps, GUEST_POLICIES, type GuestPolicy } from '../model/props';
import { guestStatusOf, hasReachedMaxParticipants } from '../model/register';
import { type Bbb, nextToken } from '../model/state';
import { addWebMeeting, observe } from '../model/web';
import type { Browsers, Client } from './browsers';
import { fromBbbWeb, propsOf26 } from './messages';
import { isRoomRequest, roomProps } from './rooms';
import type { Heard, Wire } from './wire';

const REGISTERED_WITHIN_MS = 5_000;

export interface RemoteOptions {
  readonly bbb: Bbb;
  readonly wire: Wire;
  readonly browsers: Browsers;
  readonly clock: Clock;
  readonly clientLoadMs: number;
}

export interface RemoteAkkaApps extends AkkaApps {
  /** What bbb-web does with a message of the bus. */
  hear(heard: Heard): void;
  /** The session of a registration, for browsers to use. Throws for an unknown id. */
  client(userId: string): Client;
  /** EndMeetingSysCmdMsg, and whatever else bbb-web sends to one meeting. */
  send(name: string, meetingId: string, userId: string, body: Readonly<Record<string, unknown>>): void;
  ping(): void;
}

export function remoteAkkaApps(options: RemoteOptions): RemoteAkkaApps {
  const { bbb, wire, browsers, clock, clientLoadMs } = options;
  const clients = new Map<string, Client>();
  const userdata = new Map<string, Record<string, string>>();
  const policies = new Map<string, GuestPolicy>();

  function publish(
    name: string,
    header: Readonly<Record<string, string>>,
    body: Readonly<Record<string, unknown>>,
  ): void {
    wire.publish(TO_AKKA_APPS, fromBbbWeb(name, header, body));
  }
  function create(props: DefaultProps, parentId?: string): void {
    addWebMeeting(bbb, props, parentId);
    publish('CreateMeetingReqMsg', {}, { props: propsOf26(props) });
  }
  function openRoom(heard: Heard): void {
    const parent = bbb.web.get(heard.meetingId);
    if (parent === undefined || !isRoomRequest(heard.body.room)) return;
    const props = roomProps(parent.props, heard.body.room, clock.now());
    parent.breakoutRooms.push(props.meetingProp.intId);
    create(props, parent.intId);
  }

  return {
    create: (props) => create(props),
    has: () => true,
    register(meeting, request) {
      if (hasReachedMaxParticipants(bbb, meeting, request)) return 'maxParticipantsReached';
      const intId = `w_${nextToken(bbb, 12)}`;
      const authToken = nextToken(bbb, 12);
      const guest = request.guest ?? false;
      const policy = policies.get(meeting.intId) ?? meeting.props.usersProp.guestPolicy;
      const guestStatus = guestStatusOf(policy, request.role, guest);
      const registered = wire.next(
        ({ name, body }) => name === 'UserRegisteredRespMsg' && body.userId === intId,
        REGISTERED_WITHIN_MS,
      );
      clients.set(intId, { meetingId: meeting.intId, userId: intId, authToken, registered });
      userdata.set(intId, { ...request.userMetadata });
      publish(
        'RegisterUserReqMsg',
        { meetingId: meeting.intId },
        {
          meetingId: meeting.intId,
          intUserId: intId,
          name: request.name,
          role: request.role,
          extUserId: request.externalUserId ?? intId,
          authToken,
          avatarURL: request.avatar ?? '',
          guest,
          authed: request.authed ?? true,
          guestStatus,
          excludeFromDashboard: request.excludeFromDashboard ?? false,
        },
      );
      return { intId, guestStatus, sessionToken: nextToken(bbb, 16) };
    },
    addSession: () => undefined,
    openClient(_meeting, intId) {
      const client = clients.get(intId);
      if (client !== undefined) clock.schedule(clientLoadMs, () => void browsers.open(client));
    },
    hear(heard) {
      if (heard.channel !== 'from-akka-apps-redis-channel') return;
      bbb.now = Math.max(bbb.now, clock.now());
      if (heard.name === 'CreateBreakoutRoomSysCmdMsg') openRoom(heard);
      const policy = GUEST_POLICIES.find((each) => each === heard.body.policy);
      if (heard.name === 'GuestPolicyChangedEvtMsg' && policy !== undefined) {
        policies.set(heard.meetingId, policy);
      }
      observe(bbb, happeningOf(heard, userdata.get(heard.userId) ?? {}));
    },
    client(userId) {
      const client = clients.get(userId);
      if (client === undefined) throw new Error(`nobody is registered as '${userId}'`);
      return client;
    },
    send: (name, meetingId, userId, body) => publish(name, { meetingId, userId }, body),
    ping() {
      const now = clock.now();
      publish('CheckAlivePingSysMsg', {}, { system: 'BbbWeb', bbbWebTimestamp: now, akkaAppsTimestamp: now });
    },
  };
}

/** 2.6 leaves `userMetadata` out of the join event: bbb-web has it from the join page. */
function happeningOf(heard: Heard, userMetadata: Record<string, string>): BusHappening {
  const body = heard.name === 'UserJoinedMeetingEvtMsg' ? { ...heard.body, userMetadata } : heard.body;
  const { name, at, meetingId, userId } = heard;
  return { kind: 'message', name, at, meetingId, userId, body } as unknown as BusHappening;
}
