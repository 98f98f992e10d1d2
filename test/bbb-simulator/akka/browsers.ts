/** Browsers in front of a running akka-apps: the token check, the join, the leave, and what moderators send. */
import { TO_AKKA_APPS } from '../bus/channels';
import { type Body, fromClient } from './messages';
import type { Heard, Wire } from './wire';

/** akka-apps answers within some ms; a fresh JVM takes up to half a second. */
const ANSWERS_WITHIN_MS = 5_000;

export interface Client {
  readonly meetingId: string;
  readonly userId: string;
  readonly authToken: string;
  /** Resolves when akka-apps has the registration: the token check travels another way and would overtake it. */
  readonly registered: Promise<unknown>;
}

/** Answer to the token check. */
export interface TokenCheck {
  readonly valid: boolean;
  readonly waitForApproval: boolean;
  readonly reasonCode: string;
}

export interface Browsers {
  /** ValidateAuthTokenReqMsg. Undefined when akka-apps does not answer. */
  checkToken(client: Client): Promise<TokenCheck | undefined>;
  /** UserJoinMeetingReqMsg, whatever the token check said. */
  join(client: Client): void;
  /** Token check, then the join if it may. Resolves to whether it joined or came back. */
  open(client: Client): Promise<'joined' | 'waiting' | 'refused'>;
  /** UserLeaveReqMsg: all connections of this session are closed. */
  leave(client: Pick<Client, 'meetingId' | 'userId'>, loggedOut: boolean): void;
  /** Any command of a client. */
  send(name: string, by: Pick<Client, 'meetingId' | 'userId'>, body: Body): void;
}

export function browsers(wire: Wire): Browsers {
  function send(name: string, { meetingId, userId }: Pick<Client, 'meetingId' | 'userId'>, body: Body): void {
    wire.publish(TO_AKKA_APPS, fromClient(name, meetingId, userId, body));
  }
  async function checkToken(client: Client): Promise<TokenCheck | undefined> {
    const { userId, authToken } = client;
    await client.registered;
    const answer = wire.next(
      (heard) =>
        heard.name === 'ValidateAuthTokenRespMsg' && heard.userId === userId && isMain(heard.channel),
      ANSWERS_WITHIN_MS,
    );
    send('ValidateAuthTokenReqMsg', client, { userId, authToken });
    const heard = await answer;
    return heard === undefined ? undefined : tokenCheckOf(heard);
  }
  function join(client: Client): void {
    const { userId, authToken } = client;
    send('UserJoinMeetingReqMsg', client, { userId, authToken, clientType: 'HTML5' });
  }
  return {
    checkToken,
    join,
    async open(client) {
      const check = await checkToken(client);
      if (check === undefined || !check.valid) return 'refused';
      if (check.waitForApproval) return 'waiting';
      const answer = wire.next((heard) => isArrival(heard, client), ANSWERS_WITHIN_MS);
      join(client);
      return (await answer) === undefined ? 'refused' : 'joined';
    },
    leave: (client, loggedOut) =>
      send('UserLeaveReqMsg', client, { userId: client.userId, sessionId: 'sess0001', loggedOut }),
    send,
  };
}

function isMain(channel: string): boolean {
  return channel === 'from-akka-apps-redis-channel';
}

function tokenCheckOf({ body }: Heard): TokenCheck {
  return {
    valid: body.valid === true,
    waitForApproval: body.waitForApproval === true,
    reasonCode: String(body.reasonCode),
  };
}

/** A join, or a left flag that is taken back. */
function isArrival({ name, channel, userId, body }: Heard, client: Client): boolean {
  if (!isMain(channel) || userId !== client.userId) return false;
  if (name === 'UserLeftFlagUpdatedEvtMsg') return body.userLeftFlag === false;
  return name === 'UserJoinedMeetingEvtMsg';
}
