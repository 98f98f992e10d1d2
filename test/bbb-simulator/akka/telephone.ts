/** The telephone switch in front of a running akka-apps: calls come in, hang up, and are put out when akka-apps says so. */
import { FROM_VOICE_CONF, fromSwitch } from './messages';
import type { Wire } from './wire';

const FIRST_VOICE_ID = 100;

export interface Call {
  readonly callerName: string;
  /** Internal id of somebody of the meeting who joins by audio; undefined: a phone. */
  readonly userId?: string;
}

export interface Telephone {
  /** Returns the id of the line; a caller's user id is `v_` and this id. */
  call(voiceConf: string, call: Call): string;
  hangUp(voiceConf: string, voiceUserId: string): void;
  send(name: string, voiceConf: string, body: Readonly<Record<string, unknown>>): void;
}

/** Every ejection is answered by the caller having left, as the switch does, also for one who is not there. */
export function telephone(wire: Wire): Telephone {
  let lastVoiceId = FIRST_VOICE_ID;

  function send(name: string, voiceConf: string, body: Readonly<Record<string, unknown>>): void {
    wire.publish(FROM_VOICE_CONF, fromSwitch(name, voiceConf, body));
  }
  function hangUp(voiceConf: string, voiceUserId: string): void {
    send('UserLeftVoiceConfEvtMsg', voiceConf, { voiceUserId });
  }
  wire.onMessage(({ name, body }) => {
    if (name === 'EjectUserFromVoiceConfSysMsg') hangUp(String(body.voiceConf), String(body.voiceUserId));
  });
  return {
    call(voiceConf, { callerName, userId }) {
      lastVoiceId += 1;
      const voiceUserId = String(lastVoiceId);
      send('UserJoinedVoiceConfEvtMsg', voiceConf, {
        voiceUserId,
        intId: userId ?? `v_${voiceUserId}`,
        callerIdName: callerName,
        callerIdNum: userId ?? callerName,
        muted: false,
        talking: false,
        callingWith: 'none',
      });
      return voiceUserId;
    },
    hangUp,
    send,
  };
}
