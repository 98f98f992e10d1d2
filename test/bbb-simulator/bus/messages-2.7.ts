/** How BBB 2.7 words the events it shares with 3.0, and which it does not have; taken from a captured 2.7 server. */
import type { BusHappening, MessageName } from '../model/happenings';
import type { DefaultProps } from '../model/props';

const ONLY_IN_30: readonly MessageName[] = ['UserSessionTokenRegisteredRespMsg'];

export function isToldIn27(name: MessageName): boolean {
  return !ONLY_IN_30.includes(name);
}

/** The body as 2.7 writes it. */
export function bodyOf27(happening: BusHappening): unknown {
  switch (happening.name) {
    case 'MeetingCreatedEvtMsg':
      return { props: propsOf27(happening.body.props) };
    case 'UserJoinedMeetingEvtMsg': {
      const { bot, webcamBackground, userMetadata, guestStatus, ...rest } = happening.body;
      const { intId, extId, name, role, guest, authed, ...tail } = rest;
      return { intId, extId, name, role, guest, authed, guestStatus, emoji: 'none', ...tail };
    }
    case 'GetRecordingStatusRespMsg': {
      const { recorded, recording, recordFullDurationMedia, requestedBy } = happening.body;
      return { recorded, recording, recordFullDurationMedia, requestedBy };
    }
    case 'GroupChatMessageBroadcastEvtMsg': {
      const { replyToMessageId, ...msg } = happening.body.msg;
      return { chatId: happening.body.chatId, msg };
    }
    default:
      return happening.body;
  }
}

function propsOf27(props: DefaultProps): unknown {
  const { cameraBridge, screenShareBridge, audioBridge, ...meetingProp } = props.meetingProp;
  const { allowPromoteGuestToModerator, waitingGuestUsersTimeout, ...usersProp } = props.usersProp;
  const { welcomeMsg, welcomeMsgForModerators } = props.welcomeProp;
  return {
    meetingProp,
    breakoutProps: props.breakoutProps,
    durationProps: props.durationProps,
    password: props.password,
    recordProp: props.recordProp,
    welcomeProp: { welcomeMsgTemplate: welcomeMsg, welcomeMsg, modOnlyMessage: welcomeMsgForModerators },
    voiceProp: props.voiceProp,
    usersProp,
    metadataProp: props.metadataProp,
    lockSettingsProps: props.lockSettingsProps,
    systemProps: { html5InstanceId: 1 },
    groups: props.groups,
  };
}
