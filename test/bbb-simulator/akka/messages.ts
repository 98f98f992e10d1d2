/** Messages to akka-apps 2.6 as bbb-web, a browser and the telephone switch write them. */
import type { DefaultProps } from '../model/props';
import type { BusMessage } from './wire';

export const FROM_VOICE_CONF = 'from-voice-conf-redis-channel';

export type Body = Readonly<Record<string, unknown>>;

function message(
  name: string,
  routing: BusMessage['envelope']['routing'],
  header: Readonly<Record<string, string>>,
  body: Body,
): BusMessage {
  return {
    envelope: { name, routing, timestamp: Date.now() },
    core: { header: { name, ...header }, body },
  };
}

export function fromBbbWeb(name: string, header: Readonly<Record<string, string>>, body: Body): BusMessage {
  return message(name, { sender: 'bbb-web' }, header, body);
}

export function fromClient(name: string, meetingId: string, userId: string, body: Body): BusMessage {
  return message(name, { meetingId, userId }, { meetingId, userId }, body);
}

export function fromSwitch(name: string, voiceConf: string, body: Body): BusMessage {
  return message(name, { voiceConf }, { voiceConf }, { voiceConf, ...body });
}

/** `Meeting2x.scala` of 2.6: it drops a message with any other field. */
export function propsOf26(props: DefaultProps): Body {
  const { meetingProp, usersProp, lockSettingsProps } = props;
  const { cameraBridge, screenShareBridge, audioBridge, ...meetingProp26 } = meetingProp;
  const { allowPromoteGuestToModerator, waitingGuestUsersTimeout, ...usersProp26 } = usersProp;
  const { hideViewersAnnotation, ...lockSettings26 } = lockSettingsProps;
  const { welcomeMsg, welcomeMsgForModerators } = props.welcomeProp;
  return {
    meetingProp: meetingProp26,
    breakoutProps: props.breakoutProps,
    durationProps: props.durationProps,
    password: props.password,
    recordProp: props.recordProp,
    welcomeProp: { welcomeMsgTemplate: welcomeMsg, welcomeMsg, modOnlyMessage: welcomeMsgForModerators },
    voiceProp: props.voiceProp,
    usersProp: usersProp26,
    metadataProp: props.metadataProp,
    lockSettingsProps: lockSettings26,
    systemProps: { html5InstanceId: 1 },
    groups: props.groups,
  };
}
